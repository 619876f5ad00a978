"""docs/own-assignment.md: write its files and run its commands, in the order of the page."""

import re
import shlex

import pytest

from backproof.content import content_root
from tests.helpers import backproof

PAGE = content_root() / "docs" / "own-assignment.md"
STEP = re.compile(
    r"^`(?P<file>[\w/.]+)`:\n\n```\w+\n(?P<text>.*?)```|^```console\n\$ backproof (?P<command>.*?)\n(?P<shown>.*?)```",
    flags=re.DOTALL | re.MULTILINE,
)


@pytest.fixture(scope="module")
def steps():
    """The files and commands of the page."""
    return list(STEP.finditer(PAGE.read_text(encoding="utf-8")))


def test_each_command_prints_what_the_page_shows(steps, tmp_path):
    """Each command prints the lines below it on the page, and has the exit code that they imply."""
    assert len(steps) >= 10
    for step in steps:
        if step["file"]:
            file = tmp_path / step["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(step["text"], encoding="utf-8")
            continue
        done = backproof(*shlex.split(step["command"]), cwd=tmp_path)
        is_refused = "do not meet" in step["shown"]
        assert done.returncode == int(is_refused), done.stderr
        for line in step["shown"].splitlines():
            assert line.strip() in done.stdout, (step["command"], line, done.stdout)
