"""Random generators as bytes: the state of a NumPy generator, and the seeds of its children."""

import struct
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from backproof.confinement.errors import MalformedMessageError

_GENERATOR = struct.Struct("<q16s16sBI")
GENERATOR_BYTES = _GENERATOR.size


def generator_bytes(token: int, rng: np.random.Generator) -> bytes:
    """Return a generator's state; ``token`` identifies the generator from call to call."""
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
    """Return a generator with the same children as the one that :func:`seeds_bytes` was given."""
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
    # PCG64 has no even increment.
    if has_uint32 > 1 or numbers["inc"] % 2 == 0:
        raise MalformedMessageError("a state that no generator has")
    return token, {"bit_generator": "PCG64", "state": numbers, "has_uint32": has_uint32, "uinteger": uinteger}
