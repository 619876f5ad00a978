"""GitHub Actions: annotations on standard output, a job summary, and the outputs of the step.

Source: docs.github.com, "Workflow commands for GitHub Actions". Any line that begins with ``::``, after spaces too, is
a command. So texts of a submission are escaped in our own commands, and the report for people is printed within
:func:`commands_ignored`.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backproof.platforms import markdown
from backproof.problems import GraderFault
from backproof.reports.failure import failure_text
from backproof.reports.limits import LENGTHS, cut
from backproof.reports.points import as_decimal
from backproof.reports.summary import summary_line
from backproof.result import CheckResult, Grade, legible

IS_PRINTED = True
# GitHub shows no more of each kind from one step.
MOST_ANNOTATIONS = 10
NO_ERRORS = ("passed", "todo")


def write_grade(grade: Grade) -> str:
    """Return the commands: an error for each of the first failures, and a notice with the score."""
    failed = [check for check in grade.checks if check.outcome not in NO_ERRORS]
    errors = [_error(check, grade) for check in failed[:MOST_ANNOTATIONS]]
    title = _property(f"backproof {grade.assignment}")
    return "\n".join([*errors, f"::notice title={title}::{_message(summary_line(grade.checks))}"]) + "\n"


def publish(grade: Grade) -> None:
    """Append to the job summary and to the outputs of the step."""
    _append("GITHUB_STEP_SUMMARY", markdown.write_grade(grade))
    numbers = {"score": grade.score, "max-score": grade.max_score, "percent": grade.percent}
    _append("GITHUB_OUTPUT", "".join(f"{name}={as_decimal(number)}\n" for name, number in numbers.items()))


@contextmanager
def commands_ignored() -> Iterator[None]:
    """Make GitHub run no printed line as a command within this context; the token that ends it cannot be guessed."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        yield
    finally:
        print(f"::{token}::", flush=True)


def _error(check: CheckResult, grade: Grade) -> str:
    place = _place(check, grade) if check.functions else {}
    properties = ",".join(f"{name}={_property(value)}" for name, value in {**place, "title": check.id}.items())
    return f"::error {properties}::{_message(cut(failure_text(check), LENGTHS[1]))}"


def _place(check: CheckResult, grade: Grade) -> dict[str, str]:
    """Return the learner's line that raised, or else the first line of the checked file."""
    path = Path(grade.submission.path)
    folder = path.parent if path.suffix == ".py" else path
    raised = re.findall(r"^(\w+\.py):(\d{1,6})\b", check.failure.message if check.failure else "", re.MULTILINE)
    if raised:
        file, line = raised[-1]
        return {"file": str(folder / file), "line": line}
    return {"file": str(path if path.suffix == ".py" else folder / f"{check.module}.py"), "line": "1"}


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _append(variable: str, text: str) -> None:
    file = os.environ.get(variable)
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(legible(text))
    except OSError as error:
        raise GraderFault(f"{variable}: {file} could not be written: {error.strerror}") from error
