"""The fork server: a process with NumPy loaded, and none of the project's content, that forks candidates.

It starts with a clean environment, so that a candidate inherits neither the examiner's memory nor its secrets. Requests
arrive on a socket, each with the two descriptors for the candidate: the channel, and the pipe for its output.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec

from backproof.allocator import keep_memory
from backproof.confinement.limits import Limits

if TYPE_CHECKING:
    from backproof.confinement.layers import Layers

LARGEST_REQUEST = 2**16
# A process that crashed and so closed its channel ends within microseconds; any other closed it on purpose.
END_SECONDS = 0.2


class Setup(msgspec.Struct):
    """The first message to the fork server."""

    has_torch: bool
    limits: Limits
    secrets: list[str]


class Ready(msgspec.Struct):
    """The reply to :class:`Setup`: ready to fork, or the layer that is missing."""

    missing_layer: str = ""
    privileges: str = ""


class Fork(msgspec.Struct, tag=True):
    """Fork a candidate; two descriptors are sent with this message."""


class Terminate(msgspec.Struct, tag=True):
    """Terminate a candidate, if it has not ended yet, and report how it ended."""

    pid: int
    is_running: bool


class Forked(msgspec.Struct):
    """The process number of a candidate."""

    pid: int


class Terminated(msgspec.Struct):
    """How a candidate ended, as a status of ``waitpid``; None if it had to be killed."""

    status: int | None


def main() -> NoReturn:
    """Serve the examiner until it ends; then kill all candidates."""
    control = socket.socket(fileno=int(sys.argv[1]))
    children: set[int] = set()
    try:
        setup = msgspec.msgpack.decode(control.recv(LARGEST_REQUEST), type=Setup)
        _serve(control, setup, children)
    except BaseException:  # noqa: BLE001 - the process reports any error and ends
        traceback.print_exc()
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        os._exit(0)


def _serve(control: socket.socket, setup: Setup, children: set[int]) -> None:
    import numpy.ma  # noqa: F401 - every candidate needs NumPy, and a median loads numpy.ma

    from backproof.confinement.candidate import Candidate  # noqa: F401
    from backproof.confinement.layers import Layers, MissingLayerError

    if setup.has_torch:
        import torch
        import torch._dynamo  # every optimiser loads it, and it creates a folder, which a candidate cannot

        from backproof.confinement import model_server  # noqa: F401 - a candidate cannot load it later

        torch.set_num_threads(1)
    keep_memory()
    try:
        layers = Layers(setup.limits, [Path(secret) for secret in setup.secrets])
    except MissingLayerError as error:
        control.send(msgspec.msgpack.encode(Ready(missing_layer=str(error))))
        return
    # Garbage collection of loaded modules in a candidate would copy the shared pages.
    gc.freeze()
    control.send(msgspec.msgpack.encode(Ready(privileges=layers.privileges)))
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, LARGEST_REQUEST, 2)
        if not data:
            return
        match msgspec.msgpack.decode(data, type=Fork | Terminate):
            case Fork():
                pid = os.fork()
                if pid == 0:
                    _become_candidate(layers, *descriptors)
                for descriptor in descriptors:
                    os.close(descriptor)
                children.add(pid)
                control.send(msgspec.msgpack.encode(Forked(pid)))
            case Terminate() as request:
                control.send(msgspec.msgpack.encode(Terminated(_terminate(request))))
                children.discard(request.pid)


def _become_candidate(layers: "Layers", channel: int, output: int) -> NoReturn:
    """Arrange the descriptors, confine this process, and reply to the examiner until it is done."""
    from backproof.confinement.candidate import Candidate
    from backproof.confinement.channel import Channel
    from backproof.confinement.layers import MissingLayerError

    exit_code = 1
    try:
        os.setsid()
        _keep_descriptors(output, keep={channel, layers.descriptor})
        candidate = Candidate(Channel(socket.socket(fileno=channel)))
        # The last folder on the path is the engine's, in a checkout the content's, too.
        sys.path_importer_cache.pop(sys.path.pop(), None)
        layers.apply()
        candidate.serve()
        exit_code = 0
    except MissingLayerError as error:
        print(error, file=sys.stderr, flush=True)
    except BaseException:  # noqa: BLE001 - the process reports any error and ends
        traceback.print_exc()  # to the pipe: the examiner shows it if the candidate never replies
    finally:
        os._exit(exit_code)


def _keep_descriptors(output: int, keep: set[int]) -> None:
    """Close all descriptors but an empty standard input, output and error as one pipe, and those in ``keep``."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    for entry in list(Path("/proc/self/fd").iterdir()):
        descriptor = int(entry.name)
        if descriptor > 2 and descriptor not in keep:
            with contextlib.suppress(OSError):  # the listing's own descriptor is closed already
                os.close(descriptor)


def _terminate(request: Terminate) -> int | None:
    """Wait for the end of a candidate, kill it if it runs on, and return its status; None if it was killed."""
    deadline = time.monotonic() + (0 if request.is_running else END_SECONDS)
    while time.monotonic() <= deadline:
        pid, status = os.waitpid(request.pid, os.WNOHANG)
        if pid:
            return status
        time.sleep(0.001)
    os.kill(request.pid, signal.SIGKILL)
    os.waitpid(request.pid, 0)
    return None
