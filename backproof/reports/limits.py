"""Texts cut to the limits of their readers."""

from collections.abc import Iterable

# Characters of each failure, in the order of the tries. A failure is rarely longer than the first limit.
LENGTHS = (10_000, 2_000, 500, 100, 0)


def cut(text: str, most: int) -> str:
    """Return the first ``most`` characters of a text, and a note with the number of the others."""
    if len(text) <= most:
        return text
    note = f"[{len(text) - most} characters cut]"
    return f"{text[:most]}\n{note}" if most else note


def first_that_fits(texts: Iterable[str], most_bytes: int) -> str:
    """Return the first text of at most ``most_bytes`` bytes, or else the last text."""
    last = ""
    for last in texts:
        if len(last.encode(errors="replace")) <= most_bytes:
            break
    return last
