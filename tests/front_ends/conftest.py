"""Fixtures: a learner's folder, as ``backproof init`` creates it and with some work done."""

import shutil
from pathlib import Path

import pytest

from tests.helpers import backproof, copied_reference, double_the_loss


@pytest.fixture(scope="session")
def initial_folder(tmp_path_factory) -> Path:
    """Create a folder once; tests copy it."""
    folder = tmp_path_factory.mktemp("initial") / "homework"
    done = backproof("init", folder, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def homework(initial_folder, tmp_path) -> Path:
    """Return a learner's folder as ``init`` creates it."""
    return shutil.copytree(initial_folder, tmp_path / "homework")


@pytest.fixture
def begun(homework) -> Path:
    """Return a learner's folder with losses.py done, except for a loss that is twice too large."""
    copied_reference(homework, "losses", "activations")
    double_the_loss(homework)
    return homework
