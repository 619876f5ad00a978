"""Find out which checks each mistake of a random function fails, for the diagnosis."""

import json
from pathlib import Path

from backproof.diagnosis.catalogue import as_submission, load_misconceptions
from backproof.diagnosis.patterns import FILE, Pattern, draws_random_numbers, pattern_of
from backproof.files import write_whole
from backproof.grading.runner import Grader, grading
from backproof.loading import load_submission
from backproof.validation.study import reference_folder

# A pattern that is another one with another seed is none.
SEEDS = (0, 1)


def write(argument: str) -> tuple[Path, int]:
    """Write the patterns of an assignment's misconceptions, and return the file and how many there are."""
    found = patterns(argument)
    _, assignment, _ = load_submission(reference_folder(argument), assignment=argument)
    file = assignment.folder("misconceptions") / FILE
    write_whole(file, json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return file, len(found)


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
            seen = (
                [pattern_of(grader.grade(wrong, seed=seed, only=only).grade.checks) for seed in SEEDS] if only else []
            )
            if seen and all(pattern == seen[0] for pattern in seen):
                found[item.name] = seen[0]
        return found

    return grading(assignment, contract, work)
