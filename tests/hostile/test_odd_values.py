"""Submissions that return unexpected values, or pass them to a check's function."""

import pytest

from tests.hostile.attempts import CHANNEL
from tests.hostile.stage import Hostile

NUMBER = "mean must return a number for `mean`; it returned "
ARRAY = "center must return an array"
SHAPE = "center must return shape (4, 3), which is the shape of x for `out`; it returned shape "
DICT = "step must return a dict of arrays for `new_params`; it returned "
LIST = "order must return a list for `indices`; it returned "
ANY = ""

# The function, the returned expression, the outcome and the message.
RETURNED = {
    "nothing": ("mean", "None", "failed", NUMBER + "None"),
    "a text": ("mean", "'0.0'", "failed", NUMBER + "a str"),
    "bytes": ("mean", "b'0.0'", "failed", NUMBER + "a bytes"),
    "a truth value": ("mean", "True", "failed", NUMBER + "a bool"),
    "a complex number": ("mean", "1j", "failed", ANY),
    "infinity": ("mean", "float('inf')", "failed", "mean is"),
    "NaN": ("mean", "float('nan')", "failed", "mean is"),
    "a vast integer": ("mean", "10**300", "failed", ANY),
    "an integer without an end": ("mean", "10**100000", "failed", NUMBER + "an integer of 332193 bits"),
    "a fraction": ("mean", "__import__('fractions').Fraction(1, 3)", "failed", NUMBER + "a Fraction"),
    "a decimal number": ("mean", "__import__('decimal').Decimal(1)", "failed", NUMBER + "a Decimal"),
    "a date": ("mean", "__import__('datetime').datetime(2000, 1, 1)", "failed", NUMBER + "a datetime"),
    "a number in an array": ("mean", "np.zeros(1)", "failed", NUMBER + "an array of shape (1,)"),
    "an array in an array": (
        "mean",
        "np.array(np.zeros(1), dtype=object)",
        "failed",
        NUMBER + "an array of dtype object",
    ),
    "a generator": ("mean", "(number for number in x)", "failed", NUMBER + "a generator"),
    "a set": ("mean", "{0.0}", "failed", NUMBER + "a set"),
    "a class": ("mean", "float", "failed", NUMBER + "a type"),
    "a function": ("mean", "print", "failed", NUMBER + "a builtin_function_or_method"),
    "a module": ("mean", "np", "failed", NUMBER + "a module"),
    "a coroutine": ("mean", "(lambda: (yield))()", "failed", NUMBER + "a generator"),
    "a proxy of the list itself": ("mean", "loop", "failed", "what came back cannot be read: RecursionError"),
    "half precision": ("center", "right.astype(np.float16)", "failed", ANY),
    "objects": ("center", "right.astype(object)", "failed", ARRAY),
    "texts": ("center", "right.astype(str)", "failed", ARRAY),
    "complex numbers": (
        "center",
        "right.astype(complex)",
        "failed",
        ARRAY + " of real numbers for `out`; it returned an array of dtype complex128",
    ),
    "dates": ("center", "right.astype('M8[s]')", "failed", ARRAY),
    "records": ("center", "np.zeros((4, 3), 'f8,i4')", "failed", ARRAY),
    "a masked array": ("center", "np.ma.masked_all((4, 3))", "failed", "wrong"),
    "a matrix": ("center", "np.matrix(right[:1])", "failed", SHAPE + "(1, 3)"),
    "no dimensions": ("center", "np.array(0.0)", "failed", SHAPE + "()"),
    "no elements": ("center", "np.zeros((0, 3))", "failed", SHAPE + "(0, 3)"),
    "thirty-two dimensions": ("center", "np.zeros((1,) * 32)", "failed", SHAPE),
    "one row for all, by strides of 0": ("center", "np.broadcast_to(1e9, (4, 3))", "failed", "wrong"),
    "a view that lies outside": (
        "center",
        "np.lib.stride_tricks.as_strided(right, (4, 3), (2**40, 8))",
        "timeout",
        "it died of signal SIGSEGV",
    ),
    "unsigned integers": ("center", "right.astype(np.uint8)", "failed", ANY),
    "long doubles": ("center", "right.astype(np.longdouble)", "failed", ARRAY),
    "more than can be sent": ("center", "np.zeros(2**24)", "failed", "what was returned is too large: 128 MB"),
    "a list of as many": ("order", "[0] * 2**21", "failed", "what was returned is too large: lists and texts"),
    "a text of as many": ("direction", "'up' * 2**20", "failed", "what was returned is too large: lists and texts"),
    "a long text": ("direction", "'up' * 2**18", "failed", "direction must return 'up' or 'down'"),
    "control characters": ("direction", "'\\x1b[2Jup\\x00'", "failed", "direction must return 'up' or 'down'"),
    "half a character": ("direction", "'\\ud800'", "failed", ANY),
    "a list in a list": ("order", "[[[[0]]]] * 5", "failed", ANY),
    "different things in a list": ("order", "[0, None, 'a', {}, print]", "failed", ANY),
    "negative indices": ("order", "[-1] * 5", "failed", "the elements are not in order"),
    "indices that are none": ("order", "[10**9] * 5", "failed", ANY),
    "a number for a list": ("order", "0", "failed", LIST + "a int"),
    "an array without dimensions for a list": ("order", "np.array(1.0)", "failed", LIST),
    "no dict": ("step", "[params['w'], state]", "failed", DICT + "an array"),
    "too few values": ("step", "params", "failed", "step must return 2 values"),
    "too many values": ("step", "params, state, state", "failed", "step must return 2 values"),
    "an empty dict": ("step", "{}, state", "failed", "what came back could not be checked: KeyError"),
    "numbers as keys": ("step", "{0: 0.0, 1: 1.0}, state", "failed", "what came back could not be checked: KeyError"),
    "arrays as keys": ("step", "{(1, 2): 0.0}, state", "failed", DICT + "a dict"),
    "a dict of vast integers": ("step", "{'w': 10**300}, state", "failed", "what came back cannot be passed on"),
    "a dict of texts": ("step", "{'w': 'w'}, state", "failed", "params has shape (), expected (3,)"),
    "a dict of itself": ("step", "cyclic, state", "failed", "what came back cannot be read: RecursionError"),
}


def returning(function: str, expression: str) -> str:
    """Return code of a function that returns an expression."""
    parameters = {"step": "params, grads, state"}.get(function, "x")
    return f"""
def {function}({parameters}):
    loop, cyclic, right = [], {{}}, np.ones((4, 3))
    loop.append(loop)
    cyclic["w"] = cyclic
    return {expression}
"""


@pytest.mark.parametrize("name", RETURNED)
def test_a_wrong_value_is_reported_by_its_type(stage, name):
    """For any returned value, the check reports its type and the expected one."""
    function, expression, outcome, message = RETURNED[name]
    stage.expect(Hostile(returning(function, expression), outcome, message, (function,)))


# Replies that a submission's process can send, but no function can return.
FORGED = {
    "a timestamp": ("mean", "extension(-1, bytes(4))", "failed", NUMBER + "a datetime"),
    "bytes": ("mean", "b'0.0'", "failed", NUMBER + "a bytes"),
    "a cache": ("mean", "extension(4, bytes(8))", "failed", NUMBER + "a Opaque"),
    "another's cache": ("step", "[{'w': array(b'<f8', [3], bytes(24))}, extension(4, b'\\xff' * 8)]", "timeout", ANY),
    "no cache": ("step", "[{'w': array(b'<f8', [3], bytes(24))}, extension(2, b'\\x7f' * 99)]", "failed", "passed on"),
    "a dict of caches": (
        "step",
        "[{'w': extension(4, bytes(8))}, None]",
        "timeout",
        "it ended itself with exit code 1",
    ),
    "odd keys": ("step", "[{1.5: 0, None: 1, b'w': 2, 'w': {'w': {}}}, None]", "failed", "params has shape ()"),
    "changed arguments": ("mean", "[array(b'<f8', [2], bytes(16)), 'x']", "failed", NUMBER + "a list"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_reply_is_refused(stage, name):
    """Values that only a forged message can contain are refused, too."""
    function, expression, outcome, message = FORGED[name]
    parameters = "params, grads, state" if function == "step" else "x"
    code = f"{CHANNEL}\ndef {function}({parameters}):\n    instead('Returned', {expression}, [])\n    return None\n"
    stage.expect(Hostile(code, outcome, message, (function,)))


# The submission's call of its function argument; its result is right.
CALLED = {
    "a text": ("gradient('w')", "failed", "the function was called with what it cannot work on"),
    "nothing": ("gradient(None)", "failed", "the function was called with what it cannot work on: TypeError"),
    "too little": ("gradient()", "failed", "the function was called with what it cannot work on: TypeError"),
    "too much": ("gradient(start, start)", "failed", "the function was called with what it cannot work on: TypeError"),
    "itself": ("gradient(gradient)", "failed", "the function was called with what it cannot work on: TypeError"),
    "another shape": (
        "gradient(np.ones(7))",
        "failed",
        "the function was called with what it cannot work on: ValueError",
    ),
    "a vast integer": ("gradient(10**400)", "failed", "the function was called with what it cannot work on"),
    "an object": ("gradient(object())", "failed", "the function was called with what it cannot work on: TypeError"),
    "a large point": ("gradient(np.ones((2**18, 1)))", "timeout", "a function was called with 2048 kB of arguments"),
    "many points": ("gradient(np.ones((2**16, 1))); x = 1 / 0", "error", "ZeroDivisionError"),
    "an exception that is caught": (
        """try:
        gradient('w')
    except BaseException:
        pass""",
        "failed",
        "the function was called with what it cannot work on",
    ),
}


@pytest.mark.parametrize("name", CALLED)
def test_a_checks_function_may_be_called_with_anything(stage, name):
    """Any call of a check's function may fail the submission, but not the grader."""
    call, outcome, message = CALLED[name]
    code = f"found = descend\n\ndef descend(gradient, start):\n    {call}\n    return found(gradient, start)\n"
    stage.expect(Hostile(code, outcome, message, ("descend",)))
