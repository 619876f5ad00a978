"""The environment of platforms: without variables of the test machine, with those of Classroom 50's runner."""

import pytest

from tests.platforms.grades import CLASSROOM50

GITHUB = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Set the environment of this process and of the commands that it runs."""
    for variable in (*GITHUB, "CANVAS_ASSIGNMENT", "OWNER", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in CLASSROOM50.items():
        monkeypatch.setenv(variable, value)
