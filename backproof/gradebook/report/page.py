"""The page of a class for its instructor: one file, which sends no request and hides no check."""

import gzip
from base64 import b64encode
from collections.abc import Iterable
from contextlib import chdir
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from backproof.gradebook.report.figures import ClassFigures, class_figures
from backproof.gradebook.report.records import class_records
from backproof.pages import picture_url, rendered, script_hash
from backproof.reports.page import STYLE
from backproof.result import legible
from backproof.standings import Standing

HERE = Path(__file__).parent
# The classes of one grade's page are the basis.
STYLES = (STYLE, HERE / "page.css")
SCRIPTS = (HERE / "table.js", HERE / "map.js", HERE / "dialog.js")
# Visible checks and mistakes; further mistakes are folded, further checks are below their topics.
MOST_SHOWN = 15
# The parts of a bar, and the words for them.
PARTS = (("passed", "passed"), ("todo", "to do"), ("failed", "failed"))


def as_page(standings: Iterable[Standing], *, title: str, due: datetime | None = None) -> str:
    """Return the page of a class for its instructor, with the names of learners and all hidden checks.

    Parameters
    ----------
    standings : iterable of Standing
        Iterated once; none is retained.
    title : str
        The assignment, or the class.
    due : datetime, optional
        Later attempts are late; local time without a zone.

    Returns
    -------
    page : str
    """
    records = class_records(standings, due)
    found = class_figures(records)
    pictures, outcomes = _pictures(found)
    script = "\n".join(file.read_text(encoding="utf-8") for file in SCRIPTS)
    return rendered(
        (HERE / "page.html.j2").read_text(encoding="utf-8"),
        title=legible(title),
        due=f"{due.astimezone():%Y-%m-%d %H:%M}" if due else "",
        records=records,
        # Base64: letters, digits, "+", "/" and "=", so neither text of a submission nor any bracket.
        data=b64encode(gzip.compress(msgspec.json.encode(records), mtime=0)).decode(),
        found=found,
        pictures=pictures,
        map=outcomes,
        style="\n".join(file.read_text(encoding="utf-8") for file in STYLES),
        script=script,
        script_hash=script_hash(script),
        most_shown=MOST_SHOWN,
        parts=PARTS,
        duration=_duration,
    )


def _pictures(found: ClassFigures) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Return the histograms and the map, each with its title; none without grades or without matplotlib."""
    if not found.graded or not found.topics or find_spec("matplotlib") is None:
        return [], None
    with chdir(HERE):  # matplotlib reads a matplotlibrc in the working folder, which may be that of the submissions
        from backproof.gradebook.report import pictures

    histograms = {"Scores": pictures.score_picture(found), "Time of grading": pictures.time_picture(found)}
    outcomes = pictures.map_picture(found)
    return (
        [{"title": title, "url": picture_url(svg)} for title, svg in histograms.items()],
        {"title": "Learners and checks", "url": picture_url(outcomes.svg), "frame": outcomes.frame},
    )


def _duration(seconds: float) -> str:
    """Return for example ``1 h 12 min``, ``3 min 20 s`` or ``4.2 s``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"
