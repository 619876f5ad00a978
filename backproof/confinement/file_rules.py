"""Landlock: the list of files that a candidate may open; every other file is refused.

The submission is not on the list: its text arrives over the channel.
"""

import os
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from landlockpy import Ruleset

# The dynamic linker's libraries, time zones, and devices without data.
SYSTEM = (
    *(f"{top}/{name}" for top in ("/lib", "/usr/lib") for name in ("x86_64-linux-gnu", "aarch64-linux-gnu")),
    "/lib64",
    "/usr/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/dev/urandom",
    "/dev/zero",
)


def ruleset(secrets: Sequence[Path]) -> "Ruleset":
    """Return the rules: interpreter and installed libraries may be read, package by package; nothing may be written.

    Parameters
    ----------
    secrets : sequence of Path
        Files and folders that must stay unreadable although they may lie among the libraries, as the checks do.

    Raises
    ------
    OSError
        If the kernel has no Landlock.
    """
    from landlockpy import AccessFS, Ruleset, Scope

    rules = Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
    file = AccessFS.READ_FILE | AccessFS.EXECUTE
    hidden = [str(secret.resolve()) for secret in secrets]
    for place in sorted({*SYSTEM, *_library_folders()}):
        if Path(place).exists():
            for path, is_listed_only in readable(str(Path(place).resolve()), hidden):
                rights = file | AccessFS.READ_DIR if Path(path).is_dir() else file
                rules.allow_path(path, AccessFS.READ_DIR if is_listed_only else rights)
    rules.allow_path("/dev/null", AccessFS.READ_FILE | AccessFS.WRITE_FILE)
    return rules


def readable(place: str, hidden: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield each path below a place that may be read, and whether it may only be listed.

    A folder without a secret is one rule. In a folder that holds a secret the other entries are allowed one by one, and
    links are left out; the import system must list such a folder to find a package there.
    """
    if not any(f"{secret}/".startswith(f"{place}/") for secret in hidden):
        if not any(f"{place}/".startswith(f"{secret}/") for secret in hidden):
            yield place, False
    elif place not in hidden:
        # The right to list includes all folders below: names of files are no secret.
        yield place, True
        for entry in os.scandir(place):
            if not entry.is_symlink():
                yield from readable(entry.path, hidden)


def _library_folders() -> list[str]:
    """Return the folders of the standard library and of installed packages, with those of the base installation."""
    paths = sysconfig.get_paths()
    names = [paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    names += [sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix})]
    names += [entry for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    return names
