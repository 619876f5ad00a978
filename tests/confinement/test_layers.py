"""The layers of confinement, observed from outside, and the messages if one is missing."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from backproof.confinement import fork_server_client
from backproof.loading import load_submission
from backproof.problems import GraderFault
from tests.helpers import REFERENCE, python

CHECK = "losses/test_equal_logits_cost_log_c"


@pytest.fixture
def confined():
    """Return a confined submission with a running process."""
    submission, _, contract = load_submission(REFERENCE, isolation="confined")
    with closing(submission):
        submission.begin_check()
        submission.find(contract.functions["relu"])
        yield submission


def status(pid: int) -> dict[str, str]:
    """Return the kernel's status of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def is_gone(pid: int) -> bool:
    """Wait a little for a process to end."""
    for _ in range(200):
        with suppress(FileNotFoundError, ProcessLookupError):
            if status(pid)["State"][0] != "Z":
                time.sleep(0.01)
                continue
        return True
    return False


def test_privileges_are_gone(confined):
    """A candidate has no capability, cannot get one, is filtered, and runs as `nobody` if possible."""
    seen = status(confined._session._candidate.pid)
    assert seen["NoNewPrivs"] == "1"
    assert seen["Seccomp"] == "2"
    assert {name: int(seen[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == dict.fromkeys(
        ("CapInh", "CapPrm", "CapEff", "CapAmb"), 0
    )
    privileges = confined._fork_server.privileges
    if privileges == "without capabilities":
        assert (seen["Uid"].split()[0], int(seen["CapBnd"], 16)) == ("0", 0)
    elif privileges == "as an unprivileged user":
        assert set(seen["Uid"].split()) == set(seen["Gid"].split()) == {"65534"}
        assert seen["Groups"] == ""
    else:
        assert os.geteuid() != 0


def test_nothing_is_inherited(confined):
    """A candidate holds the channel, an empty standard input, one pipe for what it prints, and nothing else."""
    folder = Path(f"/proc/{confined._session._candidate.pid}/fd")
    held = {int(entry.name): str(entry.readlink()) for entry in folder.iterdir()}
    assert held.pop(0) == os.devnull
    assert held[1] == held.pop(2)
    assert held.pop(1).startswith("pipe:")
    kinds = sorted(re.sub(r"\d+", "", target) for target in held.values())
    assert kinds in (["socket:[]"], ["anon_inode:[landlock-ruleset]", "socket:[]"])
    environment = Path(f"/proc/{confined._session._candidate.pid}/environ").read_bytes().split(b"\0")
    assert {entry.partition(b"=")[0].decode() for entry in environment if entry} == set(fork_server_client.ENVIRONMENT)


def test_it_is_a_session_of_its_own(confined):
    """A candidate has no terminal, and lies in no process group with the grader."""
    pid = confined._session._candidate.pid
    assert os.getsid(pid) == os.getpgid(pid) == pid


def test_limits_are_hard(confined):
    """The limits are those of the assignment, and cannot be raised."""
    text = Path(f"/proc/{confined._session._candidate.pid}/limits").read_text()
    limits = {line[:26].strip(): line[26:].split()[:2] for line in text.splitlines()[1:]}
    assert limits["Max file size"] == limits["Max core file size"] == ["0", "0"]
    assert limits["Max cpu time"] == ["300", "301"]
    assert limits["Max open files"] == ["64", "64"]
    soft, hard = limits["Max address space"]
    assert soft == hard != "unlimited"


def test_closing_ends_everything(confined):
    """After the grade neither the candidate nor the fork server runs."""
    pids = confined._session._candidate.pid, confined._fork_server._process.pid
    confined.close()
    assert all(map(is_gone, pids))


def test_candidates_end_with_the_fork_server(confined):
    """If the fork server is killed, so is the candidate; the grader reports it, and does not hang."""
    pid = confined._session._candidate.pid
    confined._fork_server._process.kill()
    assert is_gone(pid)
    with pytest.raises(GraderFault, match="the process that starts submissions ended: it was killed"):
        confined.begin_check()


def test_processes_end_with_the_grader():
    """If the grader is killed in the middle of a call, its processes end too."""
    code = f"""
import os, pathlib, signal
from backproof.loading import load_submission
submission, _, contract = load_submission(pathlib.Path({str(REFERENCE)!r}), isolation="confined")
submission.begin_check()
submission.find(contract.functions["relu"])
print(submission._session._candidate.pid, submission._fork_server._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert all(is_gone(int(pid)) for pid in done.stdout.split())


# Take a system call away from this process and its children, then go on as the command line.
WITHOUT = """
import errno, runpy, sys
import pyseccomp
calls = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
for name in {calls}:
    calls.add_rule(pyseccomp.ERRNO(errno.ENOSYS), name)
if "seccomp" in {calls}:  # the older way to put on a filter
    calls.add_rule(pyseccomp.ERRNO(errno.EINVAL), "prctl", pyseccomp.Arg(0, pyseccomp.EQ, 22))
calls.load()
sys.argv[0] = "backproof"
runpy.run_module("backproof", run_name="__main__")
"""
MISSING = {
    "Landlock": (["landlock_create_ruleset"], "the kernel has no Landlock"),
    "half of Landlock": (["landlock_restrict_self"], "the process cannot be confined"),
    "seccomp": (["seccomp"], "the process cannot be confined"),
    "prlimit": (["prlimit64", "setrlimit"], "the process cannot be confined"),
}


@pytest.mark.parametrize("layer", MISSING)
def test_a_missing_layer_is_named(tmp_path, layer):
    """If the kernel lacks a layer, the grader stops with its name and the remedy."""
    calls, says = MISSING[layer]
    arguments = ["-c", WITHOUT.format(calls=calls), "grade", REFERENCE, "--check", CHECK]
    done = python(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert done.stderr.startswith("backproof: the grader could not run: ")
    assert says in done.stderr
    assert "--isolation local" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert python(*arguments, "--isolation", "local", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(("library", "says"), [("pyseccomp", "there is no seccomp"), ("landlockpy", "no Landlock")])
def test_a_missing_library_is_named(monkeypatch, library, says):
    """Where a library is not installed, the message names it."""
    start = f"import sys; sys.modules[{library!r}] = None; {fork_server_client._START}"
    monkeypatch.setattr(fork_server_client, "_START", start)
    submission, _, contract = load_submission(REFERENCE, isolation="confined")
    with closing(submission), pytest.raises(GraderFault, match=says) as caught:
        submission.find(contract.functions["relu"])
    assert library in str(caught.value)


def test_other_systems_are_refused(monkeypatch):
    """Windows and macOS have no such layers: the message names the alternative."""
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(GraderFault, match=r"darwin has neither .* --isolation local"):
        load_submission(REFERENCE, isolation="confined")
