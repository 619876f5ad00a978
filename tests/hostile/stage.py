"""The stage of a hostile submission: a small course with secrets in all files, observed during a grade."""

import hashlib
import secrets
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from backproof.grading.runner import grade
from backproof.loading import load_submission
from backproof.result import Grade, to_json
from tests.helpers import write_files

COURSE = Path(__file__).with_name("course")
TARGET = (COURSE / "reference" / "target.py").read_text(encoding="utf-8")
HONEST = (COURSE / "reference" / "honest.py").read_text(encoding="utf-8")
POINTS = 10
# The grader waits so long for a hostile call; an honest one takes a thousandth of it.
IMPATIENT = {"call_seconds": 1.0, "grade_seconds": 10.0}
PATIENT = {"call_seconds": 20.0, "grade_seconds": 60.0}


@dataclass(frozen=True)
class Hostile:
    """A hostile submission and the findings that it must have.

    Attributes
    ----------
    code : str
        The code in ``target.py`` below the right functions.
    outcome : str
        The outcome of each check of an attacked function.
    message : str
        Part of the message of each.
    attacked : tuple of str
        The functions that lose their points; all others keep them. Empty: all of ``target.py``.
    files : mapping
        The other files in the folder.
    """

    code: str
    outcome: str
    message: str
    attacked: tuple[str, ...] = ("mean",)
    files: Mapping[str, str] = field(default_factory=dict)


class Stage:
    """A course, another learner's submission and a place for the hostile one, in an observed folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secret = secrets.token_hex(16)
        self.course = folder / "course"
        self.submission = folder / "submission"
        shutil.copytree(COURSE, self.course)
        write_files(folder / "neighbour", {"target.py": f'"""{self.secret}"""\n{TARGET}'})
        for file in sorted(self.course.rglob("*.*")):
            comment = f"\n# {self.secret}\n" if file.suffix == ".toml" else f'\nSECRET = "{self.secret}"\n'
            file.write_text(file.read_text(encoding="utf-8") + comment, encoding="utf-8")

    def limit(self, **limits: float) -> None:
        """Write the table [limits] of the course."""
        lines = "".join(f"{name} = {value}\n" for name, value in limits.items())
        write_files(self.course, {"assignment.toml": f'modules = ["target", "honest"]\n[limits]\n{lines}'})

    def submit(self, code: str, files: Mapping[str, str] | None = None) -> Path:
        """Write a submission: right functions, and hostile code below them."""
        texts = {"target.py": f"{TARGET}\n\n{dedent(code)}", "honest.py": HONEST}
        return write_files(self.submission, texts | dict(files or {}))

    def grade(self, *only: str) -> Grade:
        """Grade the submission, confined, in this process, and assert that nothing was changed or leaked."""
        before = self._state()
        begin = time.monotonic()
        loaded = load_submission(self.submission, assignment=str(self.course), isolation="confined")
        with closing(loaded[0]):
            result = grade(*loaded, seed=1, only=only).grade
        settings = loaded[1].settings.limits
        assert time.monotonic() - begin < settings.grade_seconds + settings.call_seconds + 5
        assert self._state() == before
        assert self.secret not in to_json(result).decode()
        return result

    def expect(self, hostile: Hostile, **limits: float) -> Grade:
        """Grade a hostile submission and assert its findings."""
        self.limit(**(PATIENT | limits))
        self.submit(hostile.code, hostile.files)
        result = self.grade()
        attacked = set(hostile.attacked)
        for check in result.checks:
            if attacked & set(check.functions) or (not attacked and check.module == "target"):
                assert check.failure is not None, f"{check.id} passed"
                assert hostile.message in check.failure.message, check.failure.message
                assert (check.outcome, check.points) == (hostile.outcome, 0), check.id
            else:
                assert check.outcome == "passed", f"{check.id}: {check.failure}"
        assert result.score == result.counts.passed < result.max_score == POINTS
        return result

    def _state(self) -> tuple[object, ...]:
        """Return the state that a hostile submission might change: files with contents, and this process."""
        files = {
            file: hashlib.sha256(file.read_bytes()).digest()
            for file in self.folder.rglob("*")
            if file.is_file() and "__pycache__" not in file.parts and ".hypothesis" not in file.parts
        }
        return files, list(sys.path), list(sys.meta_path), set(sys.modules) & {"target", "honest"}
