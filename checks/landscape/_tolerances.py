"""A tolerance for results that are divided by a norm."""

from backproof.testing.closeness import ROUNDINGS
from backproof.testing.precision import unit_roundoff


def beside_a_norm(got):
    """Return the magnitude that allows for a number of up to 1e-8 beside a norm, against division by zero."""
    return 1e-8 / (ROUNDINGS * unit_roundoff(got))
