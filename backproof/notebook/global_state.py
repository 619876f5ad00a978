"""The global state of a kernel that checks change, beside the notebook's own names."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

# Attributes of `sys` with the last error, for a debugger; pytest sets them for a failed check.
LAST_ERROR = ("last_type", "last_value", "last_traceback", "last_exc")


@contextmanager
def global_state_preserved() -> Iterator[None]:
    """Restore the global random generators, torch's number of threads, and the error that ``%debug`` shows."""
    of_python, of_numpy = random.getstate(), np.random.get_state()
    torch = sys.modules.get("torch")
    of_torch, threads = (torch.get_rng_state(), torch.get_num_threads()) if torch else (None, 0)
    errors: dict[str, Any] = {name: getattr(sys, name) for name in LAST_ERROR if hasattr(sys, name)}
    try:
        yield
    finally:
        random.setstate(of_python)
        np.random.set_state(of_numpy)
        if torch is not None:
            torch.set_rng_state(of_torch)
            torch.set_num_threads(threads)
        for name in LAST_ERROR:
            if name in errors:
                setattr(sys, name, errors[name])
            elif hasattr(sys, name):
                delattr(sys, name)
