"""Pseudonyms for the learners of a class, the same in every export of a gradebook.

A pseudonym is a keyed digest of the name. The key lies beside the gradebook and in no export, so that a reader cannot
find the names by trying those of a class list.
"""

import hashlib
import os
import re
import secrets
import shlex
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

import msgspec
from msgspec import structs

from backproof.gradebook.database import Gradebook
from backproof.problems import UsageProblem
from backproof.result import CheckResult, GradedSubmission, legible
from backproof.standings import Attempt, Standing, Suite

KEY_BYTES = 32
# 10 hexadecimal digits: two of 1,000 learners get the same one with a probability of 5e-7.
PSEUDONYM_BYTES = 5
# A character of a path in a message.
IN_PATH = r"[^\s'\"`]"
TEXTS = ("message", "expected", "got", "counterexample")


def key_of(gradebook: Path) -> bytes:
    """Return the key of a gradebook; the first call creates it.

    Raises
    ------
    UsageProblem
        If it can be neither read nor created.
    """
    file = Path(f"{gradebook}.key")
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(file)
    except OSError as error:
        raise UsageProblem(f"the key of the pseudonyms, {file}, cannot be made: {error.strerror}") from error
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(key)
    return key


def _read(file: Path) -> bytes:
    try:
        key = file.read_bytes()
    except OSError as error:
        raise UsageProblem(f"the key of the pseudonyms, {file}, cannot be read: {error.strerror}") from error
    if len(key) != KEY_BYTES:
        raise UsageProblem(f"{file} is no key of pseudonyms; remove it, and new exports get other pseudonyms")
    return key


class Pseudonyms:
    """Replaces the names in the standings of a class by pseudonyms."""

    def __init__(self, gradebook: Gradebook, key: bytes) -> None:
        self._gradebook = gradebook
        self._key = key
        self._attempts: dict[str, list[Attempt]] = {}

    def standings(self, suite: Suite) -> Iterator[Standing]:
        """Yield the standing of each learner, sorted by pseudonym: the order of the names would identify learners.

        One grade is in memory at a time; the others are stored, without names, in a temporary file.
        """
        # The paths in a grade are those of the first learner who handed in that submission.
        self._attempts = {}
        for attempt in self._gradebook.attempts(suite):
            self._attempts.setdefault(attempt.sha256, []).append(attempt)
        with tempfile.TemporaryFile() as file:
            places = []
            for standing in self._gradebook.standings(suite):
                nameless = self._without_names(standing)
                begin = file.tell()
                file.write(zlib.compress(msgspec.msgpack.encode(nameless), level=1))
                places.append((nameless.attempt.learner, begin, file.tell() - begin))
            for _, begin, length in sorted(places):
                file.seek(begin)
                yield msgspec.msgpack.decode(zlib.decompress(file.read(length)), type=Standing)

    def _without_names(self, standing: Standing) -> Standing:
        attempt, grade = standing.attempt, standing.grade
        same = self._attempts.get(attempt.sha256, []) if attempt.sha256 else []
        names = _Names({name: self._pseudonym(one.learner) for one in (attempt, *same) for name in _names(one)})
        pseudonym, sha256 = self._pseudonym(attempt.learner), self._digest(attempt.sha256, 32)
        if grade is not None:
            checks = [_check_without_names(names, check) for check in grade.checks]
            grade = structs.replace(grade, submission=GradedSubmission(pseudonym, sha256), checks=checks)
        problem = names.replaced_in(attempt.problem)
        attempt = replace(attempt, learner=pseudonym, path=pseudonym, sha256=sha256, problem=problem)
        return Standing(attempt, standing.attempts, grade, names.replaced_in(standing.problem))

    def _pseudonym(self, learner: str) -> str:
        return f"learner-{self._digest(learner, PSEUDONYM_BYTES)}"

    def _digest(self, text: str, size: int) -> str:
        return hashlib.blake2b(text.encode(errors="surrogatepass"), key=self._key, digest_size=size).hexdigest()


class _Names:
    """The texts that name a learner, each with its pseudonym."""

    def __init__(self, pseudonyms: dict[str, str]) -> None:
        self._pseudonyms = {name.casefold(): pseudonym for name, pseudonym in pseudonyms.items()}
        # The longest first: a path before the name in it.
        names = "|".join(re.escape(name) for name in sorted(pseudonyms, key=len, reverse=True))
        # With the folders before it, which may contain names too.
        folders = rf"(?<!{IN_PATH}){IN_PATH}*/"
        self._pattern = re.compile(rf"(?:{folders}|(?<!\w))({names})(?!\w)", re.IGNORECASE)

    def replaced_in(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._pseudonyms.get(found[1].casefold(), "learner"), text)


def _names(attempt: Attempt) -> set[str]:
    """Return the texts that name the learner: verbatim, and as messages and commands write them."""
    path = PurePath(attempt.path)
    names = {attempt.learner, attempt.path, path.name, path.stem} - {""}
    return {form for name in names for form in (name, legible(name), repr(name)[1:-1], shlex.quote(name))}


def _check_without_names(names: _Names, check: CheckResult) -> CheckResult:
    """Return the result of a check without names, and without its replay line, which contains the path."""
    if check.failure is None:
        return check
    texts = {name: names.replaced_in(getattr(check.failure, name)) for name in TEXTS}
    return structs.replace(check, failure=structs.replace(check.failure, **texts, replay=""))
