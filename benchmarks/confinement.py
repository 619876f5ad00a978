"""The cost of confinement: the same grade local and confined, side by side, and the parts of the difference.

Fresh processes alternate, so that both run under the same load; then, in this process, the parts one by one.

    python benchmarks/confinement.py [--runs 5] [--cores 1]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from backproof.confinement.channel import Channel
from backproof.grading.runner import grade
from backproof.loading import load_submission
from backproof.result import Isolation
from backproof.submission import LocalSubmission

TOP = Path(__file__).resolve().parents[1]
REFERENCE = TOP / "reference"
CALLS = 2000
BATCH = 50


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="fresh processes of each kind (default: 5)")
    parser.add_argument("--cores", type=int, default=2, help="cores to run on (default: 2)")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))[: options.cores]
    os.sched_setaffinity(0, cores)
    local, confined = whole_grades(options.runs)
    print(f"backproof grade reference, {len(cores)} core(s), median of {options.runs} alternating fresh processes")
    print(f"  local                               {local:7.3f} s")
    print(
        f"  confined                            {confined:7.3f} s   {confined - local:+.3f} s, {confined / local:.2f} x"
    )
    print_parts()


def whole_grades(runs: int) -> tuple[float, float]:
    """Return the median wall-clock seconds of a grade, local and confined."""
    seconds: dict[str, list[float]] = {"local": [], "confined": []}
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "grade.json"
        for _ in range(runs + 1):
            for isolation, times in seconds.items():
                command = [sys.executable, "-m", "backproof", "grade", str(REFERENCE), "--isolation", isolation]
                begin = time.perf_counter()
                subprocess.run([*command, "--seed", "0", "--json", result], check=True, stdout=subprocess.DEVNULL)
                times.append(time.perf_counter() - begin)
                assert json.loads(result.read_text())["isolation"] == isolation
    return statistics.median(seconds["local"][1:]), statistics.median(seconds["confined"][1:])


def print_parts() -> None:
    """Print the cost of a process and of a call, and the number of calls of a grade."""
    seconds: dict[str, float] = {}
    for isolation in ("local", "confined"):
        begin = time.perf_counter()
        submission, _, contract = load_submission(REFERENCE, isolation=isolation)
        relu, arguments = contract.functions["relu"], {"x": np.ones((8, 4))}
        submission.call(relu, arguments)
        seconds[f"{isolation}: from nothing to the first reply"] = time.perf_counter() - begin
        begin = time.perf_counter()
        for _ in range(CALLS):
            submission.call(relu, arguments)
        seconds[f"{isolation}: a call"] = (time.perf_counter() - begin) / CALLS
        begin = time.perf_counter()
        for _ in range(CALLS // BATCH):
            list(submission.call_batch(relu, [arguments] * BATCH))
        seconds[f"{isolation}: a call, {BATCH} together"] = (time.perf_counter() - begin) / CALLS
        submission.close()
    for part, spent in seconds.items():
        print(f"  {part:48}{1000 * spent:9.3f} ms")
    print(f"  a grade: {count('local')} calls, which cross the channel in {count('confined')} messages")


def count(isolation: Isolation) -> int:
    """Return how often a grade calls the submission, or sends it a message."""
    kind, name = {"local": (LocalSubmission, "_call"), "confined": (Channel, "send")}[isolation]
    original, counted = getattr(kind, name), 0

    def counting(*args: object) -> object:
        nonlocal counted
        counted += 1
        return original(*args)

    setattr(kind, name, counting)
    submission, assignment, contract = load_submission(REFERENCE, isolation=isolation)
    grade(submission, assignment, contract, seed=0)
    submission.close()
    setattr(kind, name, original)
    return counted


if __name__ == "__main__":
    main()
