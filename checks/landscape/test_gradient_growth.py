"""Checks of gradient_growth: gradients that vanish or explode over many steps."""

import numpy as np

from backproof.testing import Sample, assert_close, assert_that, check, normal
from backproof.testing.general import *

from ._hessians import NOT_SQUARE

PASCANU = "Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, ICML 2013"

SAMPLES = {
    "gradient_growth": Sample(
        lambda rng: {"weight": normal(rng, (3, 3)), "steps": 4}, bad={"weight": NOT_SQUARE, "steps": (-1,)}
    ),
}


@check(
    points=2, source=f"{PASCANU}, section 2", hint="Multiply by weight once more each time, then take norm(power, 2)."
)
def test_growth_is_the_norm_of_each_power(gradient_growth, rng):
    """Entry k - 1 is the largest singular value of weight to the k: matrix powers, not powers of a number."""
    powers = 2.0 ** np.arange(1, 7)
    for factor, expected in ((2.0, powers), (-0.5, 1 / powers)):
        assert_close(gradient_growth(np.diag([factor, 0.1]), 6), expected, f"growth of diag({factor}, 0.1)")
    weight = normal(rng, (4, 4))
    weight = weight / np.linalg.norm(weight, ord=2)
    expected = [np.linalg.norm(np.linalg.matrix_power(weight, k), ord=2) for k in range(1, 9)]
    # No power is larger than 1, and each rounds the one before.
    assert_close(gradient_growth(weight, 8), np.array(expected), "growth of a random weight", magnitude=1.0)


@check(points=1, source=f"{PASCANU}, section 2", hint="Is it the power of a matrix, and the same matrix each time?")
def test_growth_follows_the_spectral_radius(gradient_growth, rng):
    """What goes back many steps dies out below a spectral radius of 1 and blows up above, whatever the norm is."""
    scales = np.array([1.0, 2.0, 4.0])
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    for radius in (0.8, 1.25):
        # All eigenvalues of this have the absolute value radius: each power k is radius**k, stretched up to 4 times.
        growth = gradient_growth(radius * turn * scales[:, None] / scales, 40)
        share = growth / radius ** np.arange(1, 41)
        # 40 multiplications in float32 round by less than a thousandth.
        assert_that(
            np.all((share > 0.999) & (share < 4.004)),
            f"with a spectral radius of {radius} the growth after 40 steps is {growth[-1]:.3g}",
            expected=f"from {radius**40:.3g} to {4 * radius**40:.3g}",
            got=f"{growth[-1]:.3g}",
        )
