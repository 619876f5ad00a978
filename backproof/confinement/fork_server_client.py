"""The examiner's side of the fork server: starts it, requests candidates, and terminates them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from backproof.confinement.channel import Channel, Output
from backproof.confinement.fork_server import LARGEST_REQUEST, Fork, Forked, Ready, Setup, Terminate, Terminated
from backproof.confinement.limits import Limits
from backproof.problems import GraderFault

# The environment of a candidate: none of the examiner's variables, which may hold secrets.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_PACKAGE_FOLDER = Path(__file__).resolve().parents[2]
# Isolated mode leaves out the current folder; an engine that is not installed is found by its own path.
_START = (
    f"import sys; sys.path.append({str(_PACKAGE_FOLDER)!r}); from backproof.confinement.fork_server import main; main()"
)
# Importing torch takes seconds on a busy machine.
START_SECONDS = 120


@dataclass(frozen=True)
class CandidateProcess:
    """A candidate process."""

    pid: int
    channel: Channel
    output: Output


class ForkServerClient:
    """Starts a fork server, and candidates from it.

    Parameters
    ----------
    has_torch : bool
        Whether torch is loaded before the fork, as NumPy is.
    limits : Limits
    secrets : sequence of Path
        Files and folders that no candidate may read.
    """

    def __init__(self, has_torch: bool, limits: Limits, secrets: Sequence[Path]) -> None:
        if sys.platform != "linux":
            raise GraderFault(
                f"{sys.platform} has neither Landlock nor seccomp, which confine a submission: grade on Linux, or, for "
                "code that you trust, with --isolation local"
            )
        self._limits = limits
        # Which of root's rights a candidate gave up, in words; known with the first one.
        self.privileges = ""
        self._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, str(other.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[other.fileno()],
                env=ENVIRONMENT,
                cwd="/",
            )
        self._control.settimeout(START_SECONDS)
        self._control.send(msgspec.msgpack.encode(Setup(has_torch, limits, [str(secret) for secret in secrets])))
        self._is_ready = False

    def candidate(self) -> CandidateProcess:
        """Return a new, confined candidate.

        Raises
        ------
        GraderFault
            If this machine cannot confine.
        """
        if not self._is_ready:
            ready = msgspec.msgpack.decode(self._receive(), type=Ready)
            if ready.missing_layer:
                raise GraderFault(ready.missing_layer)
            self._is_ready = True
            self.privileges = ready.privileges
        own, channel = socket.socketpair()
        reading, writing = os.pipe()
        with channel:
            self._send(Fork(), channel.fileno(), writing)
        os.close(writing)
        output = Output(reading, self._limits.output_kb * 1024)
        forked = msgspec.msgpack.decode(self._receive(), type=Forked)
        return CandidateProcess(forked.pid, Channel(own, output), output)

    def terminate(self, candidate: CandidateProcess, *, is_running: bool) -> str:
        """End a candidate, and return how it ended, in words; empty if it had to be killed."""
        self._send(Terminate(candidate.pid, is_running))
        status = msgspec.msgpack.decode(self._receive(), type=Terminated).status
        candidate.output.drain()
        candidate.channel.close()
        candidate.output.close()
        return "" if status is None else _in_words(os.waitstatus_to_exitcode(status))

    def close(self) -> None:
        """End the fork server and every candidate."""
        self._control.close()
        self._end()

    def _send(self, request: Fork | Terminate, *descriptors: int) -> None:
        # If the fork server has ended, the next reply is missing.
        with contextlib.suppress(ConnectionError):
            socket.send_fds(self._control, [msgspec.msgpack.encode(request)], descriptors)

    def _receive(self) -> bytes:
        try:
            data = self._control.recv(LARGEST_REQUEST)
        except ConnectionError:
            data = b""
        if not data:
            raise GraderFault(f"the process that starts submissions ended: {self._end() or 'it was killed'}")
        return data

    def _end(self) -> str:
        """Wait for the end of the fork server, and return the last line that it printed."""
        stream = self._process.stderr
        assert stream is not None
        printed = b"" if stream.closed else stream.read()
        stream.close()
        self._process.wait()
        return printed.decode(errors="replace").strip().rpartition("\n")[2]


def _in_words(exit_code: int) -> str:
    if exit_code >= 0:
        return f"it ended itself with exit code {exit_code}"
    names = {int(known): known.name for known in signal.Signals}  # real-time signals have none
    name = names.get(-exit_code, str(-exit_code))
    meanings = {"SIGSEGV": ", a crash in compiled code", "SIGXCPU": ", out of processor time"}
    return f"it died of signal {name}{meanings.get(name, '')}"
