"""Fixtures of the hostile submissions."""

from pathlib import Path

import pytest

from tests.hostile.stage import Stage

# Checks, which run on the submissions.
collect_ignore = ["course"]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Give a course with secrets in it, and a place for a submission beside it."""
    return Stage(tmp_path)
