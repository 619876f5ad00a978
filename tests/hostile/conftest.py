"""Fixtures of the hostile submissions."""

from pathlib import Path

import pytest

from tests.hostile.stage import Stage

# Its checks run on the submissions, not here.
collect_ignore = ["course"]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a course with secrets, and a place for a submission beside it."""
    return Stage(tmp_path)
