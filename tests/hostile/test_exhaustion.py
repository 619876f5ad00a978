"""Submissions that exhaust time, memory, descriptors and other resources."""

import pytest

from tests.hostile.stage import IMPATIENT, Hostile

ENDLESS = "no answer within 1 seconds: an endless loop, or far too slow"
EXHAUSTING = {
    "an endless loop": Hostile("def mean(x):\n    while True:\n        pass", "timeout", ENDLESS),
    "an endless loop that catches everything": Hostile(
        """
        def direction(x):
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """,
        "timeout",
        ENDLESS,
        ("direction",),
    ),
    "an endless loop while imported": Hostile("while True:\n    pass", "timeout", ENDLESS, ()),
    "sleep": Hostile("import time\ndef direction(x):\n    time.sleep(1e6)", "timeout", ENDLESS, ("direction",)),
    "a wait for a lock": Hostile(
        "import threading\nlock = threading.Lock()\ndef direction(x):\n    lock.acquire()\n    lock.acquire()",
        "timeout",
        ENDLESS,
        ("direction",),
    ),
    "stopping itself": Hostile(
        "import signal\ndef direction(x):\n    signal.raise_signal(signal.SIGSTOP)", "timeout", ENDLESS, ("direction",)
    ),
    "linear algebra in C": Hostile(
        "def direction(x):\n    return np.linalg.eigvals(np.random.rand(2000, 2000))",
        "timeout",
        ENDLESS,
        ("direction",),
    ),
    "a regular expression in C": Hostile(
        "import re\ndef direction(x):\n    return re.match('(a+)+$', 'a' * 60 + 'b')",
        "timeout",
        ENDLESS,
        ("direction",),
    ),
    "an integer in C": Hostile("def direction(x):\n    return 9**9**9", "timeout", ENDLESS, ("direction",)),
    "a list without an end": Hostile(
        """
        class Endless(list):
            def __iter__(self):
                while True:
                    pass

        def order(x):
            return Endless([0])
        """,
        "timeout",
        ENDLESS,
        ("order",),
    ),
    "a callback without an end": Hostile(
        "def descend(gradient, start):\n    while True:\n        gradient(start)", "timeout", ENDLESS, ("descend",)
    ),
    "an answer without an end": Hostile(
        """
        import gc, itertools
        channel = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Channel")

        def descend(gradient, start):
            for _ in itertools.count():
                channel.send(b"\\x93\\xa8CallBack\\x00\\x91\\xc0")
        """,
        "timeout",
        "no answer within 1 seconds",
        ("descend",),
    ),
    "output": Hostile(
        "def direction(x):\n    while True:\n        print('x' * 10**6)", "timeout", ENDLESS, ("direction",)
    ),
    "errors": Hostile(
        "import os\ndef direction(x):\n    while True:\n        os.write(2, b'x' * 10**6)",
        "timeout",
        ENDLESS,
        ("direction",),
    ),
    "memory in Python": Hostile("def mean(x):\n    return sum([0] * 10**9)", "error", "MemoryError"),
    "memory in NumPy": Hostile("def mean(x):\n    return np.ones(10**9).mean()", "error", "MemoryError"),
    "memory bit by bit": Hostile(
        "kept = []\ndef mean(x):\n    while True:\n        kept.append(bytearray(10**6))", "error", "MemoryError"
    ),
    "memory of the C library": Hostile(
        """
        import ctypes

        def mean(x):
            libc = ctypes.CDLL(None)
            libc.malloc.restype = ctypes.c_void_p
            while libc.malloc(ctypes.c_size_t(2**20)):
                pass
            raise RuntimeError("malloc says no")
        """,
        "error",
        "malloc says no",
    ),
    "shared memory": Hostile(
        "import mmap\ndef mean(x):\n    return len(mmap.mmap(-1, 2**32))", "error", "Cannot allocate"
    ),
    "recursion": Hostile("def mean(x):\n    return mean(x)", "error", "RecursionError"),
    "descriptors": Hostile(
        """
        import os

        def mean(x):
            while True:
                os.pipe()
        """,
        "error",
        "Too many open files",
    ),
    "threads": Hostile(
        "import threading\ndef mean(x):\n    threading.Thread(target=print).start()", "error", "can't start new thread"
    ),
}


@pytest.mark.parametrize("name", EXHAUSTING)
def test_the_grader_ends_within_its_limits(stage, name):
    """An exhausted resource ends one call with a message, and is available again at the next check."""
    stage.expect(EXHAUSTING[name], **IMPATIENT, memory_mb=256)


def test_processor_time_is_limited(stage):
    """A submission that computes too long fails with a message about processor time."""
    stage.expect(
        Hostile("def mean(x):\n    while True:\n        pass", "timeout", "SIGXCPU, out of processor time"),
        cpu_seconds=1,
    )


def test_a_grade_ends_in_its_time(stage):
    """When the time of the grade is used up, the remaining checks have timed out, and the grade has all results."""
    stage.limit(call_seconds=0.4, grade_seconds=1.8)
    stage.submit(
        "import time\ndef slow(*args):\n    time.sleep(9)\nmean = center = order = direction = lambda x: slow()"
    )
    grade = stage.grade()
    assert grade.counts.timeout == grade.counts.total == 10
    assert "no answer within 0.4 seconds" in grade.checks[0].failure.message
    assert "the 1.8 seconds of this grade are used up" in grade.checks[-1].failure.message
    assert grade.seconds < 4
