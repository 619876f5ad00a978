"""The latency of `backproof watch`: from a save to the result, for each module.

Copies the reference to a folder, watches it in a separate process as a learner does, saves each file several times, and
prints the median and the worst time until the report's last line. Then the same with an assignment's example, whose
mistakes are diagnosed.

    python benchmarks/watch.py [--runs 5]
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
# The last line of a report names the isolation.
LAST_LINE = b" local \xc2\xb7 "
# The default assignment lacks these modules.
NOT_IN_ASSIGNMENT = {"model"}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="saves of each file (default: 5)")
    runs = parser.parse_args().runs
    for submission in ("reference", "example"):
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder) / submission
            shutil.copytree(TOP / submission, work, ignore=shutil.ignore_patterns("*.toml", "__pycache__"))
            print_table(submission, seconds_of_saves(work, runs))


def seconds_of_saves(work: Path, runs: int) -> dict[str, list[float]]:
    """Return the seconds from save to result by module."""
    with subprocess.Popen(
        [sys.executable, "-m", "backproof", "watch"],
        cwd=work,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        read_until(process.stdout.fileno(), b"Ctrl-C ends")
        files = [file for file in sorted(work.glob("*.py")) if file.stem not in NOT_IN_ASSIGNMENT]
        seconds = {file.stem: [seconds_of_save(file, process.stdout.fileno()) for _ in range(runs)] for file in files}
        process.send_signal(signal.SIGINT)
    return seconds


def seconds_of_save(file: Path, output: int) -> float:
    """Save a file and wait for the result."""
    begin = time.perf_counter()
    file.write_bytes(file.read_bytes())
    read_until(output, LAST_LINE)
    seconds = time.perf_counter() - begin
    read_until(output, b"Ctrl-C ends")
    return seconds


def read_until(output: int, text: bytes) -> None:
    """Read the output of a process up to a text."""
    seen = b""
    while text not in seen:
        new = os.read(output, 65536)
        assert new, seen
        seen += new


def print_table(submission: str, seconds: dict[str, list[float]]) -> None:
    """Print the median and the worst time of each module, and of all."""
    print(f"{submission}: seconds from save to result")
    print(f"  {'module':20}{'median':>8}{'worst':>8}")
    for module, times in sorted(seconds.items(), key=lambda pair: -max(pair[1])):
        print(f"  {module:20}{statistics.median(times):8.2f}{max(times):8.2f}")
    together = [time for times in seconds.values() for time in times]
    print(f"  {'all':20}{statistics.median(together):8.2f}{max(together):8.2f}")


if __name__ == "__main__":
    main()
