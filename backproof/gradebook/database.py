"""The gradebook: the grades of a class in one SQLite file, kept as they come.

A grade belongs to the text of a submission, the suite and the assignment: the same three are graded once, whoever
hands them in, and however often. An attempt is what a learner handed in, and when.
"""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec

from backproof.problems import GraderFault, UsageProblem
from backproof.result import Grade, GradedSubmission
from backproof.standings import Attempt, Standing, Suite

# Told in the file's header, so that another SQLite file is not taken for a gradebook: "bkpr".
APPLICATION = 0x626B7072
VERSION = 1
# How long to wait while another process writes.
PATIENCE_SECONDS = 60.0

_SCHEMA = """
CREATE TABLE suites (
    suite INTEGER PRIMARY KEY,
    suite_version TEXT NOT NULL,
    assignment TEXT NOT NULL,
    assignment_sha256 TEXT NOT NULL,
    seed INTEGER NOT NULL,
    UNIQUE (suite_version, assignment, assignment_sha256)
);
CREATE TABLE grades (
    suite INTEGER NOT NULL REFERENCES suites,
    sha256 TEXT NOT NULL,
    graded_at TEXT NOT NULL,
    score REAL,
    max_score REAL,
    seconds REAL,
    problem TEXT NOT NULL,
    result BLOB,
    PRIMARY KEY (suite, sha256)
) WITHOUT ROWID;
CREATE TABLE attempts (
    attempt INTEGER PRIMARY KEY,
    assignment TEXT NOT NULL,
    learner TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    problem TEXT NOT NULL
);
CREATE INDEX attempts_of_learner ON attempts (assignment, learner, submitted_at, attempt);
"""


class Gradebook:
    """The grades of a class.

    Parameters
    ----------
    file : Path
    is_new_allowed : bool
        Whether to make the file where there is none, and to write to it.

    Raises
    ------
    UsageProblem
        If the file is no gradebook, or there is none.
    """

    def __init__(self, file: Path, *, is_new_allowed: bool = False) -> None:
        if not is_new_allowed and not file.is_file():
            raise UsageProblem(f"{file} does not exist; `backproof batch SUBMISSIONS --gradebook {file}` makes it")
        try:
            self._database = sqlite3.connect(file, timeout=PATIENCE_SECONDS, isolation_level=None)
            self._open(file, is_writable=is_new_allowed)
        except sqlite3.Error as error:
            raise UsageProblem(f"{file} cannot be used as a gradebook: {error}") from error

    def _open(self, file: Path, *, is_writable: bool) -> None:
        run = self._database.execute
        application, version, tables = (
            run(query).fetchone()[0]
            for query in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        )
        if tables == 0:
            # All or nothing: a file that was left half made would be no gradebook.
            begin = f"BEGIN; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};"
            self._database.executescript(f"{begin} {_SCHEMA} COMMIT;")
        elif application != APPLICATION:
            raise UsageProblem(f"{file} is an SQLite file, but no gradebook; name another file")
        elif version != VERSION:
            raise UsageProblem(
                f"{file} is a gradebook of another version ({version}, not {VERSION}); name another file"
            )
        if is_writable:
            # Readers and the writer do not wait for each other; what was committed survives whatever ends the machine.
            run("PRAGMA journal_mode = WAL")
            run("PRAGMA synchronous = FULL")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def begin(self, suite: Suite, seed: int) -> int:
        """Note what is graded with, and return the seed: that of an earlier run with the same suite, or else this."""
        key = (suite.version, suite.assignment, suite.assignment_sha256)
        self._execute(
            "INSERT OR IGNORE INTO suites (suite_version, assignment, assignment_sha256, seed) VALUES (?, ?, ?, ?)",
            (*key, seed),
        )
        return int(
            self._one("SELECT seed FROM suites WHERE (suite_version, assignment, assignment_sha256) = (?, ?, ?)", key)
        )

    def hand_in(self, suite: Suite, attempt: Attempt) -> None:
        """Note an attempt at an assignment, unless it is the learner's last one still."""
        last = self._database.execute(
            "SELECT sha256, problem FROM attempts WHERE (assignment, learner) = (?, ?)"
            " ORDER BY submitted_at DESC, attempt DESC LIMIT 1",
            (suite.assignment, attempt.learner),
        ).fetchone()
        if last != (attempt.sha256, attempt.problem):
            when = attempt.submitted_at.isoformat()
            self._execute(
                "INSERT INTO attempts (assignment, learner, submitted_at, path, sha256, problem)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (suite.assignment, attempt.learner, when, attempt.path, attempt.sha256, attempt.problem),
            )

    def outcome(self, suite: Suite, sha256: str) -> str | None:
        """Return why a submission could not be graded, empty if it was; None if nobody has tried."""
        row = self._database.execute(
            f"SELECT problem FROM grades WHERE sha256 = ? AND suite = ({_SUITE})", (sha256, *_key(suite))
        ).fetchone()
        return None if row is None else row[0]

    def keep(self, suite: Suite, grade: Grade) -> None:
        """Keep a grade."""
        result = zlib.compress(msgspec.json.encode(grade), level=6)
        values = (grade.submission.sha256, _now(), grade.score, grade.max_score, grade.seconds, "", result)
        self._keep(suite, values)

    def set_aside(self, suite: Suite, sha256: str, problem: str) -> None:
        """Keep why a submission could not be graded."""
        self._keep(suite, (sha256, _now(), None, None, None, problem, None))

    def _keep(self, suite: Suite, values: Sequence[object]) -> None:
        self._execute(
            "INSERT OR REPLACE INTO grades (suite, sha256, graded_at, score, max_score, seconds, problem, result)"
            f" VALUES (({_SUITE}), ?, ?, ?, ?, ?, ?, ?)",
            (*_key(suite), *values),
        )

    def suites(self) -> list[Suite]:
        """Return what submissions were graded with, in the order in which it was first used."""
        rows = self._database.execute("SELECT suite_version, assignment, assignment_sha256 FROM suites ORDER BY suite")
        return [Suite(*row) for row in rows]

    def attempts(self, suite: Suite) -> list[Attempt]:
        """Return all attempts at an assignment, each learner's in their order."""
        rows = self._database.execute(
            "SELECT learner, submitted_at, path, sha256, problem FROM attempts WHERE assignment = ?"
            " ORDER BY learner, submitted_at, attempt",
            (suite.assignment,),
        )
        return [Attempt(learner, datetime.fromisoformat(when), *rest) for learner, when, *rest in rows]

    def standings(self, suite: Suite) -> Iterator[Standing]:
        """Yield where each learner stands, by name; one grade is in memory at a time.

        Raises
        ------
        GraderFault
            If the file is damaged.
        """
        by_learner: dict[str, list[Attempt]] = {}
        try:
            for attempt in self.attempts(suite):
                by_learner.setdefault(attempt.learner, []).append(attempt)
            for attempts in by_learner.values():
                yield self._standing(suite, attempts)
        except (sqlite3.Error, zlib.error, msgspec.DecodeError, ValueError) as error:
            raise GraderFault(f"the gradebook is damaged: {error}") from error

    def _standing(self, suite: Suite, attempts: Sequence[Attempt]) -> Standing:
        last = attempts[-1]
        row = self._database.execute(
            f"SELECT problem, result FROM grades WHERE sha256 = ? AND suite = ({_SUITE})", (last.sha256, *_key(suite))
        ).fetchone()
        problem, result = row or (last.problem, None)
        return Standing(last, len(attempts), _grade(result, last), problem)

    def _execute(self, statement: str, values: Sequence[object]) -> None:
        try:
            self._database.execute(statement, values)
        except sqlite3.Error as error:
            raise GraderFault(f"the gradebook could not be written: {error}") from error

    def _one(self, query: str, values: Sequence[object]) -> Any:
        with closing(self._database.execute(query, values)) as found:
            return found.fetchone()[0]


_SUITE = "SELECT suite FROM suites WHERE (suite_version, assignment, assignment_sha256) = (?, ?, ?)"


def _key(suite: Suite) -> tuple[str, str, str]:
    return suite.version, suite.assignment, suite.assignment_sha256


def _grade(result: bytes | None, attempt: Attempt) -> Grade | None:
    """Return a grade as it was kept, with the path of this learner's own files."""
    if result is None:
        return None
    grade = msgspec.json.decode(zlib.decompress(result), type=Grade)
    return msgspec.structs.replace(grade, submission=GradedSubmission(attempt.path, attempt.sha256))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
