"""``backproof batch --scheduler``: a real Dask scheduler and real workers, which may be lost."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from tests.gradebook.submissions import a_class, crashing_assignment, rows, scores, small_assignment, write_numbers
from tests.helpers import assert_usage_error, backproof

TIMEOUT_SECONDS = 60


class Cluster:
    """A scheduler and its workers, each a process on this machine."""

    def __init__(self, stack, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._stack, self._folder = stack, folder
        self._start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")

    def worker(self):
        """Start a worker; Dask's nanny restarts it when it ends."""
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
    """Kill a process and its child processes."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def cluster(tmp_path):
    """A cluster with two workers."""
    with ExitStack() as stack:
        cluster = Cluster(stack, tmp_path)
        cluster.workers = [cluster.worker(), cluster.worker()]
        yield cluster


def test_a_lost_worker_costs_no_grade(tmp_path, cluster):
    """One of two workers is killed during a run: each submission has exactly one grade."""
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
        file, deadline = tmp_path / "class.sqlite", time.monotonic() + TIMEOUT_SECONDS
        while rows(file) < 5:
            assert time.monotonic() < deadline
            assert run.poll() is None, run.stdout.read()
            time.sleep(0.02)
        assert rows(file) < count - 5
        kill(cluster.workers[0])
        printed, _ = run.communicate(timeout=TIMEOUT_SECONDS)
    assert run.returncode == 0, printed
    assert f"{count} submissions: {count} graded in" in printed
    assert rows(file) == count
    assert [score == 100 for score in scores(file).values()] == [True, False] * (count // 2)


def test_a_submission_that_ends_its_worker_is_not_graded(tmp_path, cluster):
    """Its worker ends three times; the others are graded."""
    assignment = crashing_assignment(tmp_path)
    write_numbers(tmp_path / "submissions", {"ada": 42, "ben": 13, "cy": 1})
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
    """An address without a scheduler is a usage error after a short time."""
    a_class(tmp_path / "submissions", 1)
    options = ("--gradebook", "class.sqlite", "--scheduler", "tcp://127.0.0.1:9")
    done = backproof("batch", "submissions", *options, cwd=tmp_path)
    assert_usage_error(done)
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
