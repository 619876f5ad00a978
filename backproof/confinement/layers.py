"""The layers of confinement around a candidate, in the order in which they are applied.

The kernel enforces each for good. A layer that the machine lacks is an error: no grade is less confined than it claims.
"""

import resource
from collections.abc import Sequence
from pathlib import Path

from backproof.confinement import file_rules, privileges, system_calls
from backproof.confinement.limits import Limits


class MissingLayerError(Exception):
    """This machine cannot confine; the message names the layer and the remedy."""


REMEDY = (
    "grade on Linux 5.13 or newer with Landlock and seccomp (a container needs a host that has them), or, for code "
    "that you trust, with --isolation local"
)


class Layers:
    """The layers, prepared once in the fork server so that applying them takes a few milliseconds.

    Parameters
    ----------
    limits : Limits
    secrets : sequence of Path
        Files and folders that a candidate must not read.

    Raises
    ------
    MissingLayerError
    """

    def __init__(self, limits: Limits, secrets: Sequence[Path]) -> None:
        self._limits = limits
        try:
            self._files = file_rules.ruleset(secrets)
        except (OSError, ImportError) as error:
            raise MissingLayerError(f"the kernel has no Landlock ({error}): {REMEDY}") from error
        try:
            self._calls = system_calls.allowed()
        except (OSError, ImportError, RuntimeError) as error:
            hint = "install libseccomp (Debian: libseccomp2)"
            raise MissingLayerError(f"there is no seccomp ({error}): {hint}, or {REMEDY}") from error
        self.privileges = privileges.choose()

    @property
    def descriptor(self) -> int:
        """The descriptor of the file rules, which must stay open until they are applied."""
        return self._files.fileno()

    def apply(self) -> None:
        """Confine this process, for good.

        Raises
        ------
        MissingLayerError
        """
        try:
            _limit_resources(self._limits)
            privileges.drop(self.privileges)
            self._files.restrict()
            system_calls.enforce(self._calls)
        except OSError as error:
            raise MissingLayerError(f"the process cannot be confined ({error}): {REMEDY}") from error


def _limit_resources(limits: Limits) -> None:
    """Limit memory beyond what is in use, processor time, written files, descriptors and core dumps."""
    pages_in_use = int(Path("/proc/self/statm").read_text().split()[0])
    memory = pages_in_use * resource.getpagesize() + limits.memory_mb * 2**20
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # The first limit sends SIGXCPU, which names the cause; the second one kills.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
