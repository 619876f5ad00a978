"""Right submissions in every accepted convention and in single precision have full marks, with every seed.

With at most 60 statistical checks of level 1e-9 a grade, and 10 grades of each variant, a right suite fails here with
a probability below 1e-5 for fresh seeds; with these fixed ones the result is deterministic.
"""

from pathlib import Path

import pytest

from backproof.loading import load_submission
from tests.helpers import assert_full_marks

TOP = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("first_seed", range(0, 10, 5))
@pytest.mark.parametrize("variant", ["single_precision", "other_conventions"])
def test_right_variants_have_full_marks(variant, first_seed):
    """No check fails a right submission in another convention."""
    loaded = load_submission(TOP / "reference", adapter=TOP / "variants" / f"{variant}.py")
    assert_full_marks(loaded, range(first_seed, first_seed + 5))
