"""The report in a terminal: the verdict, findings with advice, the layers, what was skipped."""

from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from backproof.model_checks.findings import Finding
from backproof.model_checks.formatting import by_reason, layer_columns, layers_title, summary
from backproof.model_checks.layers import description
from backproof.model_checks.result import ModelResult
from backproof.model_checks.statistics import ModelStatistics

SYMBOLS = {"error": "✗", "warning": "!"}
COLOURS = {"error": "red", "warning": "yellow"}
# The least width of an output that is no terminal.
WIDTH = 120
# As many as a screen shows; the page and the JSON have all.
MOST_LAYERS = 16


def as_text(report: ModelResult) -> str:
    """Return what ``print_report`` prints, without colours."""
    console = Console(file=StringIO(), color_system=None, highlight=False, force_terminal=False, force_jupyter=False)
    with console.capture() as capture:
        print_report(report, console)
    return "\n".join(line.rstrip() for line in capture.get().rstrip().splitlines())


def print_report(report: ModelResult, console: Console | None = None) -> None:
    """Print the report, the verdict first."""
    console = console or Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, WIDTH)
    worst = "error" if report.errors else "warning" if report.warnings else ""
    console.print(
        Text(f"{report.model}: {report.verdict}", style=f"bold {COLOURS.get(worst, 'green')}"), soft_wrap=True
    )
    for finding in report.findings:
        _print_finding(console, finding)
    if report.statistics is not None:
        _print_statistics(console, report.statistics)
    _print_reasons(console, "expected", by_reason(report.expected))
    _print_reasons(console, "skipped", by_reason(report.skipped))


def _print_finding(console: Console, finding: Finding) -> None:
    symbol, colour = SYMBOLS[finding.severity], f"bold {COLOURS[finding.severity]}"
    console.print()
    where = f"  {finding.layer}" if finding.layer else ""
    console.print(Text.assemble((f"{symbol} {finding.check}", colour), where), soft_wrap=True)
    console.print(Text(f"    {finding.message}"), soft_wrap=True)
    console.print(Text.assemble(("    try: ", "dim"), finding.advice), soft_wrap=True)


def _print_statistics(console: Console, statistics: ModelStatistics) -> None:
    layers = statistics.layers[:MOST_LAYERS]
    if layers:
        table = Table(box=None, pad_edge=False, header_style="dim")
        # The only column that may shrink: its texts are cut, not wrapped.
        table.add_column("layer")
        columns = layer_columns(layers, statistics.rate)
        for column in columns:
            table.add_column(column.title, justify="right", no_wrap=True)
        for row, layer in enumerate(layers):
            title = Text(f"{description(layer.name)} {layer.kind}", no_wrap=True, overflow="ellipsis")
            table.add_row(title, *(column.cells[row] for column in columns))
        console.print()
        console.print(Text(f"{statistics.parameters:,} parameters, {layers_title(statistics)}", style="dim"))
        console.print(table)
        if len(statistics.layers) > len(layers):
            more = len(statistics.layers) - len(layers)
            console.print(Text(f"... and {more} more layers (--html, --json, to_dict())", style="dim"))
    for name, text in summary(statistics).items():
        console.print(Text.assemble((f"{name}: ", "dim"), text), soft_wrap=True)


def _print_reasons(console: Console, title: str, reasons: list[tuple[str, list[str]]]) -> None:
    if reasons:
        console.print()
    for why, names in reasons:
        console.print(Text.assemble((f"{title} {', '.join(names)}: ", "dim"), why), soft_wrap=True)
