"""The pytest plugin: its options, and whether this run has a submission to check.

Every pytest run in an environment with backproof loads it, so it imports nothing heavy until a submission is named: by
``--submission``, or by a ``[tool.backproof]`` table in the pyproject.toml at the root.
"""

from pathlib import Path

import pytest

# Seed of a learner's run: the same inputs each time, so that a failure stays until it is fixed.
LEARNER_SEED = 0


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of backproof."""
    group = parser.getgroup("backproof", "backproof: property checks for deep-learning code")
    group.addoption("--submission", metavar="DIR", help="run the checks on this folder, .py file, notebook or archive")
    group.addoption("--assignment", metavar="NAME|DIR", help="which checks to run (default: optimization)")
    group.addoption("--adapter", metavar="FILE", help="Python file that maps other code onto the contract's names")
    group.addoption(
        "--backproof-seed", metavar="N", type=int, default=LEARNER_SEED, help="seed of all random inputs (default: 0)"
    )
    # Not --html, which is pytest-html's.
    group.addoption("--backproof-html", metavar="FILE", help="write what the checks found as a page")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the checks, if this run has a submission."""
    submission = config.getoption("--submission")
    has_project_file = (config.rootpath / "pyproject.toml").is_file()
    if submission is None and not has_project_file:
        return

    from backproof.problems import UsageProblem
    from backproof.submission.source import project_settings

    try:
        settings = project_settings(config.rootpath) if submission is None else {}
        if settings is not None:
            _register_checks(config, submission, settings)
    except UsageProblem as problem:
        raise pytest.UsageError(str(problem)) from problem


def _register_checks(config: pytest.Config, submission: str | None, settings: dict[str, str]) -> None:
    from backproof.loading import load_submission
    from backproof.plugin.hooks import ChecksPlugin

    adapter = config.getoption("--adapter")
    loaded, assignment, contract = load_submission(
        Path(submission or config.rootpath),
        adapter=Path(adapter) if adapter else None,
        assignment=config.getoption("--assignment") or settings.get("assignment"),
    )
    if submission is None and adapter is None and loaded.source.entry is not None:
        # For a notebook alone in its folder no file stands for the checks of one module.
        submission = str(config.rootpath)
    is_whole = submission is not None and config.args_source is not pytest.Config.ArgsSource.ARGS
    plugin = ChecksPlugin(
        assignment,
        contract,
        loaded,
        seed=config.getoption("--backproof-seed"),
        is_whole=is_whole,
        learner_folder=submission is None,
    )
    if is_whole:
        config.args[:] = plugin.state.first_check_files()
    config.pluginmanager.register(plugin, "backproof-checks")
    html_file, is_worker = config.getoption("--backproof-html"), hasattr(config, "workerinput")
    if html_file is not None and not is_worker:
        from backproof.plugin.page import PagePlugin

        config.pluginmanager.register(PagePlugin(plugin.state, Path(html_file)), "backproof-page")
