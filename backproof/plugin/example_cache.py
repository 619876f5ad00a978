"""Cache the examples of a check: with the same seed they are the same in every grade.

Hypothesis takes longer to draw an example than a right submission takes to pass it.
"""

import functools
import pickle
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from backproof.plugin.examples import same_examples_everywhere
from backproof.testing.calls import CallLog


class ExampleCache:
    """Runs a check on its examples, and stores those of the last seed once a submission has passed all of them.

    Stored examples run first, each as Hypothesis would run it; if all pass, the check has passed. Otherwise Hypothesis
    draws them, to find the smallest one that fails, and gets the outcomes of those that have run. So a submission is
    called as often as without the cache, in the same order, and the result of the check is the same.
    """

    def __init__(self) -> None:
        self._seed: int | None = None
        self._stored: list[bytes] = []

    def run(self, item: pytest.Function, seed: int, log: CallLog) -> None:
        """Run a check that ``given`` decorates; afterwards the log holds the calls of the last example."""
        from hypothesis import seed as seed_hypothesis

        if seed != self._seed:
            self._seed, self._stored = seed, []
        test: Any = item.function
        fixtures = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
        body = test.hypothesis.inner_test
        known = deque(self._outcomes(item, fixtures, log))
        if known and known[-1] is None:
            return
        drawn: list[bytes | None] = []

        @functools.wraps(body)
        def example(*args: Any, **kwargs: Any) -> Any:
            if known:
                return _raise_if_any(known.popleft())
            log.clear()
            drawn.append(None)
            packed = _packed({name: value for name, value in kwargs.items() if name not in fixtures})
            returned = body(*args, **kwargs)
            drawn[-1] = packed
            return returned

        seed_hypothesis(seed)(test)
        # Without a database the key is not used, and making it parses the check: a twentieth of a grade.
        test._hypothesis_internal_database_key = None
        test.hypothesis.inner_test = example
        try:
            with same_examples_everywhere():
                item.obj(**fixtures)
        finally:
            test.hypothesis.inner_test = body
        # None stands for an example that was rejected, which counts with another submission, or that cannot be pickled.
        self._stored = [packed for packed in drawn if packed is not None] if None not in drawn else []

    def _outcomes(self, item: pytest.Function, fixtures: dict[str, Any], log: CallLog) -> list[BaseException | None]:
        """Run the stored examples up to the first that does not pass, and return the exception of each, or None."""
        test: Any = item.function
        instance = [] if item.instance is None else [item.instance]
        outcomes: list[BaseException | None] = []
        for packed in self._stored:
            inputs = pickle.loads(packed)
            log.clear()
            try:
                with _as_in_hypothesis(test):
                    test.hypothesis.inner_test(*instance, **fixtures, **inputs)
            except BaseException as error:  # noqa: BLE001 - raised again within Hypothesis
                return [*outcomes, error]
            outcomes.append(None)
        return outcomes


def _raise_if_any(outcome: BaseException | None) -> None:
    if outcome is not None:
        raise outcome


def _packed(inputs: dict[str, Any]) -> bytes | None:
    """Return inputs pickled, so that no check can change them, or None if they cannot be pickled."""
    try:
        packed = pickle.dumps(inputs)
    except Exception:  # noqa: BLE001 - a class that does not support it may raise anything
        return None
    # An input that draws while the check runs, as st.randoms() does, needs Hypothesis.
    return None if b"hypothesis" in packed else packed


@contextmanager
def _as_in_hypothesis(test: Any) -> Iterator[None]:
    """Set up what Hypothesis sets up for an example: seeded global generators, a context, a recursion limit.

    None has a public name; if one is removed, ``tests/front_ends/test_example_cache.py`` fails.
    """
    from hypothesis.control import BuildContext
    from hypothesis.internal.conjecture.data import ConjectureData
    from hypothesis.internal.conjecture.junkdrawer import ensure_free_stackframes
    from hypothesis.internal.entropy import deterministic_PRNG

    nothing_drawn = ConjectureData.for_choices([])
    with deterministic_PRNG(), BuildContext(nothing_drawn, wrapped_test=test), ensure_free_stackframes():
        yield
