"""Tune the memory allocator: freed memory is kept, since the next array is about as large as the last."""

import gc
import sys

# https://sourceware.org/glibc/manual/latest/html_node/Malloc-Tunable-Parameters.html
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_MEGABYTE = 2**20


def keep_memory() -> None:
    """Collect garbage seldom, and let the C library keep freed memory.

    A grade makes millions of small objects and hardly a cycle: garbage collection takes a fifteenth of its time. As
    much is spent when memory is returned to the system and requested again, page by page, for each larger array.
    """
    gc.set_threshold(100_000, 50, 50)
    if sys.platform == "linux":
        import ctypes

        set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if set_option is not None:
            set_option(_TRIM_THRESHOLD, 512 * _MEGABYTE)
            set_option(_TOP_PAD, 16 * _MEGABYTE)
            set_option(_MMAP_THRESHOLD, 32 * _MEGABYTE)  # the largest that it takes
