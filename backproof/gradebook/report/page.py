"""A class as one page for its instructor: it needs no other file, asks nothing of the network, hides no check."""

import gzip
from base64 import b64encode
from collections.abc import Iterable
from contextlib import chdir
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import msgspec

from backproof.gradebook.report.figures import ClassFigures, class_figures
from backproof.gradebook.report.records import class_records
from backproof.pages import picture_address, rendered, script_hash
from backproof.result import legible
from backproof.standings import Standing

HERE = Path(__file__).parent
STYLES = ("page.css", "class_page.css")
SCRIPTS = ("class_page.js", "class_map.js", "class_report.js")
# As many checks and mistakes are in sight; the other mistakes are in a fold, the other checks below their topics.
MOST_SHOWN = 15
# The same in the bars and in the words beside them.
PARTS = (("passed", "passed"), ("todo", "to do"), ("failed", "failed"))


@dataclass(frozen=True)
class Picture:
    """A picture with its title, and for the map where its cells are."""

    title: str
    svg: str
    frame: tuple[float, float, float, float] = (0.0, 1.0, 0.0, 1.0)

    @property
    def address(self) -> str:
        """The picture within the page; an image of its own."""
        return picture_address(self.svg)


def as_class_page(standings: Iterable[Standing], *, title: str, due: datetime | None = None) -> str:
    """Return a class as a page for its instructor, with the names of learners and all hidden checks.

    Parameters
    ----------
    standings : iterable of Standing
        Each is looked at once, and let go.
    title : str
        What the page is about: the assignment, or the class.
    due : datetime, optional
        What was handed in later is late; local time unless it says otherwise.

    Returns
    -------
    page : str
    """
    records = class_records(standings, due)
    found = class_figures(records)
    pictures, outcomes = _pictures(found)
    script = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return rendered(
        (HERE / "class_page.html.j2").read_text(encoding="utf-8"),
        title=legible(title),
        due=f"{due.astimezone():%Y-%m-%d %H:%M}" if due else "",
        records=records,
        # Neither text of a submission nor any bracket: only letters, digits, "+", "/" and "=".
        data=b64encode(gzip.compress(msgspec.json.encode(records), mtime=0)).decode(),
        found=found,
        pictures=pictures,
        map=outcomes,
        style="\n".join((HERE / name).read_text(encoding="utf-8") for name in STYLES),
        script=script,
        script_hash=script_hash(script),
        most_shown=MOST_SHOWN,
        parts=PARTS,
        duration=_duration,
    )


def _pictures(found: ClassFigures) -> tuple[list[Picture], Picture | None]:
    """Draw the distributions and the map, if there is something to draw, and to draw it with."""
    if not found.graded or not found.topics or find_spec("matplotlib") is None:
        return [], None
    with chdir(HERE):  # matplotlib reads a matplotlibrc where it is imported: never that of a folder of submissions
        from backproof.gradebook.report import pictures as drawn

    outcomes = drawn.map_picture(found)
    pictures = [Picture("Scores", drawn.score_picture(found)), Picture("Time of grading", drawn.time_picture(found))]
    return pictures, Picture("Learners and checks", outcomes.svg, outcomes.frame)


def _duration(seconds: float) -> str:
    """Return for example ``1 h 12 min``, ``3 min 20 s`` or ``4.2 s``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"
