"""The code of hostile submissions: single attempts, and access to the channel."""

import os
from pathlib import Path
from textwrap import indent

import backproof
from backproof.content import content_root
from tests.hostile.stage import Hostile, Stage

# The attempt is the body of a function.
TRIED = """
import ctypes, errno, mmap, os, signal, socket, subprocess, sys, threading
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)

def asked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def attempt():
{attempt}

def mean(x):
    try:
        result = attempt()
    except OSError as error:
        raise RuntimeError(f"refused: {{errno.errorcode[error.errno]}}")
    raise RuntimeError(f"it worked: {{result!r}}")
"""

# A submission can find the channel among the objects of its process.
CHANNEL = """
import gc, os, signal, sys
import msgspec
channel = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Channel")

def answer(*message):
    channel.send(msgspec.msgpack.encode(list(message)))

def instead(*message):
    send = channel.send
    def once(data):
        channel.send = send
        answer(*message)
    channel.send = once

def raw(data):
    channel._socket.setblocking(True)
    channel._socket.sendall(data)

def extension(code, data=b""):
    return msgspec.msgpack.Ext(code, data)

def array(code, shape, data=b""):
    head = bytes([len(code), len(shape)]) + code + b"".join(size.to_bytes(8, "little") for size in shape)
    return extension(1, head + data)
"""


def attempt(stage: Stage, body: str, message: str, *, port: int = 0) -> Hostile:
    """Return a submission whose function ``mean`` tries something and raises with the outcome.

    In ``body``, ``{folder}`` is the stage's folder, ``{shipped}`` the content, ``{engine}`` the package, ``{examiner}``
    the id of this process and ``{port}`` a port that listens.
    """
    places = {
        "folder": stage.folder,
        "shipped": content_root(),
        "engine": Path(backproof.__file__).parent,
        "examiner": os.getpid(),
        "port": port,
    }
    return Hostile(TRIED.format(attempt=indent(body.format(**places), "    ")), "error", message)
