"""Throughput of `backproof batch`, compared with one process each and with other graders, and its growth.

First, on one core, in one run: submissions a minute, for 200 different submissions. Each has every module written in
one of three right ways, and one or two known mistakes. The other graders, each in its own environment, have no
properties: they have one plain test for each check of the suite, which makes the same calls and compares with the
reference's results. Then, on all cores, time and memory of classes of 10 to 5,000 small submissions.

    python benchmarks/batch.py [--submissions 200] [--sample 20] [--rivals NAME ...]
                               [--sizes 10 100 1000 5000] [--json FILE]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Iterator
from dataclasses import asdict
from math import log
from pathlib import Path
from shutil import copy

from batch_class import write_class, write_small_class
from batch_runs import Row, batch, batch_row, grade_row, measured, pytest_row, rival_row
from rivals.recording import Suite, record_suite

RIVALS = ("gradescope", "otter", "nbgrader", "nbgrader_by_module")
SMALL_ASSIGNMENT = 'title = "One function"\nfunctions = ["mean_squared_error"]\n'


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=200, help="in the class (default: 200)")
    parser.add_argument("--sample", type=int, default=20, help="of them for what takes a process each (default: 20)")
    parser.add_argument("--rivals", nargs="*", default=RIVALS, choices=RIVALS, help="other graders (default: all)")
    parser.add_argument("--sizes", nargs="*", type=int, default=[10, 100, 1000, 5000], help="of the small classes")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    # One thread for all graders: the arrays are small, and threads would distort the comparison.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory() as folder:
        rows = compared(Path(folder), options.submissions, options.sample, options.rivals)
        growth = grown(Path(folder), options.sizes)
    if options.json:
        figures = {"graders": [{**asdict(row), "rate": row.rate} for row in rows], "growth": growth}
        options.json.write_text(json.dumps(figures, indent=2))


def compared(work: Path, count: int, sample: int, rivals: list[str]) -> list[Row]:
    """Print and return the throughput of each grader."""
    write_class(work / "class", count)
    (work / "modules").mkdir()
    copy(Path(__file__).parent / "rivals" / "replay.py", work / "modules")
    suite = record_suite(work / "modules" / "calls.pickle")
    rows = []
    for row in measured_rows(work, suite, sample, rivals):
        rows.append(row)
        print(f"{row.grader}: {row.submissions} submissions in {row.seconds:.0f} s", file=sys.stderr)
    one_each = next(row for row in rows if row.grader == "pytest")
    print(f"Python {platform.python_version()}: a million additions take {1000 * a_million_additions():.0f} ms")
    print(f"{count} submissions, {len(suite.checks)} checks each, one core unless more are named")
    print(f"  {'':36}{'submissions':>12}{'a minute':>10}{'of pytest':>10}{'a check':>10}{'memory':>9}{'wrong,':>8}")
    print(f"  {'':36}{'graded':>12}{'and core':>10}{'each':>10}{'ms':>10}{'MB':>9}{'found':>8}")
    for row in rows:
        each = 1000 * 60 / row.rate / row.checks
        print(
            f"  {row.grader:36}{row.submissions:12}{row.rate:10.1f}{row.rate / one_each.rate:9.2f}x{each:10.2f}"
            f"{row.peak_megabytes:9.0f}{row.found:8}"
        )
    for row in rows:
        print(f"  {row.grader}: {row.runs}")
    print(
        f"  other graders: {suite.replayed} of the suite's {suite.calls} calls, those without functions as arguments, "
        "compared with the reference; no property, no smallest counterexample, no diagnosis, no confinement"
    )
    return rows


def a_million_additions() -> float:
    """Return the seconds of a loop of additions, the least of five: builds of Python differ by a third."""
    return min(timeit.repeat("for k in range(1_000_000): k + 1", number=1, repeat=5))


def measured_rows(work: Path, suite: Suite, sample: int, rivals: list[str]) -> Iterator[Row]:
    """Yield the measurement of each grader."""
    submissions = sorted((work / "class").iterdir())[:sample]
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:1])
    for isolation in ("confined", "local"):
        yield batch_row(work / "class", work / f"{isolation}.sqlite", len(suite.checks), isolation)
    yield pytest_row(submissions)
    yield grade_row(submissions, work)
    for name in rivals:
        try:
            yield rival_row(name, work / name, work / "modules", submissions, suite)
        except subprocess.CalledProcessError as error:
            print(f"{name} is left out: {error}\n{error.stderr[-500:]}", file=sys.stderr)
    os.sched_setaffinity(0, cores)
    if len(cores) > 1:
        yield batch_row(work / "class", work / "cores.sqlite", len(suite.checks), "confined", len(cores))


def grown(work: Path, sizes: list[int]) -> list[dict[str, float]]:
    """Print and return time and memory of classes of small submissions."""
    (work / "assignment.toml").write_text(SMALL_ASSIGNMENT)
    figures = []
    print("backproof batch, confined, all cores: the checks of one function")
    print(f"  {'submissions':>12}{'s':>9}{'ms each':>10}{'memory, MB':>12}{'gradebook, kB':>15}")
    for size in sizes:
        folder, gradebook = work / f"small{size}", work / f"small{size}.sqlite"
        write_small_class(folder, size)
        scores, seconds, peak = measured(lambda: batch(folder, gradebook, "--assignment", str(work)))  # noqa: B023
        assert len(scores) == size
        kilobytes = gradebook.stat().st_size / 1024
        print(f"  {size:12}{seconds:9.1f}{1000 * seconds / size:10.1f}{peak:12.0f}{kilobytes:15.0f}", flush=True)
        figures.append({"size": size, "seconds": seconds, "peak_megabytes": peak, "gradebook_kilobytes": kilobytes})
    if len(sizes) > 1:
        last = f"from {sizes[-2]} to {sizes[-1]}: n^{exponent(figures[-2:]):.2f}"
        print(f"  time grows as n^{exponent(figures):.2f}; {last}")
    return figures


def exponent(figures: list[dict[str, float]]) -> float:
    """Return the exponent of growth of the time: the slope of a line through the logarithms."""
    return statistics.linear_regression(
        [log(row["size"]) for row in figures], [log(row["seconds"]) for row in figures]
    ).slope


if __name__ == "__main__":
    main()
