"""The examples of a check, drawn once: with the same seed they are the same in every grade.

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
    """Gives a check its examples, and remembers those of the last seed once a submission has passed all of them.

    Remembered ones run first, each as Hypothesis would run it; if all pass, that is all. Otherwise Hypothesis draws
    them after all, to look for the smallest one that fails, and is told what came of those that have run. So it calls
    a submission as often as without the memory, in the same order, whatever that submission does or keeps; and what
    comes of a check is the same.
    """

    def __init__(self) -> None:
        self._seed: int | None = None
        self._remembered: list[bytes] = []

    def run(self, item: pytest.Function, seed: int, log: CallLog) -> None:
        """Run a check whose function has been through ``given``; the log will hold the calls of its last example."""
        from hypothesis import seed as seed_hypothesis

        if seed != self._seed:
            self._seed, self._remembered = seed, []
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
                return _ended_as(known.popleft())
            log.clear()
            drawn.append(None)
            packed = _packed({name: value for name, value in kwargs.items() if name not in fixtures})
            returned = body(*args, **kwargs)
            drawn[-1] = packed
            return returned

        seed_hypothesis(seed)(test)
        # Without a database nobody asks for the key, and making one parses the check: a twentieth of a grade.
        test._hypothesis_internal_database_key = None
        test.hypothesis.inner_test = example
        try:
            with same_examples_everywhere():
                item.obj(**fixtures)
        finally:
            test.hypothesis.inner_test = body
        # None stands for one that was rejected, which another submission may bring to count, or cannot be kept.
        self._remembered = [packed for packed in drawn if packed is not None] if None not in drawn else []

    def _outcomes(self, item: pytest.Function, fixtures: dict[str, Any], log: CallLog) -> list[BaseException | None]:
        """Run the remembered examples up to the first that does not pass, and return what each raised."""
        test: Any = item.function
        instance = [] if item.instance is None else [item.instance]
        outcomes: list[BaseException | None] = []
        for packed in self._remembered:
            inputs = pickle.loads(packed)
            log.clear()
            try:
                with _as_in_hypothesis(test):
                    test.hypothesis.inner_test(*instance, **fixtures, **inputs)
            except BaseException as error:  # noqa: BLE001 - raised again, where Hypothesis hears it
                return [*outcomes, error]
            outcomes.append(None)
        return outcomes


def _ended_as(outcome: BaseException | None) -> None:
    if outcome is not None:
        raise outcome


def _packed(inputs: dict[str, Any]) -> bytes | None:
    """Return inputs in a form that no check can change, or None where that cannot be."""
    try:
        packed = pickle.dumps(inputs)
    except Exception:  # noqa: BLE001 - a class that was not made for it may raise anything
        return None
    # What gives numbers while the check runs, as st.randoms() does, needs Hypothesis behind it.
    return None if b"hypothesis" in packed else packed


@contextmanager
def _as_in_hypothesis(test: Any) -> Iterator[None]:
    """Run an example with what Hypothesis puts around each: seeded global generators, a context, room to recurse.

    They have no public names; where these are gone, ``tests/front_ends/test_remembered_examples.py`` fails.
    """
    from hypothesis.control import BuildContext
    from hypothesis.internal.conjecture.data import ConjectureData
    from hypothesis.internal.conjecture.junkdrawer import ensure_free_stackframes
    from hypothesis.internal.entropy import deterministic_PRNG

    nothing_drawn = ConjectureData.for_choices([])
    with deterministic_PRNG(), BuildContext(nothing_drawn, wrapped_test=test), ensure_free_stackframes():
        yield
