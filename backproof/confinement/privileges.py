"""Give up the rights of root: become the user nobody, or, if nobody cannot read Python, drop all capabilities."""

import ctypes
import os
import sys
from typing import Literal

import numpy as np

Choice = Literal["as the same user", "as an unprivileged user", "without capabilities"]

NOBODY = 65534
PR_CAPBSET_DROP = 24
_CAPABILITY_VERSION = 0x20080522
_MOST_CAPABILITIES = 64


def choose() -> Choice:
    """Return what can be given up here: another user cannot read root's home, nor a Python in it."""
    if os.geteuid() != 0:
        return "as the same user"
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _become_nobody()
            for file in (sys.executable, os.__file__, np.__file__):
                with open(file, "rb"):  # noqa: PTH123 - only whether it can be read
                    pass
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return "as an unprivileged user" if status == 0 else "without capabilities"


def drop(choice: Choice) -> None:
    """Give up the chosen rights, for good.

    Raises
    ------
    OSError
    """
    if choice == "as an unprivileged user":
        _become_nobody()
    elif choice == "without capabilities":
        _drop_capabilities()


def _become_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _drop_capabilities() -> None:
    """Empty the bounding set, then the permitted, effective and inheritable sets (capabilities(7))."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(_MOST_CAPABILITIES):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # past the last one that this kernel knows
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if libc.capset(header, nothing) != 0:
        raise OSError(ctypes.get_errno(), "capset")
