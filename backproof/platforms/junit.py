"""JUnit XML in the format of pytest's ``--junitxml`` (xunit2), for GitLab, Jenkins and others.

Source: pytest's ``_pytest/junitxml.py`` and the schema of its tests; GitLab's "Unit test reports", which ignores cases
of the same name and accepts files of up to 30 MB.
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from backproof.reports.failure import failure_text
from backproof.reports.limits import LENGTHS, cut, first_that_fits
from backproof.result import CheckResult, Grade

MOST_BYTES = 30_000_000
# The element of a case that did not pass.
ELEMENTS = {"failed": "failure", "error": "error", "timeout": "error", "todo": "skipped"}


def write_grade(grade: Grade) -> str:
    """Return the XML document, with one case of a unique name for each check."""
    return first_that_fits((_document(grade, length) for length in LENGTHS), MOST_BYTES)


def _document(grade: Grade, length: int) -> str:
    counts = grade.counts
    suites = Element("testsuites", name="backproof")
    suite = SubElement(
        suites,
        "testsuite",
        name=grade.assignment,
        tests=str(counts.total),
        failures=str(counts.failed),
        errors=str(counts.error + counts.timeout),
        skipped=str(counts.todo),
        time=f"{grade.seconds:.3f}",
    )
    for check in grade.checks:
        _add_case(suite, check, length)
    indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _add_case(suite: Element, check: CheckResult, length: int) -> None:
    name = check.id.removeprefix(f"{check.module}/")
    case = SubElement(suite, "testcase", classname=check.module, name=name, time=f"{check.seconds:.3f}")
    if check.failure is not None:
        first_line = check.failure.message.partition("\n")[0]
        element = SubElement(case, ELEMENTS[check.outcome], message=cut(first_line, LENGTHS[2]))
        element.text = cut(failure_text(check), length)
