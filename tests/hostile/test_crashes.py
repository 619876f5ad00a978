"""Submissions that crash, or send malformed messages."""

from textwrap import dedent

import pytest

from tests.hostile.attempts import CHANNEL
from tests.hostile.stage import POINTS, Hostile

GONE = "the submission's process gave no answer: "
MALFORMED = "the submission's process did not answer as it must: "

CRASHING = {
    "a null pointer": ("import ctypes\ndef mean(x):\n    ctypes.string_at(0)", GONE + "it died of signal SIGSEGV"),
    "a null pointer while imported": ("import ctypes\nctypes.string_at(0)", GONE + "it died of signal SIGSEGV"),
    "abort": ("import os\ndef mean(x):\n    os.abort()", GONE + "it died of signal SIGABRT"),
    "a signal to itself": ("def mean(x):\n    signal.raise_signal(signal.SIGTERM)", GONE + "it died of signal SIGTERM"),
    "a signal without a name": ("def mean(x):\n    signal.raise_signal(40)", GONE + "it died of signal 40"),
    "freed memory": (
        "import ctypes\ndef mean(x):\n    ctypes.CDLL(None).free(ctypes.c_void_p(id(x) + 8))",
        GONE + "it died of signal SIG",
    ),
    "a broken object": (
        "import ctypes\ndef mean(x):\n    ctypes.memset(id(type(x)), 255, 400)\n    return x.sum()",
        GONE + "it died of signal SIGSEGV",
    ),
    "all descriptors closed": ("def mean(x):\n    os.closerange(0, 64)", GONE),
    "the channel closed, and alive": (
        "import time\ndef mean(x):\n    channel.close()\n    time.sleep(99)",
        GONE + "it closed its side of the channel",
    ),
    "something else in the channel's place": (
        "def mean(x):\n    channel._socket = open(os.devnull)",
        GONE,
    ),
    "garbage to every descriptor": (
        """
        def mean(x):
            for descriptor in range(64):
                try:
                    os.write(descriptor, b"garbage" * 99)
                except OSError:
                    pass
        """,
        MALFORMED + "an answer of 1575 MB; at most 16 MB are read",
    ),
    "half an answer": ('def mean(x):\n    raw((99).to_bytes(4, "little") + b"half")\n    os._exit(0)', GONE),
    "a huge length": (
        'def mean(x):\n    raw(b"\\xff" * 4)',
        MALFORMED + "an answer of 4095 MB; at most 16 MB are read",
    ),
    "an empty answer": ('def mean(x):\n    channel.send(b"")', MALFORMED + "the answer is cut short"),
    "no msgpack": (
        'def mean(x):\n    channel.send(b"\\xc1")',
        MALFORMED + "DecodeError: MessagePack data is malformed",
    ),
    "another kind of message": ('def mean(x):\n    answer("Grade", 10.0, 10.0)', MALFORMED),
    "a question in place of an answer": ('def mean(x):\n    answer("Find", ["mean", "target", [], []])', MALFORMED),
    "pickle": (
        "import pickle\ndef mean(x):\n    channel.send(pickle.dumps(print))",
        MALFORMED,
    ),
    "a problem of another kind": ('def mean(x):\n    answer("Raised", "GraderFault", "no", "", "")', MALFORMED),
    "an outcome of its own": ('def mean(x):\n    answer("Raised", "UsageProblem", "no", "", "")', MALFORMED),
    "lists without an end": (
        'def mean(x):\n    channel.send(b"\\x91" * 10**6)',
        MALFORMED + "the answer is nested more than",
    ),
    "lists in lists": (
        'def mean(x):\n    answer("Returned", eval("[" * 60 + "]" * 60), [])',
        MALFORMED + "the answer is nested",
    ),
    "more lists than memory": (
        'def mean(x):\n    channel.send(b"\\x93\\xa8Returned\\xdd\\0\\xff\\xff\\0" + b"\\x90" * 0xFFFF00)',
        MALFORMED + "the answer is too large",
    ),
    "a list that announces more than there is": (
        'def mean(x):\n    channel.send(b"\\x93\\xa8Returned\\xdd\\xff\\xff\\xff\\xff\\xc0")',
        MALFORMED + "the answer is cut short",
    ),
    "an array with another length": (
        'def mean(x):\n    answer("Returned", array(b"<f8", [2]), [])',
        MALFORMED + "an array of shape [2] in 0 bytes",
    ),
    "an array larger than the memory": (
        'def mean(x):\n    answer("Returned", array(b"<f8", [2**40, 2**40, 0]), [])',
        MALFORMED + "an array of shape",
    ),
    "an array of objects": (
        'def mean(x):\n    answer("Returned", array(b"|O", [1], bytes(8)), [])',
        MALFORMED + "an array of dtype b'|O'",
    ),
    "an array of a dtype without an end": (
        'def mean(x):\n    answer("Returned", array(b"f8," * 50, [1], bytes(8)), [])',
        MALFORMED + "an array of dtype",
    ),
    "an array of 255 dimensions": (
        'def mean(x):\n    answer("Returned", array(b"<f8", [1] * 255, bytes(8)), [])',
        MALFORMED + "an array of 255",
    ),
    "an unknown extension": ('def mean(x):\n    answer("Returned", extension(99), [])', MALFORMED + "extension 99"),
    "a function of its own": (
        'def mean(x):\n    answer("Returned", extension(6, bytes(8)), [])',
        MALFORMED + "extension 6 means nothing here",
    ),
    "no replies": ('def mean(x):\n    answer("Replies", [])', MALFORMED + "no reply to what was asked"),
    "replies that are none": (
        'def mean(x):\n    answer("Replies", [1, [], "reply"])',
        MALFORMED + "no reply to what was asked",
    ),
    "more replies than calls": (
        'def mean(x):\n    answer("Replies", [extension(9, b"")] * 10**5)',
        MALFORMED + "no reply to what was asked",
    ),
    "replies without an end": (
        'def mean(x):\n    while True:\n        answer("Replies", [extension(9, b"")])',
        MALFORMED,
    ),
    "replies in replies": (
        'def mean(x):\n    answer("Replies", [extension(9, b"\\x92\\xa7Replies\\x90")] * 3)',
        MALFORMED + "no reply to what was asked",
    ),
    "a result in place of an earlier one": (
        'def mean(x):\n    answer("Returned", extension(8, bytes(8)), [])',
        MALFORMED + "extension 8 means nothing here",
    ),
    "a callback that nobody passed": (
        'def mean(x):\n    answer("CallBack", 0, [])',
        MALFORMED + "a call of a function",
    ),
    "a generator that nobody passed": (
        'def mean(x):\n    answer("Returned", 0.0, [bytes(45)])',
        MALFORMED + "a state that no generator has",
    ),
    "a generator with another name": (
        'def mean(x):\n    answer("Returned", 0.0, [bytes(8) + b"\\1" * 37])',
        MALFORMED + "the state of a generator that was not passed",
    ),
}


@pytest.mark.parametrize("name", CRASHING)
def test_a_lost_process_is_reported_and_replaced(stage, name):
    """The check has timed out and reports the cause, and the next one gets a fresh process."""
    code, message = CRASHING[name]
    attacked = () if "while imported" in name else ("mean",)
    stage.expect(Hostile(CHANNEL + dedent(code), "timeout", message, attacked))


def test_a_process_may_end_after_a_right_reply(stage):
    """A process that has ended before the next check is replaced, and its reply has earned the point."""
    stage.limit()
    stage.submit(CHANNEL + 'def direction(x):\n    answer("Returned", "up", [])\n    os._exit(0)\n')
    assert stage.grade().score == POINTS


def test_replies_without_a_request_are_dropped(stage):
    """Extra messages are no reply to the next request: checks of other functions do not receive them."""
    code = """
        def mean(x):
            for _ in range(9):
                answer("Returned", -1.0, [])
            return -1.0
    """
    stage.expect(Hostile(CHANNEL + dedent(code), "failed", "mean is"))


def test_a_file_is_not_blamed_for_code_of_another(stage):
    """A process that ends while another file is imported, by code that ran before: that file gets a fresh process."""
    code = """
        import sys
        from backproof.submission.modules import ModuleSpace
        load = ModuleSpace.load

        def mean(x):
            ModuleSpace.load = lambda self, file: load(self, file) if file.stem == "target" else os._exit(0)
            return -1.0
    """
    stage.expect(Hostile(CHANNEL + dedent(code), "failed", "mean is"))
