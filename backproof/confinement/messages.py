"""The messages that cross the channel, as msgpack of plain values.

The examiner sends a :data:`Request` and receives a :data:`Reply`; a running call may call a function of the check back.
"""

from typing import Any, Literal

import msgspec

# The methods of a submission that call a function.
Purpose = Literal["call", "attempt", "changed_arguments", "warnings"]
# Before each request: the number of the check, since handles are valid in the check that got them.
CHECK_BYTES = 4


class Message(msgspec.Struct, array_like=True, tag=True):
    """A message; each kind carries its own name."""


class Load(Message):
    """The submission: the first request to a candidate."""

    root: str
    entry: str | None
    is_adapted: bool
    array: Literal["numpy", "torch"]
    texts: dict[str, bytes]
    refused: dict[str, str]
    forbidden: list[str]


class Function(msgspec.Struct, array_like=True):
    """The parts of a contract function that a candidate needs.

    ``parameters`` are (name, kind, whether it has a default, default), ``returns`` are (name, kind).
    """

    name: str
    module: str
    parameters: list[tuple[str, int, bool, Any]]
    returns: list[tuple[str, str]]


class Find(Message):
    """Find a function, and compare its signature with the contract's."""

    function: Function


class Call(Message):
    """Call a function."""

    purpose: Purpose
    function: str
    arguments: dict[str, Any]


class SeededCall(Message):
    """Seed the global generators and call a function; return its result, and whether it left them alone."""

    function: str
    arguments: dict[str, Any]
    seed: int


class CallBatch(Message):
    """Make calls one after the other, each encoded by itself; the replies are :class:`Replies`."""

    calls: list[bytes]


class DescribeModel(Message):
    """Describe the parts, parameters and buffers of a torch module that a function returned."""

    model: Any


class SetMode(Message):
    """Put a torch module into training or evaluation mode; return the mode of each part."""

    model: Any
    training: bool


class CallModel(Message):
    """Call a torch module, with these numbers in its parameters and buffers."""

    model: Any
    numbers: dict[str, Any]
    inputs: list[Any]
    followed_inputs: list[bool]
    seed: int
    is_watched: bool


class Backpropagate(Message):
    """Return the gradients of an earlier call of a torch module, given those of its outputs."""

    call: int
    upstream: list[Any]


class SeedGenerators(Message):
    """Seed the global generators."""

    seed: int


class Returned(Message):
    """The result of a request, and the state of each generator that was passed to it."""

    value: Any
    generators: list[bytes] = []


class Raised(Message):
    """The problem that a request raised in the submission."""

    kind: Literal["NotYetImplemented", "NotImportable", "WrongSignature", "ContractBroken", "SubmissionRaised"]
    message: str
    expected: str
    got: str
    exception_types: list[str] = []
    exception_message: str = ""


class Replies(Message):
    """The replies to the next calls of a batch, each encoded by itself."""

    replies: list[Any]


class CallBack(Message):
    """Call a function that the check passed to the submission."""

    function: int
    arguments: list[Any]


class CallBackFailed(Message):
    """The function that was called back raised: the call is over."""


ModelRequest = DescribeModel | SetMode | CallModel | Backpropagate
Request = Load | Find | Call | SeededCall | CallBatch | ModelRequest | SeedGenerators
Reply = Returned | Raised | Replies | CallBack
CallBackReply = Returned | CallBackFailed
