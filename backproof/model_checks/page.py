"""The report as HTML that needs no other file, on a light or a dark background."""

from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

from backproof.model_checks.formatting import by_reason, layer_columns, layers_title, summary
from backproof.model_checks.layers import description
from backproof.model_checks.result import ModelResult
from backproof.model_checks.statistics import ModelStatistics
from backproof.pages import rendered

FRAGMENT = Path(__file__).with_name("report.html.j2")
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>:root { color-scheme: light dark; } body { max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }</style>
</head>
<body>
{{ fragment }}
</body>
</html>
"""


def as_fragment(report: ModelResult) -> str:
    """Return the report for a notebook, with pictures if matplotlib is installed."""
    statistics = report.statistics
    return rendered(
        FRAGMENT.read_text(encoding="utf-8"),
        report=report,
        statistics=statistics,
        names=[description(layer.name) for layer in statistics.layers] if statistics else [],
        columns=layer_columns(statistics.layers, statistics.rate) if statistics else [],
        layers_title=layers_title(statistics) if statistics else "",
        summary=summary(statistics) if statistics else {},
        expected=by_reason(report.expected),
        skipped=by_reason(report.skipped),
        pictures=_svgs(statistics) if statistics else [],
    )


def as_page(report: ModelResult) -> str:
    """Return the report as a whole page."""
    return rendered(PAGE, title=f"{report.model}: {report.verdict}", fragment=Markup(as_fragment(report)))


def _svgs(statistics: ModelStatistics) -> list[Markup]:
    if find_spec("matplotlib") is None:
        return []
    from backproof.model_checks.pictures import as_svg, pictures

    return [Markup(as_svg(figure, title)) for title, figure in pictures(statistics).items()]
