"""The surroundings of gradebooks: nothing of the machine that runs the tests, and what Classroom 50's runner sets."""

import pytest

from tests.platforms.grades import CLASSROOM50


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """Set the environment, also for commands that are run."""
    for variable in (
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "GITHUB_OUTPUT",
        "CANVAS_ASSIGNMENT",
        "OWNER",
        "USERNAME",
    ):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in CLASSROOM50.items():
        monkeypatch.setenv(variable, value)
