"""README and guide match the checks."""

import contextlib
import io
import re
import sys
from pathlib import Path

import pytest

from backproof import check_model
from backproof.model_checks.arguments import arguments_of
from backproof.model_checks.registry import MODEL_CHECKS
from backproof.model_checks.run import LONG

TOP = Path(__file__).resolve().parents[2]
README = (TOP / "README.md").read_text(encoding="utf-8").partition("## Is a model of your own right?")[2]
GUIDE = (TOP / "docs/check-model.md").read_text(encoding="utf-8")


def file_in_guide(name: str) -> str:
    """Return a file as the guide shows it."""
    return re.search(rf"`{name}`:\n\n```python\n(.*?)```", GUIDE, re.DOTALL)[1]


def test_the_guide_lists_every_check_with_its_property():
    """It lists no other check, and is in alphabetical order."""
    table = GUIDE.partition("## The checks")[2].partition("##")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE)
    assert rows == [(name, MODEL_CHECKS[name].description) for name in sorted(MODEL_CHECKS)]


def test_long_checks_are_checks():
    """Each name of a long check is that of a check."""
    assert MODEL_CHECKS.keys() >= LONG


def test_the_example_in_the_readme_prints_its_output():
    """Both errors, word for word."""
    code, shown = re.findall(r"```(?:python)?\n(.*?)```", README, re.DOTALL)[:2]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert shown.strip() in printed.getvalue()


@pytest.mark.parametrize("factory", ["small_network", "pretrained_network"])
def test_the_networks_in_the_guide_are_right(factory, monkeypatch):
    """They draw no finding, and the guide's tests are made from them."""
    names = {}
    exec(compile(file_in_guide("networks.py"), "networks.py", "exec"), names)
    report = check_model(**arguments_of(names[factory](), factory))
    assert (report.errors, report.warnings) == ([], []), str(report)
    monkeypatch.setitem(sys.modules, "networks", type("networks", (), names))
    tests = {}
    exec(compile(file_in_guide("test_networks.py"), "test_networks.py", "exec"), tests)
    (mark,) = tests["test_networks"].pytestmark
    assert f"{factory}-symmetry" in [case.id for case in mark.args[1]]
