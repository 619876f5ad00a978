"""Texts that fit where their reader takes only so much."""

from collections.abc import Iterable

# How much of each failure to keep: the first that fits. A failure is rarely longer than the first.
LENGTHS = (10_000, 2_000, 500, 100, 0)


def cut(text: str, most: int) -> str:
    """Return the first ``most`` characters of a text, and a note of how many were cut."""
    if len(text) <= most:
        return text
    note = f"[{len(text) - most} characters cut]"
    return f"{text[:most]}\n{note}" if most else note


def first_that_fits(texts: Iterable[str], most_bytes: int) -> str:
    """Return the first text that takes at most so many bytes, or else the last."""
    last = ""
    for last in texts:
        if len(last.encode(errors="replace")) <= most_bytes:
            break
    return last
