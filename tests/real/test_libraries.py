"""Libraries that were not written for this suite pass all of it that they have functions for."""

from pathlib import Path

import pytest

from backproof.loading import load_submission
from tests.helpers import assert_full_marks

HERE = Path(__file__).resolve().parent
LIBRARIES = {"pytorch": None, "scikit_learn": str(HERE / "scikit_learn"), "optax": str(HERE / "optax")}


@pytest.mark.parametrize("first_seed", range(0, 6, 3))
@pytest.mark.parametrize("library", LIBRARIES)
def test_library_has_full_marks(library, first_seed):
    """PyTorch (all), scikit-learn (whitening, metrics, splits) and optax (optimisers, schedules) fail no check."""
    folder = HERE / library
    loaded = load_submission(folder, adapter=folder / "adapter.py", assignment=LIBRARIES[library])
    assert_full_marks(loaded, range(first_seed, first_seed + 3))
