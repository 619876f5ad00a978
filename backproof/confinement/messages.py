"""What crosses the channel: msgpack of plain values, and arrays as dtype, shape and bytes. Nothing is executable.

Both sides treat what arrives as data of unknown origin: lengths are checked before anything is allocated, and what
does not fit is a :class:`MalformedMessageError`.
"""

import functools
import math
import struct
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
import numpy as np
from msgspec.msgpack import Ext

from backproof.contract import UnsupportedValue
from backproof.submission import ResultOf

# Extension types of msgpack.
ARRAY, BIG_INTEGER, UNSUPPORTED, HANDLE, GENERATOR, FUNCTION, GENERATOR_AGAIN, RESULT_OF, WHOLE_REPLY = range(1, 10)

# All that NumPy computes numbers in, little-endian; the examiner judges which of them are right.
DTYPES = {
    code: np.dtype(code)
    for code in ("|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16")
}
_CODES = {dtype: code.encode() for code, dtype in DTYPES.items()}
MOST_DIMENSIONS = 32
MOST_NUMBERS = 2**26
# Folds are a list of pairs of arrays; nothing in a contract lies deeper than that by much.
DEEPEST = 16
# (10!)^9 has 200 bits; ten times as many digits are no number that anybody asked for.
MOST_BIG_INTEGER_BYTES = 1024
# Before each request: the number of the check, since handles live as long as the check that got them.
CHECK_BYTES = 4
# An object's own name for its kind.
LONGEST_DESCRIPTION = 200
_GENERATOR = struct.Struct("<q16s16sBI")
GENERATOR_BYTES = _GENERATOR.size
# The place of a call in its batch, and that of a part of what it returned.
_EARLIER = struct.Struct("<II")
# From here on a copy takes longer than to avoid it.
LARGE_ARRAY = 2**12

# The methods of a submission that call a function.
Purpose = Literal["call", "attempt", "changed_arguments", "warnings"]


class MalformedMessageError(Exception):
    """A message is not what the other side may say."""


class Load(msgspec.Struct, array_like=True, tag=True):
    """The submission: the first thing that a candidate hears."""

    root: str
    entry: str | None
    is_adapted: bool
    array: Literal["numpy", "torch"]
    texts: dict[str, bytes]
    refused: dict[str, str]
    forbidden: list[str]


class Function(msgspec.Struct, array_like=True):
    """A function of the contract, as much of it as a candidate needs to know.

    ``parameters`` are (name, kind, whether it has a default, default), ``returns`` are (name, kind).
    """

    name: str
    module: str
    parameters: list[tuple[str, int, bool, Any]]
    returns: list[tuple[str, str]]


class Find(msgspec.Struct, array_like=True, tag=True):
    """Is there such a function, and can it be called as the contract says?"""

    function: Function


class Call(msgspec.Struct, array_like=True, tag=True):
    """Call a function."""

    purpose: Purpose
    function: str
    arguments: dict[str, Any]


class SeededCall(msgspec.Struct, array_like=True, tag=True):
    """Seed the global generators and call a function; the answer is its result, and whether it left them alone."""

    function: str
    arguments: dict[str, Any]
    seed: int


class CallBatch(msgspec.Struct, array_like=True, tag=True):
    """Calls that are made one after the other, each encoded by itself; :class:`Replies` answer them."""

    calls: list[bytes]


class DescribeModel(msgspec.Struct, array_like=True, tag=True):
    """What parts, parameters and buffers has a torch module that a function returned?"""

    model: Any


class SetMode(msgspec.Struct, array_like=True, tag=True):
    """Put a torch module into training or evaluation mode; the answer is the mode of each part."""

    model: Any
    training: bool


class CallModel(msgspec.Struct, array_like=True, tag=True):
    """Call a torch module, with these numbers in its parameters and buffers."""

    model: Any
    numbers: dict[str, Any]
    inputs: list[Any]
    followed_inputs: list[bool]
    seed: int
    is_watched: bool


class FollowBack(msgspec.Struct, array_like=True, tag=True):
    """Return the gradients of an earlier call, given those of what it returned."""

    call: int
    upstream: list[Any]


class SeedGenerators(msgspec.Struct, array_like=True, tag=True):
    """Seed the global generators."""

    seed: int


class Returned(msgspec.Struct, array_like=True, tag=True):
    """What a request came to, and the state of each generator that was passed to it."""

    value: Any
    generators: list[bytes] = []


class Raised(msgspec.Struct, array_like=True, tag=True):
    """A request came to a problem of the submission's."""

    kind: Literal["NotYetImplemented", "NotImportable", "WrongSignature", "ContractBroken", "SubmissionRaised"]
    message: str
    expected: str
    got: str
    exception_types: list[str] = []
    exception_message: str = ""


class Replies(msgspec.Struct, array_like=True, tag=True):
    """What the next calls of a batch came to, each encoded by itself."""

    replies: list[Any]


class CallBack(msgspec.Struct, array_like=True, tag=True):
    """The submission calls a function that the check passed to it."""

    function: int
    arguments: list[Any]


class CallBackFailed(msgspec.Struct, array_like=True, tag=True):
    """The function that was called back raised: the call is over."""


ModelRequest = DescribeModel | SetMode | CallModel | FollowBack
Request = Load | Find | Call | SeededCall | CallBatch | ModelRequest | SeedGenerators
Reply = Returned | Raised | Replies | CallBack
CallBackReply = Returned | CallBackFailed


class Codec:
    """Turns messages into bytes and back; a side adds what handles, generators and functions are there.

    Parameters
    ----------
    incoming : type
        The union of the messages that may arrive.
    """

    def __init__(self, incoming: Any) -> None:
        self._encoder = msgspec.msgpack.Encoder(enc_hook=self._extension)
        self._decoder = msgspec.msgpack.Decoder(incoming, ext_hook=self._from_extension)

    def encode(self, message: Any) -> bytes:
        """Return a message as bytes."""
        return self._encoder.encode(message)

    def decode(self, data: bytes | bytearray | memoryview) -> Any:
        """Return the message that bytes stand for.

        Raises
        ------
        MalformedMessageError
        """
        try:
            return self._decoder.decode(data)
        except MalformedMessageError:
            raise
        except Exception as error:
            # Whatever a decoder may stumble over: the bytes are a stranger's.
            raise MalformedMessageError(f"{type(error).__name__}: {error}") from error

    def _extension(self, value: Any) -> Ext:
        if isinstance(value, (np.ndarray, np.generic)):
            return Ext(ARRAY, array_bytes(np.asarray(value)))
        if isinstance(value, UnsupportedValue):
            return Ext(UNSUPPORTED, value.description[:LONGEST_DESCRIPTION].encode(errors="replace"))
        return self.extension_of(value)

    def _from_extension(self, code: int, data: memoryview) -> Any:
        if code == ARRAY:
            return self.array_from(data)
        if code == WHOLE_REPLY:
            return data
        if code == UNSUPPORTED:
            return UnsupportedValue(str(bytes(data[:LONGEST_DESCRIPTION]), errors="replace"))
        if code == BIG_INTEGER and len(data) <= MOST_BIG_INTEGER_BYTES:
            return int.from_bytes(data, "little", signed=True)
        return self.from_extension_of(code, bytes(data))

    def array_from(self, data: memoryview) -> np.ndarray:
        """Return the array that bytes stand for, with memory of its own."""
        return array_in(data).copy()

    def extension_of(self, value: Any) -> Ext:
        """Return what stands for a value of this side alone."""
        raise TypeError(f"a {type(value).__name__} cannot be sent")

    def from_extension_of(self, code: int, data: bytes) -> Any:  # noqa: ARG002 - for the sides
        """Return the value that an extension of the other side stands for."""
        raise MalformedMessageError(f"extension {code} means nothing here")


def is_sendable(dtype: np.dtype) -> bool:
    """Return whether arrays of this dtype cross the channel, in whichever byte order they are."""
    return dtype in _CODES or dtype.newbyteorder("<") in _CODES


def array_bytes(array: np.ndarray) -> bytes:
    """Return an array as its dtype, shape and numbers.

    Raises
    ------
    TypeError
        If it holds no numbers: the bytes of other arrays may be addresses.
    """
    code = _CODES.get(array.dtype)
    if code is None:
        dtype = array.dtype.newbyteorder("<")
        if dtype not in _CODES:
            raise TypeError(f"an array of dtype {array.dtype} cannot be sent")
        code, array = _CODES[dtype], array.astype(dtype)
    head = _array_head(len(code), array.ndim).pack(len(code), array.ndim, code, *array.shape)
    # A large one is copied once alone, if it lies in one piece.
    numbers = array.data if array.nbytes > LARGE_ARRAY and array.flags.c_contiguous else array.tobytes()
    return b"".join((head, numbers))


@functools.cache
def _array_head(code_length: int, dimensions: int) -> struct.Struct:
    return struct.Struct(f"<BB{code_length}s{dimensions}Q")


def array_in(data: memoryview) -> np.ndarray:
    """Return the array that bytes stand for, read-only and in their memory.

    Raises
    ------
    MalformedMessageError
    """
    code_length, dimensions = data[0], data[1]
    if dimensions > MOST_DIMENSIONS:
        raise MalformedMessageError(f"an array of {dimensions} dimensions")
    head = _array_head(code_length, dimensions).size
    dtype, shape, numbers = _array_kind(bytes(data[:head]))
    if numbers != len(data) - head:
        raise MalformedMessageError(f"an array of shape {list(shape)} in {len(data) - head} bytes")
    return np.ndarray(shape, dtype, data, head)


# Few kinds of arrays make up nearly all.
@functools.lru_cache(1024)
def _array_kind(head: bytes) -> tuple[np.dtype, tuple[int, ...], int]:
    """Return dtype, shape and bytes of the numbers that the head of an array announces."""
    _, _, code, *shape = _array_head(head[0], head[1]).unpack(head)
    dtype = DTYPES.get(code.decode(errors="replace"))
    if dtype is None:
        raise MalformedMessageError(f"an array of dtype {code!r}")
    count = math.prod(shape)
    # An empty array may have other dimensions: they promise no more numbers than a message can hold.
    if not count and math.prod(size for size in shape if size) > MOST_NUMBERS:
        raise MalformedMessageError(f"an array of shape {shape}")
    return dtype, tuple(shape), count * dtype.itemsize


def result_of_bytes(earlier: ResultOf) -> bytes:
    """Return where a part of an earlier result is, and what multiplies it."""
    factor = b"" if earlier.factor is None else array_bytes(earlier.factor)
    return _EARLIER.pack(earlier.call, earlier.part) + factor


def result_of_from(data: bytes) -> ResultOf:
    """Return what :func:`result_of_bytes` stands for."""
    call, part = _EARLIER.unpack_from(data)
    factor = memoryview(data)[_EARLIER.size :]
    return ResultOf(call, part, array_in(factor) if factor else None)


def generator_bytes(token: int, rng: np.random.Generator) -> bytes:
    """Return a generator's state; ``token`` says which generator it is, from call to call."""
    state: Mapping[str, Any] = rng.bit_generator.state
    numbers = state["state"]
    return _GENERATOR.pack(
        token,
        numbers["state"].to_bytes(16, "little"),
        numbers["inc"].to_bytes(16, "little"),
        state["has_uint32"],
        state["uinteger"],
    )


def seeds_bytes(rng: np.random.Generator) -> bytes:
    """Return what the children of a generator are made from; empty if it can have none."""
    seeds = rng.bit_generator.seed_seq
    if not isinstance(seeds, np.random.SeedSequence) or not isinstance(seeds.entropy, int):
        return b""
    entropy = f"{seeds.entropy:x}"
    return msgspec.msgpack.encode((entropy, seeds.spawn_key, seeds.n_children_spawned))


def generator_of_seeds(data: bytes) -> np.random.Generator:
    """Return a generator whose children are those of the one that :func:`seeds_bytes` was given."""
    if not data:
        return np.random.default_rng()
    entropy, spawn_key, children = msgspec.msgpack.decode(data)
    seeds = np.random.SeedSequence(int(entropy, 16), spawn_key=spawn_key, n_children_spawned=children)
    return np.random.default_rng(seeds)


def generator_from(data: bytes) -> tuple[int, dict[str, Any]]:
    """Return a generator's token, and its state as NumPy writes it.

    Raises
    ------
    MalformedMessageError
    """
    if len(data) != _GENERATOR.size:
        raise MalformedMessageError(f"a generator's state of {len(data)} bytes")
    token, state, increment, has_uint32, uinteger = _GENERATOR.unpack(data)
    numbers = {"state": int.from_bytes(state, "little"), "inc": int.from_bytes(increment, "little")}
    # An even increment is none that PCG64 can have.
    if has_uint32 > 1 or numbers["inc"] % 2 == 0:
        raise MalformedMessageError("a state that no generator has")
    return token, {"bit_generator": "PCG64", "state": numbers, "has_uint32": has_uint32, "uinteger": uinteger}
