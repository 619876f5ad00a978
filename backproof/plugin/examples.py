"""Settings of Hypothesis: few examples, the same ones wherever a check runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
    """Keep Hypothesis from drawing constants of the modules that happen to be loaded.

    They would make the inputs of a check depend on the learner's other files, so that a replay could pass. There is no
    setting for that, hence the private method; if that is removed, ``tests/front_ends/test_seed.py`` fails.
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
