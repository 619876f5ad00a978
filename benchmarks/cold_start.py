"""Profile one grade from a cold start on one core.

Runs ``backproof grade reference --json`` in fresh processes bound to one core. The same run has an empty Python process
and one that imports the libraries of any such grader, so that the figures can be compared as ratios. Then one grade in
this process, warm, by module and by check.

    python benchmarks/cold_start.py [--runs 5]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
REFERENCE = TOP / "reference"
LIBRARIES = "import pytest, numpy, hypothesis, scipy.special, msgspec, click, rich.console, rich.progress"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="fresh processes of each kind (default: 5)")
    runs = parser.parse_args().runs
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "grade.json"
        grade = [sys.executable, "-m", "backproof", "grade", str(REFERENCE), "--seed", "0", "--json", str(result)]
        empty = median_seconds([sys.executable, "-c", "pass"], runs)
        libraries = median_seconds([sys.executable, "-c", LIBRARIES], runs)
        whole = median_seconds(grade, runs)
        cold = json.loads(result.read_text())
    in_checks = sum(check["seconds"] for check in cold["checks"])
    print(f"one core, median of {runs} fresh processes")
    for name, seconds in (
        ("an empty Python process", empty),
        ("... that imports the libraries", libraries),
        ("backproof grade reference --json", whole),
        ("   of it in the grade", cold["seconds"]),
        ("   of it in the checks themselves", in_checks),
    ):
        print(f"  {name:36}{seconds:7.3f} s {seconds / libraries:6.2f} x the imports")
    print_warm()


def median_seconds(command: list[str], runs: int) -> float:
    """Return the median wall-clock time of a command, after one run that fills the disk cache."""
    times = []
    for _ in range(runs + 1):
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def print_warm() -> None:
    """Grade the reference in this process until it is warm, and print the time by module and by check."""
    from backproof.grading.runner import grade
    from backproof.loading import load_submission

    for _ in range(3):
        begin = time.perf_counter()
        result = grade(*load_submission(REFERENCE), seed=0).grade
        seconds = time.perf_counter() - begin
    by_module: dict[str, float] = defaultdict(float)
    for check in result.checks:
        by_module[check.module] += check.seconds
    total = sum(by_module.values())
    print(f"warm, in one process: {seconds:.3f} s, of which {total:.3f} s in {len(result.checks)} checks")
    for module, spent in sorted(by_module.items(), key=lambda pair: -pair[1]):
        print(f"  {module:36}{spent:7.3f} s {spent / total:6.0%}")
    print("the ten slowest checks")
    for check in sorted(result.checks, key=lambda check: -check.seconds)[:10]:
        print(f"  {check.seconds * 1000:7.1f} ms  {check.id}")


if __name__ == "__main__":
    main()
