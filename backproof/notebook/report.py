"""The report of a notebook's functions: a page below the cell, text in a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from markupsafe import Markup
from rich.console import Console

from backproof.reports.terminal import print_grade
from backproof.result import Grade
from backproof.testing.plots import Curve, Image

WIDTH = 100
# A frame keeps the report's style and script from the notebook, and has its own background, to be readable in a light
# and in a dark theme. It is as high as its content, up to a limit beyond which it scrolls.
FRAME = Markup(
    '<iframe title="backproof" srcdoc="{page}"'
    ' style="width: 100%; height: 30rem; max-height: 44rem; border: 0; border-radius: .5rem"'
    " onload=\"this.style.height = this.contentDocument.documentElement.scrollHeight + 'px'\"></iframe>"
)


@dataclass(frozen=True, repr=False)
class NotebookReport:
    """The results of the checks: a notebook displays them, and ``print`` prints them.

    Attributes
    ----------
    grade : Grade
        Its ``checks`` hold every result.
    plots : mapping
        The curves and images that each check recorded, by its id.
    """

    grade: Grade
    plots: Mapping[str, Sequence[Curve | Image]]

    def __repr__(self) -> str:
        text = StringIO()
        # In a kernel, rich would colour the text and show each line as a separate output.
        console = Console(file=text, width=WIDTH, highlight=False, color_system=None, force_jupyter=False)
        print_grade(self.grade, console, detail="all")
        return text.getvalue().rstrip()

    def _repr_html_(self) -> str:
        from backproof.reports.page import as_page

        return str(FRAME.format(page=as_page(self.grade, self.plots)))
