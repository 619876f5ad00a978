"""Compare the known mistakes with the results of a submission."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from backproof.assignment import Assignment
from backproof.contract import Contract
from backproof.diagnosis.catalogue import Reference, misconceptions_in
from backproof.diagnosis.difference import difference, same_within
from backproof.diagnosis.patterns import Pattern, draws_random_numbers, load_patterns, matching, pattern_of
from backproof.diagnosis.replay import Replay, ReplayError, outcome_of, without_redraws
from backproof.misconceptions import Misconception
from backproof.problems import ContractBroken
from backproof.result import CheckResult
from backproof.testing.calls import Call

# The share of the deviation from the right result that a mistake may leave unexplained.
UNEXPLAINED = 1e-3
# Besides calls on ordinary inputs those of the first few checks decide; a diagnosis must not take longer than they do.
MOST_CHECKS = 3


class Diagnostician:
    """Names the misconceptions that give a submission's values where the reference does not.

    A misconception is named if it gives the submission's value in every known call, and the reference gives another
    value in at least one. A single call that it does not explain rules it out for the whole grade, so that several that
    fit are all named, and none if the evidence is weak.
    """

    def __init__(self, assignment: Assignment, contract: Contract) -> None:
        self._assignment = assignment
        self._contract = contract
        self._known: dict[str, Misconception] = {}
        self._by_function: defaultdict[str, list[Misconception]] = defaultdict(list)
        self._loaded: set[str] = set()
        self.begin_grade()

    def begin_grade(self) -> None:
        """Drop the evidence of an earlier grade."""
        self._ruled_out: set[str] = set()
        self._supported: set[str] = set()
        self._weighed: Counter[str] = Counter()

    def explain(
        self, functions: Sequence[str], calls: Sequence[Call], probe: Callable[[str], Sequence[Call]]
    ) -> list[str]:
        """Return the misconceptions that may explain a failed check.

        Parameters
        ----------
        functions : sequence of str
            What the check needs.
        calls : sequence of Call
            Its last calls.
        probe : callable
            Function name -> further calls of it, on ordinary inputs.
        """
        named = []
        for function in functions:
            if function not in self._weighed:
                self._weigh(function, probe(function))
            if self._weighed[function] < MOST_CHECKS:
                self._weighed[function] += 1
                self._weigh(function, calls)
            named += [item.name for item in self._by_function[function] if self.still_fits(item.name)]
        return named

    def explain_pattern(self, function: str, checks: Sequence[CheckResult]) -> list[str]:
        """Return the misconceptions of a function that draws random numbers, by the checks of it that failed."""
        found = pattern_of(checks)
        if not found or not draws_random_numbers(self._contract.functions[function]):
            return []
        names = {item.name for item in self._of(function)}
        if any(map(self.still_fits, names)):
            return []  # its values are explained
        return matching(found, len(checks), {name: self._patterns[name] for name in names & self._patterns.keys()})

    def still_fits(self, name: str) -> bool:
        """Return whether a misconception explains all calls so far."""
        return name in self._supported and name not in self._ruled_out

    def explanation(self, name: str) -> str:
        """Return the text for a learner: the mistake, and what to do instead."""
        item = self._known[name]
        return f"{item.says}. {item.hint}"

    @cached_property
    def _reference(self) -> Reference:
        return Reference(self._assignment)

    @cached_property
    def _files(self) -> Mapping[str, Sequence[Path]]:
        return self._assignment.misconception_files()

    @cached_property
    def _patterns(self) -> Mapping[str, Pattern]:
        return load_patterns(self._assignment.folder("misconceptions"))

    def _of(self, function: str) -> list[Misconception]:
        """Return the misconceptions of a function; the first request loads those of its module."""
        module = self._contract.functions[function].module
        if module not in self._loaded:
            self._loaded.add(module)
            # Without the reference a mistake cannot be distinguished from right code.
            if self._assignment.folder("reference").is_dir():
                for file in self._files.get(module, []):
                    for item in misconceptions_in(file, self._reference):
                        self._known[item.name] = item
                        self._by_function[item.imitates].append(item)
        return self._by_function[function]

    def _weigh(self, function: str, calls: Sequence[Call]) -> None:
        """Compare every misconception of a function with the calls of it that returned something."""
        relevant = without_redraws(
            [call for call in calls if call.spec.name == function and outcome_of(call) is not None]
        )
        items = [item for item in self._of(function) if item.name not in self._ruled_out] if relevant else []
        if not items:
            return
        reference = Replay(self._reference)
        replays = {item.name: Replay(self._reference.with_replacement(function, item.function)) for item in items}
        with self._reference.importable(), np.errstate(all="ignore"):
            for call in relevant:
                left = {name: replay for name, replay in replays.items() if name not in self._ruled_out}
                if left:
                    self._judge(call, reference, left)

    def _judge(self, call: Call, reference: Replay, items: Mapping[str, Replay]) -> None:
        """Support the misconceptions that explain a wrong value; rule out those that give another one."""
        same = same_within(outcome_of(call))
        distances = {name: _deviation(replay, call) for name, replay in items.items()}
        giving_it = {name for name, distance in distances.items() if distance is not None and distance <= same}
        if giving_it == items.keys() and giving_it <= self._supported:
            return  # they fit whatever the right value is, and computing it takes time
        from_reference = _deviation(reference, call)
        if from_reference is None:
            return
        if from_reference > same:
            self._supported |= {name for name in giving_it if distances[name] <= UNEXPLAINED * from_reference}  # type: ignore[operator]
        self._ruled_out |= items.keys() - giving_it


def _deviation(replay: Replay, call: Call) -> float | None:
    """Return the difference of a call's outcome from the replayed one; None if it cannot be replayed."""
    try:
        return difference(outcome_of(call), replay.outcome(call))
    except (ReplayError, ContractBroken):
        return None
