"""Run a grader over a class, and measure time and memory: backproof here, the others through ``rivals``."""

import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import psutil
from rivals.environment import Environment
from rivals.recording import Suite

Result = TypeVar("Result")

SAMPLE_SECONDS = 0.1
BACKPROOF = [sys.executable, "-m", "backproof"]
OF_CHECKS = re.compile(rb"(\d+) of (\d+) checks passed")


@dataclass
class Row:
    """The measurement of a grader.

    Attributes
    ----------
    grader, runs : str
        Its name, and its way to grade.
    checks, submissions : int
    found : int
        How many of the submissions, all of which are wrong, failed a check.
    seconds : float
    peak_megabytes : float
        Of all its processes together, the largest of the samples.
    cores : int
    """

    grader: str
    runs: str
    checks: int
    submissions: int
    found: int
    seconds: float
    peak_megabytes: float
    cores: int = 1

    @property
    def rate(self) -> float:
        """Submissions a minute and core."""
        return 60 * self.submissions / self.seconds / self.cores


def measured(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """Return the result of some work, its seconds, and the largest memory of this process's children meanwhile."""
    is_over, peak = threading.Event(), 0

    def sample() -> None:
        nonlocal peak
        # Affinity of this thread only: it must not take time from the one core that is measured.
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
        while not is_over.wait(SAMPLE_SECONDS):
            peak = max(peak, sum(map(resident_bytes, psutil.Process().children(recursive=True))))

    sampler = threading.Thread(target=sample)
    sampler.start()
    begin = time.perf_counter()
    try:
        result = work()
    finally:
        seconds = time.perf_counter() - begin
        is_over.set()
        sampler.join()
    return result, seconds, peak / 2**20


def resident_bytes(process: psutil.Process) -> int:
    """Return the memory of a process; pages that processes share are counted for each of them."""
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0


def batch(folder: Path, gradebook: Path, *options: str) -> list[tuple[float, float, float]]:
    """Grade a class with ``backproof batch``; return score, maximum score and seconds, by learner."""
    command = [*BACKPROOF, "batch", str(folder), "--gradebook", str(gradebook), "--seed", "0", *options]
    subprocess.run(command, check=True, capture_output=True)
    with closing(sqlite3.connect(gradebook)) as database:
        return database.execute(
            "SELECT score, max_score, seconds FROM grades JOIN attempts USING (sha256) ORDER BY learner"
        ).fetchall()


def batch_row(folder: Path, gradebook: Path, checks: int, isolation: str, cores: int = 1) -> Row:
    """Measure ``backproof batch``."""
    options = ["--isolation", isolation, "--workers", str(cores)]
    grades, seconds, peak = measured(lambda: batch(folder, gradebook, *options))
    found = sum(score < best for score, best, _ in grades)
    each = [taken for _, _, taken in grades]
    runs = f"the whole suite; a grade takes {statistics.median(each):.2f} s, the second of the class {each[1]:.2f} s"
    name = f"backproof batch, {isolation}{'' if cores == 1 else f', {cores} cores'}"
    return Row(name, runs, checks, len(grades), found, seconds, peak, cores)


def pytest_row(submissions: list[Path]) -> Row:
    """Measure one ``pytest`` process each."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--submission"]

    def grade(file: Path) -> tuple[int, int]:
        output = subprocess.run([*command, file], cwd=file.parent, capture_output=True, check=False).stdout
        passed, checks = OF_CHECKS.findall(output)[-1]
        return int(passed), int(checks)

    results, seconds, peak = measured(lambda: [grade(file) for file in submissions])
    found = sum(passed < checks for passed, checks in results)
    runs = "the whole suite, a process each, not confined"
    return Row("pytest", runs, results[0][1], len(submissions), found, seconds, peak)


def grade_row(submissions: list[Path], work: Path) -> Row:
    """Measure one ``backproof grade`` process each."""

    def grade(file: Path) -> list[bool]:
        output = work / f"{file.stem}.json"
        command = [*BACKPROOF, "grade", str(file), "--seed", "0", "--json", str(output)]
        subprocess.run(command, capture_output=True, check=True)
        return [check["outcome"] == "passed" for check in json.loads(output.read_text())["checks"]]

    results, seconds, peak = measured(lambda: [grade(file) for file in submissions])
    found = sum(not all(passed) for passed in results)
    runs = "the whole suite, a process each, confined"
    return Row("backproof grade", runs, len(results[0]), len(submissions), found, seconds, peak)


def rival_row(name: str, folder: Path, modules: Path, submissions: list[Path], suite: Suite) -> Row:
    """Measure another grader, with one plain test for each check of the suite.

    Raises
    ------
    subprocess.CalledProcessError
        If it cannot be installed or does not grade.
    """
    rival = import_module(f"rivals.{name}")
    environment = Environment(rival.PACKAGE, modules)
    folder.mkdir()
    preparing, grading = rival.prepare(folder, submissions, suite.checks)
    for command in preparing:
        environment.run(command, folder)
    _, seconds, peak = measured(lambda: [environment.run(command, folder) for command in grading])
    passed = rival.passed(folder)
    assert len(passed) == len(submissions)
    assert len({len(tests) for tests in passed.values()}) == 1
    found = sum(not all(tests) for tests in passed.values())
    grader = f"{rival.NAME} {environment.version}"
    return Row(grader, rival.RUNS, len(suite.checks), len(submissions), found, seconds, peak)
