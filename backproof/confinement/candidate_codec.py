"""The candidate's codec: caches, states and generators stay in its process; functions call the examiner back."""

from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec.msgpack import Ext

from backproof.confinement import codec, messages
from backproof.confinement.array_format import array_in, is_sendable
from backproof.confinement.codec import Codec
from backproof.confinement.generator_format import GENERATOR_BYTES, generator_bytes, generator_from, generator_of_seeds
from backproof.contract import UnsupportedValue
from backproof.submission import Opaque, ResultOf

# Folds are a list of pairs of arrays; nothing in a contract is much deeper.
DEEPEST = 16


class CandidateCodec(Codec):
    """Sends numbered handles in place of caches and states, and makes the generators that the examiner numbers.

    Parameters
    ----------
    call_back : callable
        Calls a function of the check, given its number and the arguments.
    """

    def __init__(self, call_back: Callable[[int, tuple[Any, ...]], Any]) -> None:
        super().__init__(messages.Request | messages.CallBackReply)
        self._call_back = call_back
        self._handles: list[Any] = []
        self._generators: dict[int, np.random.Generator] = {}
        self._passed: dict[int, np.random.Generator] = {}
        self._check: bytes | bytearray = b""
        # The replies to the earlier calls of the batch that is running.
        self.batch_replies: list[bytes] = []

    def decode_request(self, data: bytes | bytearray) -> Any:
        """Return a request; the first one of a check drops the handles and generators of earlier checks."""
        check, request = data[: messages.CHECK_BYTES], data[messages.CHECK_BYTES :]
        if check != self._check:
            self._check = check
            self._handles.clear()
            self._generators.clear()
        return self.decode_call(request)

    def decode_call(self, data: bytes | bytearray) -> Any:
        """Return a request, or a call of a batch."""
        self._passed.clear()
        return self.decode(data)

    def passed_generators(self) -> list[bytes]:
        """Return the states of the generators that the last request passed."""
        return [generator_bytes(token, rng) for token, rng in self._passed.items()]

    def extension_of(self, value: Any) -> Ext:
        if isinstance(value, Opaque):
            self._handles.append(value.value)
            return Ext(codec.HANDLE, (len(self._handles) - 1).to_bytes(8, "little"))
        if isinstance(value, _BigInteger):
            return Ext(codec.BIG_INTEGER, value.data)
        return super().extension_of(value)

    def from_extension_of(self, code: int, data: bytes) -> Any:
        if code == codec.HANDLE:
            return Opaque(self._handles[int.from_bytes(data, "little")])
        if code == codec.GENERATOR:
            token, state = generator_from(data[:GENERATOR_BYTES])
            if token not in self._generators:
                self._generators[token] = generator_of_seeds(data[GENERATOR_BYTES:])
            rng = self._passed[token] = self._generators[token]
            rng.bit_generator.state = state
            return rng
        if code == codec.GENERATOR_AGAIN:
            token = int.from_bytes(data, "little")
            return self._passed.setdefault(token, self._generators[token])
        if code == codec.RESULT_OF:
            return self._batch_result(codec.result_of_from(data))
        if code == codec.FUNCTION:
            number = int.from_bytes(data, "little")
            return lambda *args: self._call_back(number, args)
        return super().from_extension_of(code, data)

    def _batch_result(self, result_of: ResultOf) -> Any:
        """Return a part of an earlier result of the batch; if there is no such part the examiner ends the check."""
        reply = self.decode(self.batch_replies[result_of.call])
        parts = reply.value if isinstance(reply, messages.Returned) else None
        has_part = isinstance(parts, list) and result_of.part < len(parts)
        return result_of.of(parts[result_of.part]) if has_part else None  # type: ignore[index]

    def array_from(self, data: memoryview) -> np.ndarray:
        # The submission gets copies.
        return array_in(data)


class _BigInteger:
    """An integer that is too large for msgpack."""

    def __init__(self, value: int) -> None:
        self.data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value of which every part can be sent: other parts become :class:`UnsupportedValue`."""
    if value is None or isinstance(value, (bool, Opaque)):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return value if is_sendable(value.dtype) else UnsupportedValue(f"an array of dtype {value.dtype}")
    if isinstance(value, int):
        number = int(value)
        if number.bit_length() >= 8 * codec.MOST_BIG_INTEGER_BYTES:
            return UnsupportedValue(f"an integer of {number.bit_length()} bits")
        return number if -(2**63) <= number < 2**64 else _BigInteger(number)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return encodable(str(value))
    if depth < DEEPEST:
        if isinstance(value, (list, tuple)):
            return [plain(item, depth + 1) for item in value]
        if isinstance(value, dict) and all(isinstance(key, str | int) for key in value):
            return {plain(key): plain(item, depth + 1) for key, item in value.items()}
    return UnsupportedValue(f"a {type(value).__name__}")


def encodable(text: str) -> str:
    """Return a text without unpaired surrogates."""
    return text.encode(errors="replace").decode()
