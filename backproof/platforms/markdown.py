"""Markdown for a pull request, an issue or a job summary on GitHub, which accepts up to 1 MiB of it.

Source: github.github.com/gfm, the specification of GitHub Flavored Markdown. Texts of a submission are in code blocks
with a fence longer than any in them, so that they can neither draw a table nor mention an account.
"""

import re
from collections.abc import Iterator
from html import escape

from backproof.reports.failure import failure_text
from backproof.reports.limits import LENGTHS, cut, first_that_fits
from backproof.reports.points import as_decimal, points_by_module
from backproof.reports.summary import OUTCOME_LABELS, summary_line
from backproof.result import CheckResult, Grade

MOST_BYTES = 1024 * 1024 - 1024
SPECIAL = re.compile(r"[\\`*\[\]<>|&~@:\r\n]")


def write_grade(grade: Grade) -> str:
    """Return the score, a table of the modules, and each check that did not pass."""
    return first_that_fits(_versions(grade), MOST_BYTES)


def _versions(grade: Grade) -> Iterator[str]:
    failed = [check for check in grade.checks if check.failure is not None]
    for length in LENGTHS:
        yield "\n".join([_overview(grade), *(_failure(check, length) for check in failed)])
    yield _overview(grade)


def _overview(grade: Grade) -> str:
    lines = [
        f"## {_plain(grade.assignment)}",
        "",
        f"**{as_decimal(grade.score)} of {as_decimal(grade.max_score)} points** ({grade.percent:.0f} %)",
        "",
        summary_line(grade.checks),
        "",
        "| module | passed | points |",
        "| --- | ---: | ---: |",
    ]
    for module in points_by_module(grade.checks):
        passed = sum(check.outcome == "passed" for check in module.checks)
        points = f"{module.points:g} of {module.max_points:g}"
        lines.append(f"| {_plain(module.module)} | {passed} of {len(module.checks)} | {points} |")
    return "\n".join([*lines, ""])


def _failure(check: CheckResult, length: int) -> str:
    text = cut(failure_text(check), length)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    points = f"{check.points:g} of {check.max_points:g} points"
    summary = f"<code>{escape(check.id)}</code> {OUTCOME_LABELS[check.outcome]}, {points}"
    return f"<details><summary>{summary}</summary>\n\n{fence}text\n{text}\n{fence}\n\n</details>\n"


def _plain(text: str) -> str:
    """Return a text without special characters of Markdown or HTML."""
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
