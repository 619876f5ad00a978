"""Hypothesis under our rules: few examples, the same ones wherever and beside whatever a check runs."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from backproof.testing.calls import CallLog

PROFILE = "backproof"
# Each example is a whole batch, so few do; one costs a millisecond.
EXAMPLES = 6


@contextmanager
def check_settings() -> Iterator[None]:
    """Make the settings of checks the default ones while a check module is imported.

    No database: the seed repeats a run. No deadline: a slow machine is no failure. No search for an explanation: it
    takes longer than the failure.
    """
    from hypothesis import HealthCheck, Phase, settings

    previous = settings.get_current_profile_name()
    settings.register_profile(
        PROFILE,
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=False,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile(PROFILE)
    try:
        yield
    finally:
        settings.load_profile(previous)


@contextmanager
def same_examples_everywhere() -> Iterator[None]:
    """Keep Hypothesis from mixing constants of the modules that happen to be loaded into what it draws.

    It would make the inputs of a check depend on the learner's other files, so that a replay elsewhere could pass. It
    has no setting for that, hence the private method; where that is gone, ``tests/front_ends/test_seed.py`` fails.
    """
    from hypothesis.internal.conjecture.providers import HypothesisProvider

    def no_constant(*_args: Any, **_kwargs: Any) -> None:
        return None

    original = HypothesisProvider._maybe_draw_constant
    HypothesisProvider._maybe_draw_constant = no_constant  # type: ignore[method-assign]
    try:
        yield
    finally:
        HypothesisProvider._maybe_draw_constant = original  # type: ignore[method-assign]


def seed_examples(test: Any, seed: int, log: CallLog) -> None:
    """Seed a test that is given examples, and let the log hold the calls of the last, smallest one alone."""
    from hypothesis import seed as seed_hypothesis

    seed_hypothesis(seed)(test)
    # Without a database nobody asks for the key, and making one parses the check: a twentieth of a grade.
    test._hypothesis_internal_database_key = None
    inner = test.hypothesis.inner_test
    original: Callable[..., Any] = getattr(inner, "without_log", inner)

    @functools.wraps(original)
    def with_empty_log(*args: Any, **kwargs: Any) -> Any:
        log.clear()
        return original(*args, **kwargs)

    with_empty_log.without_log = original  # type: ignore[attr-defined]
    test.hypothesis.inner_test = with_empty_log
