"""The page of a grade: one file, which sends no request and runs only its own script."""

from collections.abc import Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from backproof.pages import picture_url, rendered, script_hash
from backproof.reports.causes import causes
from backproof.reports.points import points_by_module
from backproof.reports.summary import OUTCOME_LABELS, SYMBOLS, missing_functions, summary_line
from backproof.result import CheckResult, Counts, Failure, Grade, as_shown_to_learners, counts_of, is_unfinished

HERE = Path(__file__).parent
STYLE = HERE / "page.css"
# The outcomes in the bars.
ORDER = ("passed", "todo", "timeout", "error", "failed")
# So many failures are unfolded when the page is opened.
MOST_OPEN = 5
READING = "Read: "

Plots = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Picture:
    """A picture as a data URL, and the checks that recorded its data."""

    title: str
    url: str
    checks: list[CheckResult]


def as_page(grade: Grade, plots: Plots) -> str:
    """Return the page of a grade for its learner.

    Parameters
    ----------
    grade : Grade
        With hidden checks; the page contains only their points.
    plots : mapping
        The recorded data of each check, by its id; those of hidden checks are left out.

    Returns
    -------
    page : str
    """
    shown = as_shown_to_learners(grade)
    plots = {check.id: plots[check.id] for check in shown.checks if plots.get(check.id) and not check.hidden}
    pictures = _pictures(shown.checks, plots)
    script = (HERE / "page.js").read_text(encoding="utf-8")
    return rendered(
        (HERE / "page.html.j2").read_text(encoding="utf-8"),
        grade=shown,
        name=Path(shown.submission.path).name or shown.submission.path,
        style=STYLE.read_text(encoding="utf-8"),
        script=script,
        script_hash=script_hash(script),
        summary=summary_line(shown.checks),
        is_unfinished=is_unfinished(shown.checks),
        modules=[(points, counts_of(points.checks)) for points in points_by_module(shown.checks)],
        failed=causes(shown.checks),
        to_write=_to_write(shown.checks),
        waiting=_waiting(_with(shown, "todo")),
        passed=points_by_module(_with(shown, "passed")),
        pictures=pictures,
        pictures_of={check: [picture for picture in pictures if check in _ids(picture)] for check in plots},
        lacks_matplotlib=bool(plots) and not pictures,
        most_open=MOST_OPEN,
        symbols=SYMBOLS,
        words=OUTCOME_LABELS,
        order=ORDER,
        hint=_hint,
        in_families=_in_families,
        sides=_sides,
        counts_text=_counts_text,
    )


def _pictures(checks: Sequence[CheckResult], plots: Plots) -> list[Picture]:
    """Draw the recorded data, if matplotlib is installed."""
    if not plots or find_spec("matplotlib") is None:
        return []
    with chdir(HERE):  # matplotlib reads a matplotlibrc in the working folder, which may be the submission's
        from backproof.reports import pictures

    drawn = pictures.pictures([plot for recorded in plots.values() for plot in recorded])
    by_title: dict[str, list[CheckResult]] = {title: [] for title in drawn}
    for check in checks:
        for title in dict.fromkeys(plot["title"] for plot in plots.get(check.id, ())):
            by_title[title].append(check)
    return [Picture(title, picture_url(drawn[title]), members) for title, members in by_title.items()]


def _ids(picture: Picture) -> set[str]:
    return {check.id for check in picture.checks}


def _with(grade: Grade, outcome: str) -> list[CheckResult]:
    return [check for check in grade.checks if check.outcome == outcome]


def _to_write(checks: Sequence[CheckResult]) -> str:
    """Return the first module with missing functions, and these: ``data: k_fold, minibatches``."""
    return next((f"{module}: {', '.join(names)}" for module, names in missing_functions(checks).items()), "")


def _waiting(checks: Sequence[CheckResult]) -> dict[tuple[str, str], list[CheckResult]]:
    """Return the checks that need each missing function, by its module and name."""
    waiting: dict[tuple[str, str], list[CheckResult]] = {}
    for check in checks:
        waiting.setdefault((check.module, check.failure.expected if check.failure else ""), []).append(check)
    return waiting


def _in_families(checks: Sequence[CheckResult]) -> list[tuple[str, str]]:
    """Return the properties and ids of checks; parameters of the same check are joined: ``test_x[a, b]``."""
    families: dict[str, list[CheckResult]] = {}
    for check in checks:
        families.setdefault(check.id.partition("[")[0], []).append(check)
    return [
        (members[0].property, f"{name}[{', '.join(parameters)}]" if any(parameters) else name)
        for name, members in families.items()
        if (parameters := [check.id.partition("[")[2].removesuffix("]") for check in members])
    ]


def _hint(failure: Failure) -> tuple[str, str]:
    """Return the hint and the reading of a failure."""
    hint, found, reading = (failure.hint or "").rpartition(READING)
    return (hint.strip(), reading) if found else (reading, "")


def _sides(failure: Failure) -> list[tuple[str, str]]:
    """Return ``expected`` and ``got`` with labels; none if there is only ``got`` and the message contains it."""
    if not failure.expected and failure.got in failure.message:
        return []
    return [(label, text) for label, text in (("expected", failure.expected), ("got", failure.got)) if text]


def _counts_text(counts: Counts) -> str:
    """Return the outcomes in words: ``3 passed, 1 failed``."""
    numbers = ((getattr(counts, outcome), word) for outcome, word in OUTCOME_LABELS.items())
    return ", ".join(f"{number} {word}" for number, word in numbers if number)
