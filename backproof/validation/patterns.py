"""Record which checks each mistake of a random function fails, for the diagnosis."""

import json
from collections.abc import Mapping
from pathlib import Path

from backproof.diagnosis.catalogue import as_submission, load_misconceptions
from backproof.diagnosis.patterns import FILE, Pattern, draws_random_numbers, pattern_of
from backproof.files import write_atomically
from backproof.grading.runner import Grader, grading
from backproof.loading import load_submission
from backproof.validation.study import reference_folder

# A pattern must be the same with each seed.
SEEDS = (0, 1)


def write(argument: str) -> tuple[Path, int]:
    """Write the patterns of an assignment's misconceptions, and return the file and their number."""
    found = patterns(argument)
    _, assignment, _ = load_submission(reference_folder(argument), assignment=argument)
    file = assignment.folder("misconceptions") / FILE
    write_atomically(file, as_text(found))
    return file, len(found)


def as_text(found: Mapping[str, Pattern]) -> str:
    """Return patterns as JSON with one misconception a line, so that a change of one is one line of a diff."""
    lines = [json.dumps({name: found[name]}, sort_keys=True, ensure_ascii=False)[1:-1] for name in sorted(found)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def patterns(argument: str) -> dict[str, Pattern]:
    """Return the patterns that do not depend on the seed, by the misconception's name."""
    _, assignment, contract = load_submission(reference_folder(argument), assignment=argument)
    items = [
        item
        for item in load_misconceptions(assignment, contract).values()
        if draws_random_numbers(contract.functions[item.imitates])
    ]

    def work(grader: Grader) -> dict[str, Pattern]:
        found: dict[str, Pattern] = {}
        for item in items:
            only = grader.property_checks(item.imitates)
            wrong = as_submission(item, assignment)
            seen = [pattern_of(grader.grade(wrong, seed=s, only=only).grade.checks) for s in SEEDS if only]
            if seen and all(pattern == seen[0] for pattern in seen):
                found[item.name] = seen[0]
        return found

    return grading(assignment, contract, work)
