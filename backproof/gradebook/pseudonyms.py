"""Pseudonyms: the grades of a class without its names, the same in every export of a gradebook.

A pseudonym is a keyed digest of the name. The key lies beside the gradebook and in no export, so that nobody finds the
names by trying those of a class list.
"""

import hashlib
import os
import re
import secrets
import shlex
import tempfile
import zlib
from collections.abc import Iterable, Iterator
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
# What a path in a message goes on with.
IN_PATH = r"[^\s'\"`]"
TEXTS = ("message", "expected", "got", "counterexample")


def key_of(gradebook: Path) -> bytes:
    """Return the key of a gradebook; it is made when it is first asked for.

    Raises
    ------
    UsageProblem
        If it can be neither read nor made.
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
    """Takes the names out of the standings of a class.

    Parameters
    ----------
    gradebook : Gradebook
    key : bytes
    """

    def __init__(self, gradebook: Gradebook, key: bytes) -> None:
        self._gradebook = gradebook
        self._key = key
        self._attempts: dict[str, list[Attempt]] = {}

    def standings(self, suite: Suite) -> Iterator[Standing]:
        """Yield where each learner stands, by pseudonym: the order of the names would tell who is who.

        One grade is in memory at a time; meanwhile they wait, without names, in a temporary file.
        """
        # A grade speaks of the files of whoever handed in that text first.
        self._attempts = {}
        for attempt in self._gradebook.attempts(suite):
            self._attempts.setdefault(attempt.sha256, []).append(attempt)
        with tempfile.TemporaryFile() as waiting:
            places = []
            for standing in self._gradebook.standings(suite):
                nameless = self._nameless(standing)
                begin = waiting.tell()
                waiting.write(zlib.compress(msgspec.msgpack.encode(nameless), level=1))
                places.append((nameless.attempt.learner, begin, waiting.tell() - begin))
            for _, begin, length in sorted(places):
                waiting.seek(begin)
                yield msgspec.msgpack.decode(zlib.decompress(waiting.read(length)), type=Standing)

    def _nameless(self, standing: Standing) -> Standing:
        attempt, grade = standing.attempt, standing.grade
        names = _Names({text: self._pseudonym(other.learner) for other in self._who(attempt) for text in _texts(other)})
        pseudonym, sha256 = self._pseudonym(attempt.learner), self._digest(attempt.sha256, 32)
        if grade is not None:
            checks = [_without(names, check) for check in grade.checks]
            grade = structs.replace(grade, submission=GradedSubmission(pseudonym, sha256), checks=checks)
        attempt = replace(
            attempt, learner=pseudonym, path=pseudonym, sha256=sha256, problem=names.hidden_in(attempt.problem)
        )
        return Standing(attempt, standing.attempts, grade, names.hidden_in(standing.problem))

    def _who(self, attempt: Attempt) -> Iterable[Attempt]:
        return [attempt, *(self._attempts.get(attempt.sha256, []) if attempt.sha256 else [])]

    def _pseudonym(self, learner: str) -> str:
        return f"learner-{self._digest(learner, PSEUDONYM_BYTES)}"

    def _digest(self, text: str, size: int) -> str:
        return hashlib.blake2b(text.encode(errors="surrogatepass"), key=self._key, digest_size=size).hexdigest()


class _Names:
    """Texts that name somebody, each with what to say in its place."""

    def __init__(self, pseudonyms: dict[str, str]) -> None:
        self._pseudonyms = {text.casefold(): pseudonym for text, pseudonym in pseudonyms.items()}
        # The longest first: a path before the name in it.
        texts = "|".join(re.escape(text) for text in sorted(pseudonyms, key=len, reverse=True))
        # With the folders before it, which may name somebody else.
        folders = rf"(?<!{IN_PATH}){IN_PATH}*/"
        self._pattern = re.compile(rf"(?:{folders}|(?<!\w))({texts})(?!\w)", re.IGNORECASE)

    def hidden_in(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._pseudonyms.get(found[1].casefold(), "learner"), text)


def _texts(attempt: Attempt) -> set[str]:
    """Return what names the learner: as it is, and as messages and commands write it."""
    path = PurePath(attempt.path)
    names = {attempt.learner, attempt.path, path.name, path.stem} - {""}
    return {form for name in names for form in (name, legible(name), repr(name)[1:-1], shlex.quote(name))}


def _without(names: _Names, check: CheckResult) -> CheckResult:
    """Return the result of a check without names; how to replay it names the path, and is left out."""
    if check.failure is None:
        return check
    texts = {name: names.hidden_in(getattr(check.failure, name)) for name in TEXTS}
    return structs.replace(check, failure=structs.replace(check.failure, **texts, replay=""))
