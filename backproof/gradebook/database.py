"""The gradebook: the grades of a class in one SQLite file.

A grade belongs to the digest of a submission, the suite and the assignment. The same three are graded once, for all
learners and attempts. An attempt records what a learner handed in, and when.
"""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec

from backproof.problems import GraderFault, UsageProblem
from backproof.result import Grade, GradedSubmission
from backproof.standings import Attempt, Standing, Suite

# In the file's header ("bkpr"), so that no other SQLite file is taken for a gradebook.
APPLICATION_ID = 0x626B7072
SCHEMA_VERSION = 1
# How long to wait while another process writes.
LOCK_TIMEOUT_SECONDS = 60.0

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
_SUITE = "SELECT suite FROM suites WHERE (suite_version, assignment, assignment_sha256) = (?, ?, ?)"


class Gradebook:
    """The grades of a class.

    Parameters
    ----------
    file : Path
    is_new_allowed : bool
        Whether to create a missing file, and to write to it.

    Raises
    ------
    UsageProblem
        If the file is no gradebook, or missing.
    """

    def __init__(self, file: Path, *, is_new_allowed: bool = False) -> None:
        if not is_new_allowed and not file.is_file():
            raise UsageProblem(f"{file} does not exist; `backproof batch SUBMISSIONS --gradebook {file}` makes it")
        try:
            self._database = sqlite3.connect(file, timeout=LOCK_TIMEOUT_SECONDS, isolation_level=None)
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
            # In one transaction: a half-made file would be no gradebook.
            begin = f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
            self._database.executescript(f"{begin} {_SCHEMA} COMMIT;")
        elif application != APPLICATION_ID:
            raise UsageProblem(f"{file} is an SQLite file, but no gradebook; name another file")
        elif version != SCHEMA_VERSION:
            versions = f"({version}, not {SCHEMA_VERSION})"
            raise UsageProblem(f"{file} is a gradebook of another version {versions}; name another file")
        if is_writable:
            # Readers and the writer do not wait for each other; commits survive a crash of the machine.
            run("PRAGMA journal_mode = WAL")
            run("PRAGMA synchronous = FULL")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def add_suite(self, suite: Suite, seed: int) -> int:
        """Store a suite, and return its seed: the stored one if an earlier run used the suite, or else ``seed``."""
        self._execute(
            "INSERT OR IGNORE INTO suites (suite_version, assignment, assignment_sha256, seed) VALUES (?, ?, ?, ?)",
            (*_key(suite), seed),
        )
        (stored,) = self._row(f"SELECT seed FROM suites WHERE suite = ({_SUITE})", _key(suite))
        return int(stored)

    def add_attempt(self, suite: Suite, attempt: Attempt) -> None:
        """Store an attempt at an assignment, unless it equals the learner's last one."""
        last = self._row(
            "SELECT sha256, problem FROM attempts WHERE (assignment, learner) = (?, ?)"
            " ORDER BY submitted_at DESC, attempt DESC LIMIT 1",
            (suite.assignment, attempt.learner),
        )
        if last != (attempt.sha256, attempt.problem):
            when = attempt.submitted_at.isoformat()
            self._execute(
                "INSERT INTO attempts (assignment, learner, submitted_at, path, sha256, problem)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (suite.assignment, attempt.learner, when, attempt.path, attempt.sha256, attempt.problem),
            )

    def problem(self, suite: Suite, sha256: str) -> str | None:
        """Return why a submission could not be graded: empty if it was graded, None if it was never tried."""
        row = self._row(f"SELECT problem FROM grades WHERE sha256 = ? AND suite = ({_SUITE})", (sha256, *_key(suite)))
        return None if row is None else row[0]

    def store_grade(self, suite: Suite, grade: Grade) -> None:
        """Store a grade; it replaces an earlier one."""
        result = zlib.compress(msgspec.json.encode(grade), level=6)
        self._store(suite, grade.submission.sha256, grade.score, grade.max_score, grade.seconds, "", result)

    def store_problem(self, suite: Suite, sha256: str, problem: str) -> None:
        """Store why a submission could not be graded."""
        self._store(suite, sha256, None, None, None, problem, None)

    def _store(self, suite: Suite, sha256: str, *values: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._execute(
            "INSERT OR REPLACE INTO grades (suite, sha256, graded_at, score, max_score, seconds, problem, result)"
            f" VALUES (({_SUITE}), ?, ?, ?, ?, ?, ?, ?)",
            (*_key(suite), sha256, now, *values),
        )

    def suites(self) -> list[Suite]:
        """Return all suites, in the order of first use."""
        rows = self._database.execute("SELECT suite_version, assignment, assignment_sha256 FROM suites ORDER BY suite")
        return [Suite(*row) for row in rows]

    def attempts(self, suite: Suite) -> list[Attempt]:
        """Return all attempts at an assignment, by learner, the earliest first."""
        rows = self._database.execute(
            "SELECT learner, submitted_at, path, sha256, problem FROM attempts WHERE assignment = ?"
            " ORDER BY learner, submitted_at, attempt",
            (suite.assignment,),
        )
        return [Attempt(learner, datetime.fromisoformat(when), *rest) for learner, when, *rest in rows]

    def standings(self, suite: Suite) -> Iterator[Standing]:
        """Yield the standing of each learner, by name; one grade is in memory at a time.

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
        query = f"SELECT problem, result FROM grades WHERE sha256 = ? AND suite = ({_SUITE})"
        problem, result = self._row(query, (last.sha256, *_key(suite))) or (last.problem, None)
        return Standing(last, len(attempts), _grade(result, last), problem)

    def _execute(self, statement: str, values: Sequence[object]) -> None:
        try:
            self._database.execute(statement, values)
        except sqlite3.Error as error:
            raise GraderFault(f"the gradebook could not be written: {error}") from error

    def _row(self, query: str, values: Sequence[object]) -> Any:
        return self._database.execute(query, values).fetchone()


def _key(suite: Suite) -> tuple[str, str, str]:
    return suite.version, suite.assignment, suite.assignment_sha256


def _grade(result: bytes | None, attempt: Attempt) -> Grade | None:
    """Return a stored grade, with the path of this learner's own files."""
    if result is None:
        return None
    grade = msgspec.json.decode(zlib.decompress(result), type=Grade)
    return msgspec.structs.replace(grade, submission=GradedSubmission(attempt.path, attempt.sha256))
