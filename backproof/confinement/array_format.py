"""Arrays as bytes: dtype, shape and numbers."""

import functools
import math
import struct

import numpy as np

from backproof.confinement.errors import MalformedMessageError

# All that NumPy computes numbers in, little-endian; the examiner judges which of them are right.
DTYPES = {
    code: np.dtype(code)
    for code in ("|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16")
}
_CODES = {dtype: code.encode() for code, dtype in DTYPES.items()}
MOST_DIMENSIONS = 32
MOST_NUMBERS = 2**26
# From here on a copy takes longer than to avoid it.
LARGE_ARRAY = 2**12


def is_sendable(dtype: np.dtype) -> bool:
    """Return whether arrays of this dtype can be sent, in either byte order."""
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
    # A large contiguous array is copied only once.
    numbers = array.data if array.nbytes > LARGE_ARRAY and array.flags.c_contiguous else array.tobytes()
    return b"".join((head, numbers))


@functools.cache
def _array_head(code_length: int, dimensions: int) -> struct.Struct:
    return struct.Struct(f"<BB{code_length}s{dimensions}Q")


def array_in(data: memoryview) -> np.ndarray:
    """Return the array in ``data``, read-only and in the same memory.

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


# Nearly all arrays are of a few kinds.
@functools.lru_cache(1024)
def _array_kind(head: bytes) -> tuple[np.dtype, tuple[int, ...], int]:
    """Return the dtype, the shape and the size in bytes that the head of an array announces."""
    _, _, code, *shape = _array_head(head[0], head[1]).unpack(head)
    dtype = DTYPES.get(code.decode(errors="replace"))
    if dtype is None:
        raise MalformedMessageError(f"an array of dtype {code!r}")
    count = math.prod(shape)
    # An empty array may have other dimensions: they promise no more numbers than a message can hold.
    if not count and math.prod(size for size in shape if size) > MOST_NUMBERS:
        raise MalformedMessageError(f"an array of shape {shape}")
    return dtype, tuple(shape), count * dtype.itemsize
