"""``backproof check-model``: the checks of a PyTorch model."""

import sys
import sysconfig
import traceback
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from backproof.commands.options import file_options
from backproof.files import refuse_bad_target, write_atomically
from backproof.problems import UsageProblem

if TYPE_CHECKING:
    from backproof.model_checks.arguments import Factory

# Frames in these folders are not the user's own code.
LIBRARIES = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")]
LIBRARIES.append(Path(__file__).parents[1])


@click.command("check-model")
@click.argument("factory_name", metavar="MODULE:FACTORY")
@click.option("--causal", metavar="AXIS", type=int, help="The axis of time of a model that must not look ahead.")
@click.option("--ordered", metavar="AXIS", type=int, help="The axis along which order carries meaning.")
@click.option("--frozen", metavar="NAME", multiple=True, help="A parameter or layer not to be trained; repeatable.")
@click.option("--num-classes", metavar="N", type=click.IntRange(min=1), help="How many classes there are.")
@click.option(
    "--expect",
    "expected",
    metavar="CHECK=REASON",
    multiple=True,
    help="A check known to find something, and why; an error if it finds nothing. May be repeated.",
)
@click.option("--seconds", metavar="S", type=click.FloatRange(0, min_open=True), help="Time for all checks (8).")
@file_options
@click.pass_context
def check_model_command(
    context: click.Context,
    /,
    factory_name: str,
    expected: tuple[str, ...],
    seconds: float | None,
    json_file: Path | None,
    html_file: Path | None,
    **options: Any,
) -> None:
    """Look for mistakes in a PyTorch model, its loss and its training step, before a week of training.

    FACTORY is a function of yours without arguments, in a MODULE that the current folder can import or in a
    path/to/file.py. It returns (model, loss_fn, batch):

    \b
        def small_network():
            batch = torch.randn(16, 3, 32, 32), torch.randint(10, (16,))
            return Network(), nn.CrossEntropyLoss(), batch

    or a dictionary with these keys, facts about the model (causal, ordered, frozen, num_classes) and train_step, your
    own step(model, batch). The loss is called as loss_fn(model(x), target) with x, target = batch; or as
    loss_fn(model, batch) if its first parameter is called model. Take a batch of your data rather than random numbers.

    \b
    Exit code 0: no errors, maybe warnings   1: errors
              2: wrong usage                 3: the grader could not run
    """
    for file in (json_file, html_file):
        if file is not None:
            refuse_bad_target(file)
    factory = _load_factory(factory_name)

    import msgspec

    from backproof.model_checks.arguments import arguments_of
    from backproof.model_checks.page import as_page
    from backproof.model_checks.run import SECONDS, check_model
    from backproof.model_checks.terminal import print_report

    try:
        made = factory()
    except (Exception, SystemExit) as raised:
        raise UsageProblem(f"{factory_name} raised: {_error_line(raised)}") from raised
    arguments = arguments_of(made, factory_name)
    given = {name: value for name, value in options.items() if value not in (None, ())}
    reasons = dict(map(_expectation, expected))
    report = check_model(
        **{**arguments, **given, "expected_failures": reasons, "seconds": SECONDS if seconds is None else seconds}
    )
    print_report(report)
    if json_file is not None:
        write_atomically(json_file, msgspec.json.format(msgspec.json.encode(report.to_dict()), indent=2) + b"\n")
    if html_file is not None:
        write_atomically(html_file, as_page(report))
    if report.errors:
        context.exit(1)


def _expectation(text: str) -> tuple[str, str]:
    name, equals, why = text.partition("=")
    if not (name and equals and why):
        raise UsageProblem(f"--expect {text}: give CHECK=REASON, such as --expect 'frozen=the encoder is pretrained'")
    return name, why


def _load_factory(name: str) -> "Factory":
    """Import the function that ``module:function`` or ``path/to/file.py:function`` names."""
    place, _, function = name.rpartition(":")
    if not (place and function):
        raise UsageProblem(f"{name}: give MODULE:FACTORY, such as networks:small_network or networks.py:small_network")
    try:
        module = _module_of_file(Path(place)) if place.endswith(".py") else _module(place)
    except (Exception, SystemExit) as raised:
        if isinstance(raised, UsageProblem):
            raise
        raise UsageProblem(f"{place} cannot be imported: {_error_line(raised)}") from raised
    factory: Factory | None = getattr(module, function, None)
    if not callable(factory):
        what = "is no function" if hasattr(module, function) else "is not there"
        raise UsageProblem(f"{name}: {function} {what}; in {place} there are {_functions_of(module)}")
    return factory


def _module(name: str) -> ModuleType:
    # As `python -m` does; the console script does not.
    sys.path.insert(0, str(Path.cwd()))
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        # Missing is the module itself or its package, not a module that it imports.
        if missing.name is None or not f"{name}.".startswith(f"{missing.name}."):
            raise
        raise UsageProblem(f"there is no module {name}, neither in {Path.cwd()} nor installed") from missing


def _module_of_file(file: Path) -> ModuleType:
    if not file.is_file():
        raise UsageProblem(f"there is no file {file}")
    # As `python file.py` does, for the files beside it.
    sys.path.insert(0, str(file.resolve().parent))
    # Not under its own name, which may be that of a library.
    spec = spec_from_file_location(f"backproof_checked_{file.stem}", file.resolve())
    assert spec is not None, file
    assert spec.loader is not None, file
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _functions_of(module: ModuleType) -> str:
    own = [name for name, value in vars(module).items() if callable(value) and name[0] != "_"]
    own = [name for name in own if getattr(getattr(module, name), "__module__", None) == module.__name__]
    return ", ".join(own) or "no functions"


def _error_line(raised: BaseException) -> str:
    """Return the error in one line, with the innermost line of the user's own code."""
    frames = [
        frame
        for frame in traceback.extract_tb(raised.__traceback__)
        if Path(frame.filename).is_file() and not any(map(Path(frame.filename).is_relative_to, LIBRARIES))
    ]
    error = " ".join(traceback.format_exception_only(raised)[-1].split())
    if isinstance(raised, SyntaxError):
        return f"{_relative_path(raised.filename)}:{raised.lineno}: {error}"
    return f"{_relative_path(frames[-1].filename)}:{frames[-1].lineno}: {frames[-1].line}: {error}" if frames else error


def _relative_path(filename: str | None) -> Path:
    file, here = Path(filename or ""), Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
