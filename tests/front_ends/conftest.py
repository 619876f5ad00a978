"""A learner's folder, as ``backproof init`` lays it and as it looks when the work has begun."""

import shutil
from pathlib import Path

import pytest

from tests.helpers import backproof, copied_reference, double_the_loss


@pytest.fixture(scope="session")
def laid(tmp_path_factory) -> Path:
    """Lay a folder once; tests copy it."""
    folder = tmp_path_factory.mktemp("laid") / "homework"
    done = backproof("init", folder, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def homework(laid, tmp_path) -> Path:
    """Give the learner's folder as ``init`` lays it."""
    return shutil.copytree(laid, tmp_path / "homework")


@pytest.fixture
def begun(homework) -> Path:
    """Give a learner's folder with losses.py done, but for a loss that is twice too large."""
    copied_reference(homework, "losses", "activations")
    double_the_loss(homework)
    return homework
