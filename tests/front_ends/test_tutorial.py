"""docs/tutorial.md: write its functions and run its commands, in the order of the page."""

import re
import shlex
from pathlib import Path

import pytest

from backproof.content import content_root
from tests.helpers import python

PAGE = content_root() / "docs" / "tutorial.md"
STEP = re.compile(
    r"^`(?P<file>\w+\.py)`:\n\n```python\n(?P<functions>.*?)```|^```console\n\$ (?P<command>.*?)\n(?P<shown>.*?)```",
    flags=re.DOTALL | re.MULTILINE,
)


def write(file: Path, functions: str) -> None:
    """Replace the bodies of functions of the template; their docstrings stay."""
    text = file.read_text(encoding="utf-8")
    for function in functions.strip().split("\n\n\n"):
        head, body = function.split("\n", 1)
        quotes = [found.end() for found in re.finditer('"""', text[text.index(head) :])]
        begin = text.index(head) + quotes[1] + 1
        end = text.find("\n\n\ndef ", begin)
        text = text[:begin] + body + (text[end:] if end >= 0 else "\n")
    if "import numpy as np" not in text:
        text = text.replace('"""\n', '"""\n\nimport numpy as np\n', 1)
    file.write_text(text, encoding="utf-8")


def test_each_command_prints_what_the_page_shows(tmp_path):
    """From `backproof init` until nothing fails, each command prints the lines below it on the page."""
    steps = list(STEP.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(steps) > 30
    homework = tmp_path / "homework"
    shown = ""
    for step in steps:
        if step["file"]:
            write(homework / step["file"], step["functions"])
            continue
        shown, command = step["shown"], shlex.split(step["command"])
        done = python("-m", *command, cwd=homework if homework.is_dir() else tmp_path)
        assert done.returncode == int("failed," in shown and command[0] == "pytest"), done.stderr
        printed = {line.rstrip() for line in done.stdout.splitlines()}
        for line in shown.splitlines():
            assert any(line.rstrip() == other.partition(" in 0.")[0] for other in printed), (command, line, done.stdout)
    assert "✗" not in shown


@pytest.mark.parametrize("function", ["mean_squared_error", "cross_entropy", "dropout_forward"])
def test_three_functions_get_done(function):
    """Each function starts with a mistake: the page defines it more than once."""
    assert PAGE.read_text(encoding="utf-8").count(f"\ndef {function}(") > 2
