"""How the memory of a grade is managed: by keeping it, for the next array is about as large as the last."""

import gc
import sys

# https://sourceware.org/glibc/manual/latest/html_node/Malloc-Tunable-Parameters.html
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_MEGABYTE = 2**20


def keep_memory() -> None:
    """Look for garbage seldom, and let the C library keep what was freed.

    A grade makes millions of small objects and hardly a cycle: looking for cycles takes a fifteenth of its time. As
    much goes into memory that is given back to the system and asked for again, page by page, with each larger array.
    """
    gc.set_threshold(100_000, 50, 50)
    if sys.platform == "linux":
        import ctypes

        set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if set_option is not None:
            set_option(_TRIM_THRESHOLD, 512 * _MEGABYTE)
            set_option(_TOP_PAD, 16 * _MEGABYTE)
            set_option(_MMAP_THRESHOLD, 32 * _MEGABYTE)  # the largest that it takes
