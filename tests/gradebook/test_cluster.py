"""``backproof batch --scheduler``: a real Dask scheduler and real workers, which may be lost."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from tests.gradebook.batch_classes import a_class, answers, deadly_assignment, rows, scores, small_assignment
from tests.helpers import assert_one_line_of_complaint, backproof

PATIENCE_SECONDS = 60


class Cluster:
    """A scheduler and its workers, each a process of its own on this machine."""

    def __init__(self, stack, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._stack, self._folder = stack, folder
        self._start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")

    def worker(self):
        """Start a worker; its nanny starts it again when it dies."""
        return self._start(
            "worker", self.address, "--nthreads", "1", "--local-directory", str(self._folder), "--no-dashboard"
        )

    def _start(self, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._stack.callback(process.wait)
        self._stack.callback(kill, process)
        return process


def kill(process):
    """Kill a process and those that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def cluster(tmp_path):
    """Give a cluster with two workers."""
    with ExitStack() as stack:
        cluster = Cluster(stack, tmp_path)
        cluster.workers = [cluster.worker(), cluster.worker()]
        yield cluster


def test_a_lost_worker_costs_no_grade(tmp_path, cluster):
    """One of two workers is killed in mid-run: each submission has its grade, exactly once."""
    count = 40
    assignment = small_assignment(tmp_path)
    a_class(tmp_path / "submissions", count)
    command = [sys.executable, "-m", "backproof", "batch", "submissions", "--gradebook", "class.sqlite"]
    with subprocess.Popen(
        [*command, "--assignment", assignment, "--scheduler", cluster.address],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as run:
        file, deadline = tmp_path / "class.sqlite", time.monotonic() + PATIENCE_SECONDS
        while rows(file) < 5:
            assert time.monotonic() < deadline
            assert run.poll() is None, run.stdout.read()
            time.sleep(0.02)
        assert rows(file) < count - 5
        kill(cluster.workers[0])
        printed, _ = run.communicate(timeout=PATIENCE_SECONDS)
    assert run.returncode == 0, printed
    assert f"{count} submissions: {count} graded in" in printed
    assert rows(file) == count
    assert [score == 100 for score in scores(file).values()] == [True, False] * (count // 2)


def test_a_submission_that_kills_its_worker_is_set_aside(tmp_path, cluster):
    """Its worker ends three times; the others are graded."""
    assignment = deadly_assignment(tmp_path)
    answers(tmp_path / "submissions", {"ada": 42, "ben": 13, "cy": 1})
    done = backproof(
        *("batch", "submissions", "--gradebook", "class.sqlite", "--assignment", assignment),
        *("--isolation", "local", "--scheduler", cluster.address),
        cwd=tmp_path,
    )
    assert done.returncode == 1, done.stderr
    assert "not graded: ben: the worker that graded it ended 3 times" in done.stdout
    found = scores(tmp_path / "class.sqlite")
    assert (found["ada"], found["ben"], found["cy"]) == (100, None, 0)


def test_no_scheduler(tmp_path):
    """Nobody at that address: one line, after a short while."""
    a_class(tmp_path / "submissions", 1)
    options = ("--gradebook", "class.sqlite", "--scheduler", "tcp://127.0.0.1:9")
    done = backproof("batch", "submissions", *options, cwd=tmp_path)
    assert_one_line_of_complaint(done)
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
