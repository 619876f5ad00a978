"""The messages between examiner and candidate arrive unchanged, and malformed ones do no harm."""

import math
import tracemalloc

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from msgspec.msgpack import Ext

from backproof.confinement import array_format, codec, message_limits, messages
from backproof.confinement.candidate_codec import DEEPEST, CandidateCodec, plain
from backproof.confinement.errors import MalformedMessageError
from backproof.confinement.examiner_codec import ExaminerCodec
from backproof.contract import UnsupportedValue
from backproof.submission import Opaque

# A dict with one item takes 232 bytes, an empty list in it 56, the dict's place in a list 8. Three bytes of msgpack
# stand for them, so that one stands for a hundred.
MOST_FOR_A_BYTE = 100
# Decoder, error message and the like.
SLACK = 100_000

scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=9)
arrays = st.sampled_from([np.dtype(code) for code in array_format.DTYPES]).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)


def same(one, other) -> bool:
    """Compare values with arrays in them, NaN as equal to itself, numbers by type as well."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and (one.dtype, one.shape) == (other.dtype, other.shape)
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (one == other or (one != one and other != other))


def never(number, args):
    """Stand for a way to call back that is not used."""
    raise AssertionError


def to_examiner(value, codec: ExaminerCodec | None = None):
    """Send what a function returned from a candidate to an examiner."""
    sent = CandidateCodec(never).encode(messages.Returned(plain(value)))
    return (codec or ExaminerCodec()).decode(sent).value


def to_candidate(arguments, examiner: ExaminerCodec, candidate: CandidateCodec):
    """Send the arguments of a call from an examiner to a candidate."""
    call = messages.Call("call", "f", examiner.sendable(arguments))
    return candidate.decode_request(bytes(messages.CHECK_BYTES) + examiner.encode(call)).arguments


@given(
    st.recursive(
        scalars | arrays,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
        max_leaves=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_values_arrive_as_they_are(value):
    """Numbers, texts, arrays of every dtype and shape, and lists and dicts of them come out as they went in."""
    assert same(to_examiner(value), value)


@pytest.mark.parametrize("code", array_format.DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3), (1,) * 32])
def test_arrays_of_every_dtype_and_shape(code, shape):
    """Strides, byte order and who owns the memory do not matter; what arrives can be written to."""
    array = np.arange(math.prod(shape)).reshape(shape).astype(code)
    for sent in (array, np.array(array, order="F"), array.astype(array.dtype.newbyteorder(">")), array.T[...].T):
        got = to_examiner(sent)
        assert same(got, array)
        assert got.flags.writeable
        assert got.flags.owndata


def test_numpy_numbers_arrive_as_arrays():
    """A number of NumPy's keeps its dtype."""
    assert same(to_examiner(np.float32(1.5)), np.array(1.5, np.float32))


@given(st.integers(1 - 2**8191, 2**8191 - 1))
@settings(max_examples=50, deadline=None)
def test_integers_of_any_size(number):
    """Integers that msgpack has no room for arrive too, up to a thousand bytes."""
    assert to_examiner(number) == number


@pytest.mark.parametrize(
    ("value", "description"),
    [
        (10**10000, "an integer of 33220 bits"),
        ({1, 2}, "a set"),
        (1j, "a complex"),
        (b"", "a bytes"),
        (np.array([None]), "an array of dtype object"),
        (np.array(["a"]), "an array of dtype <U1"),
        (np.longdouble(1), "an array of dtype float128"),
        ({None: 1}, "a dict"),
        (print, "a builtin_function_or_method"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_unsupported_values_are_described(value, description):
    """For a value that cannot be sent, a description of its kind arrives."""
    got = to_examiner(value)
    assert isinstance(got, UnsupportedValue)
    assert got.description.replace("longdouble", "float128") == description


def test_lists_end_somewhere():
    """A list that contains itself is cut at the greatest depth."""
    loop: list = []
    loop.append(loop)
    got = to_examiner(loop)
    for _ in range(DEEPEST):
        (got,) = got
    assert isinstance(got, UnsupportedValue)


def test_a_cache_goes_back_as_the_object_that_it_was():
    """A cache stays in the candidate; the examiner passes a handle."""
    examiner, candidate = ExaminerCodec(), CandidateCodec(never)
    examiner.candidate = object()
    cache = object()
    to_candidate({}, examiner, candidate)  # the check begins
    examiner_side = examiner.decode(candidate.encode(messages.Returned(Opaque(cache)))).value
    assert isinstance(examiner_side, Opaque)
    assert to_candidate({"cache": examiner_side}, examiner, candidate)["cache"].value is cache


def test_generators_go_on_where_they_were_left():
    """A generator is one object over all calls of a check, and both sides draw the same numbers from it."""
    examiner, candidate = ExaminerCodec(), CandidateCodec(never)
    mine, alone = np.random.default_rng(5), np.random.default_rng(5)
    seen = set()
    for _ in range(3):
        theirs = to_candidate({"rng": mine}, examiner, candidate)["rng"]
        seen.add(id(theirs))
        assert theirs.integers(2**31, dtype=np.int32) == alone.integers(2**31, dtype=np.int32)
        examiner.set_generators(candidate.passed_generators())
        assert mine.normal() == alone.normal()
    assert len(seen) == 1


def test_functions_are_called_back():
    """A function arrives as one that calls back with its number."""
    asked = []
    examiner, candidate = ExaminerCodec(), CandidateCodec(lambda *call: asked.append(call) or 7)
    got = to_candidate({"f": abs, "x": 1, "g": max}, examiner, candidate)
    assert (got["f"](-3), got["g"](1, 2), got["x"]) == (7, 7, 1)
    assert asked == [(0, (-3,)), (1, (1, 2))]
    assert examiner.functions == [abs, max]


def decoded_by_examiner(data: bytes) -> None:
    """Decode untrusted bytes: a value or the right error, in no more memory than their size allows."""
    examiner = ExaminerCodec()
    examiner.candidate = object()
    tracemalloc.start()
    try:
        answer = examiner.decode(data)
        examiner.set_generators(getattr(answer, "generators", []))
        for reply in getattr(answer, "replies", [])[:1]:
            examiner.decode(reply if isinstance(reply, memoryview) else b"")
    except MalformedMessageError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < MOST_FOR_A_BYTE * min(len(data), message_limits.MOST_BYTES) + 2 * len(data) + SLACK


headers = st.sampled_from(
    [
        bytes([first]) + size
        for first in (*range(0x80, 0xA0), *range(0xC0, 0xE0))
        for size in (b"", b"\xff" * 4, b"\0" * 4)
    ]
)


@given(st.binary(max_size=200) | st.lists(headers | st.binary(max_size=5), max_size=30).map(b"".join))
@settings(max_examples=1000, deadline=None)
def test_noise(data):
    """Bytes of any kind, with headers that announce anything, are an answer or are malformed."""
    decoded_by_examiner(data)
    decoded_by_examiner(b"\x93\xa8Returned" + data)
    decoded_by_examiner(b"\x92\xa7Replies" + data)


VALID = [
    messages.Returned({"w": np.ones((2, 3)), "b": [1, 2.0, None, "text"]}, [bytes(45)]),
    messages.Returned(plain([10**300, {1}, np.zeros((0, 3), np.int8)])),
    messages.Raised("SubmissionRaised", "message", "expected", "got", ["ValueError", "Exception"], "text"),
    messages.CallBack(0, [np.arange(3), 1]),
    messages.Replies([Ext(codec.WHOLE_REPLY, CandidateCodec(never).encode(messages.Returned([1, np.ones(2)])))]),
]


@given(
    st.sampled_from(VALID), st.lists(st.tuples(st.integers(0), st.binary(max_size=4), st.integers(0, 4)), max_size=5)
)
@settings(max_examples=1000, deadline=None)
def test_spoiled_messages(message, changes):
    """Bytes changed, put in or left out anywhere in a good message do no more harm than noise."""
    data = bytearray(CandidateCodec(never).encode(message))
    for place, new, left_out in changes:
        at = place % (len(data) + 1)
        data[at : at + left_out] = new
    decoded_by_examiner(bytes(data))


sizes = st.sampled_from([0, 1, 2, 3, 2**16, 2**31, 2**32, 2**48, 2**62, 2**63, 2**64 - 1]) | st.integers(0, 2**64 - 1)


@given(
    st.sampled_from([code.encode() for code in array_format.DTYPES]) | st.binary(max_size=9),
    st.lists(sizes, max_size=40),
    st.binary(max_size=64),
    st.integers(-2, 2),
)
@settings(max_examples=1000, deadline=None)
def test_arrays_that_announce_anything(code, shape, data, wrong_by):
    """Dtypes, shapes and lengths that do not belong together allocate nothing."""
    head = bytes([len(code), max(0, len(shape) + wrong_by)]) + code + b"".join(n.to_bytes(8, "little") for n in shape)
    decoded_by_examiner(msgspec.msgpack.encode(["Returned", Ext(codec.ARRAY, head + data), []]))


@pytest.mark.parametrize(
    "filling",
    [b"\x90", b"\x80", b"\x91\x90", b"\xa1x", b"\xcb" + bytes(8), b"\x81\xc0\x90", b"\xd4\x03x", b"\xd6\xff\0\0\0\0"],
)
def test_large_messages_of_small_things(filling):
    """A message that would take seventy times its size is refused before it is decoded."""

    def message(count: int) -> bytes:
        return b"\x93\xa8Returned\xdd" + count.to_bytes(4, "big") + filling * count + b"\x90"

    decoded_by_examiner(message(20_000))
    assert message_limits.problem_of(message(4 * 10**6 // len(filling))).startswith("too large")


@pytest.mark.parametrize("depth", [message_limits.DEEPEST, 500, 10**5])
@pytest.mark.parametrize("opening", [b"\x91", b"\x81\xc0", b"\xdc\0\x01", b"\xde\0\x01\0"])
def test_deep_messages(opening, depth):
    """What is nested too deep for a Python function to walk through is refused."""
    data = b"\x93\xa8Returned" + opening * depth + b"\xc0\x90"
    with pytest.raises(MalformedMessageError, match="nested"):
        ExaminerCodec().decode(data)


@given(st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30))
@settings(max_examples=300, deadline=None)
def test_size_is_read_as_msgpack_writes_it(value):
    """The reader of headers ends where the message ends: one byte less is cut short, and nothing else is."""
    data = msgspec.msgpack.encode(value)
    assert message_limits.problem_of(data) in ("", f"nested more than {message_limits.DEEPEST} deep")
    assert message_limits.problem_of(data[:-1]) != ""
