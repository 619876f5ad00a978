"""The report of a notebook's functions: the page below the cell, the text in a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from markupsafe import Markup
from rich.console import Console

from backproof.reports.terminal import print_grade
from backproof.result import Grade
from backproof.testing.plots import Curve, Image

WIDTH = 100
# A page within the page: its style and its script touch nothing of the notebook, and it brings its own ground, so that
# it can be read on a light and on a dark one. As high as what it shows, up to a limit, beyond which it scrolls.
FRAME = Markup(
    '<iframe title="backproof" srcdoc="{page}"'
    ' style="width: 100%; height: 30rem; max-height: 44rem; border: 0; border-radius: .5rem"'
    " onload=\"this.style.height = this.contentDocument.documentElement.scrollHeight + 'px'\"></iframe>"
)


@dataclass(frozen=True, repr=False)
class NotebookReport:
    """What the checks found: let a notebook show it, or ``print`` it.

    Attributes
    ----------
    grade : Grade
        Its ``checks`` have every result.
    plots : mapping
        The curves and images that each check recorded, by its id.
    """

    grade: Grade
    plots: Mapping[str, Sequence[Curve | Image]]

    def __repr__(self) -> str:
        text = StringIO()
        # In a kernel rich would colour the text, and show each line as an output of its own.
        console = Console(file=text, width=WIDTH, highlight=False, color_system=None, force_jupyter=False)
        print_grade(self.grade, console, detail="all")
        return text.getvalue().rstrip()

    def _repr_html_(self) -> str:
        from backproof.reports.page import as_page

        return str(FRAME.format(page=as_page(self.grade, self.plots)))
