"""Encode messages as bytes and decode bytes as messages. Nothing in them is executable.

Both sides treat what arrives as data of unknown origin: lengths are checked before anything is allocated, and bytes
that are no message raise :class:`MalformedMessageError`.
"""

import struct
from typing import Any

import msgspec
import numpy as np
from msgspec.msgpack import Ext

from backproof.confinement.array_format import array_bytes, array_in
from backproof.confinement.errors import MalformedMessageError
from backproof.contract import UnsupportedValue
from backproof.submission import ResultOf

# Extension types of msgpack.
ARRAY, BIG_INTEGER, UNSUPPORTED, HANDLE, GENERATOR, FUNCTION, GENERATOR_AGAIN, RESULT_OF, WHOLE_REPLY = range(1, 10)
# (10!)^9 has 200 bits; no check needs ten times as many digits.
MOST_BIG_INTEGER_BYTES = 1024
# The name that an object has for its own kind.
LONGEST_DESCRIPTION = 200
# The position of a call in its batch, and of a part in the tuple that it returned.
_RESULT_OF = struct.Struct("<II")


class Codec:
    """Encodes and decodes messages; each side adds its own handles, generators and functions.

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
        """Return the message in ``data``.

        Raises
        ------
        MalformedMessageError
        """
        try:
            return self._decoder.decode(data)
        except MalformedMessageError:
            raise
        except Exception as error:
            # The bytes come from untrusted code: a decoder may raise anything.
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
        """Return the array in ``data``, with memory of its own."""
        return array_in(data).copy()

    def extension_of(self, value: Any) -> Ext:
        """Return the extension for a value that only this side has."""
        raise TypeError(f"a {type(value).__name__} cannot be sent")

    def from_extension_of(self, code: int, data: bytes) -> Any:  # noqa: ARG002 - for the sides
        """Return the value for an extension that only the other side sends."""
        raise MalformedMessageError(f"extension {code} means nothing here")


def result_of_bytes(result_of: ResultOf) -> bytes:
    """Return which part of which result of the batch is an argument, and its factor."""
    factor = b"" if result_of.factor is None else array_bytes(result_of.factor)
    return _RESULT_OF.pack(result_of.call, result_of.part) + factor


def result_of_from(data: bytes) -> ResultOf:
    """Return the argument that :func:`result_of_bytes` encoded."""
    call, part = _RESULT_OF.unpack_from(data)
    factor = memoryview(data)[_RESULT_OF.size :]
    return ResultOf(call, part, array_in(factor) if factor else None)
