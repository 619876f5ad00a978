"""The limits and the policy of an assignment: the tables ``[limits]`` and ``[policy]``."""

import msgspec


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[limits]`` of ``assignment.toml``.

    Attributes
    ----------
    call_seconds : float
        Wall-clock time of one call, and of importing a module.
    grade_seconds : float
        Wall-clock time of a whole grade; the remaining checks time out.
    cpu_seconds : int
        Processor time of the submission's process.
    memory_mb : int
        Address space beyond what Python and its libraries take.
    output_kb : int
        How much of the submission's output is stored.
    submission_kb : int
        Size of all Python files together.
    """

    call_seconds: float = 10.0
    grade_seconds: float = 300.0
    cpu_seconds: int = 300
    memory_mb: int = 1024
    output_kb: int = 64
    submission_kb: int = 1024


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[policy]`` of ``assignment.toml``.

    Attributes
    ----------
    forbidden : tuple of str
        Modules and functions that a submission may not use: ``torch.optim``, ``scipy.special.softmax``.
    files : tuple of str
        Patterns of the Python files that count: ``losses.py``, ``helpers/*.py``. All others are ignored.
    """

    forbidden: tuple[str, ...] = ()
    files: tuple[str, ...] = ("*.py",)
