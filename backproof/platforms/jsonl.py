"""JSON lines: one object for each learner, with the whole grade as in ``backproof grade --json``."""

from typing import IO

import msgspec

from backproof.standings import ClassGrades


def write_class(grades: ClassGrades, stream: IO[bytes]) -> None:
    """Write a line for each standing; one grade is in memory at a time."""
    for standing in grades.standings:
        attempt = standing.attempt
        line = {
            "learner": attempt.learner,
            "path": attempt.path,
            "submitted_at": attempt.submitted_at,
            "attempts": standing.attempts,
            "late": standing.is_late(grades.due),
            "problem": standing.reason_not_graded,
            "grade": standing.grade,
        }
        stream.write(msgspec.json.encode(line) + b"\n")
