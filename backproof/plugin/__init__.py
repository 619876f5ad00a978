"""The pytest plugin: options, and whether there is something to check at all.

Loaded by every pytest run of an environment that has backproof installed, so it imports nothing heavy until a
submission is named: by ``--submission``, or by a ``[tool.backproof]`` table in the pyproject.toml at the root.
"""

from pathlib import Path

import pytest

# Seed of a learner's run: the same inputs each time, so that a failure stays until it is mended.
LEARNER_SEED = 0


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of backproof."""
    group = parser.getgroup("backproof", "backproof: property checks for deep-learning code")
    group.addoption("--submission", metavar="DIR", help="run the checks on this folder or .py file")
    group.addoption("--assignment", metavar="NAME|DIR", help="which checks to run (default: optimization)")
    group.addoption("--adapter", metavar="FILE", help="Python file that maps other code onto the contract's names")
    group.addoption(
        "--backproof-seed", metavar="N", type=int, default=LEARNER_SEED, help="seed of all random inputs (default: 0)"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the checks, if this run has a submission."""
    submission = config.getoption("--submission")
    root_settings = None
    if submission is None and (config.rootpath / "pyproject.toml").is_file():
        from backproof.submission.source import project_settings

        root_settings = project_settings(config.rootpath)
    if submission is None and root_settings is None:
        return

    from backproof.plugin.checks import ChecksPlugin, load_submission
    from backproof.problems import UsageProblem

    adapter = config.getoption("--adapter")
    try:
        loaded = load_submission(
            Path(submission or config.rootpath),
            adapter=Path(adapter) if adapter else None,
            assignment=config.getoption("--assignment") or (root_settings or {}).get("assignment"),
        )
    except UsageProblem as problem:
        raise pytest.UsageError(str(problem)) from problem
    plugin = ChecksPlugin(*loaded, seed=config.getoption("--backproof-seed"), learner_folder=submission is None)
    if submission is not None and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = [str(file) for file in plugin.assignment.check_files()]
    config.pluginmanager.register(plugin, "backproof-checks")
