"""Limit the size and depth of messages, read from msgpack's headers alone: nothing is allocated to find out.

One byte of msgpack can decode to a hundred bytes of objects: sixty-four megabytes of empty lists would fill a machine.
Arrays are excepted, since they take no more memory than their bytes.
"""

# Numbers, texts, lists: all but the numbers inside of arrays. A hundred thousand numbers in a list fit.
MOST_BYTES = 2**20
# Folds are a list of pairs of arrays; nothing in a contract is much deeper.
DEEPEST = 32

_PLAIN, _EXTENSION, _LIST, _MAP = range(4)


def _headers() -> list[tuple[int, int, int]]:
    """Return for each first byte: its kind, the number of bytes of its length, and what is added to that length.

    https://github.com/msgpack/msgpack/blob/master/spec.md#formats
    """
    headers = [(_PLAIN, 0, 0)] * 256
    for count in range(16):
        headers[0x80 + count] = (_MAP, 0, count)
        headers[0x90 + count] = (_LIST, 0, count)
    for count in range(32):
        headers[0xA0 + count] = (_PLAIN, 0, count)
    for first, *sizes in ((0xCA, 4, 8), (0xCC, 1, 2, 4, 8), (0xD0, 1, 2, 4, 8)):  # floats, integers
        for place, size in enumerate(sizes):
            headers[first + place] = (_PLAIN, 0, size)
    for place, size in enumerate((1, 2, 4, 8, 16)):
        headers[0xD4 + place] = (_EXTENSION, 0, 1 + size)
    for place, size in enumerate((1, 2, 4)):
        headers[0xC4 + place] = headers[0xD9 + place] = (_PLAIN, size, 0)  # bytes, texts
        headers[0xC7 + place] = (_EXTENSION, size, 1)
    for place, size in enumerate((2, 4)):
        headers[0xDC + place] = (_LIST, size, 0)
        headers[0xDE + place] = (_MAP, size, 0)
    return headers


_HEADERS = _headers()
_CONTAINERS = bytes(first for first, (kind, _, _) in enumerate(_HEADERS) if kind in (_LIST, _MAP))
# Most replies are a few numbers.
SMALL = 1024


def is_small(data: bytes | bytearray | memoryview) -> bool:
    """Return whether a message is too small to be nested too deep, so that it may be decoded without further checks.

    Reading the headers of such a message one by one would take as long as everything else.
    """
    return len(data) <= SMALL and len(data) - len(bytes(data).translate(None, _CONTAINERS)) <= DEEPEST


def problem_of(data: bytes | bytearray | memoryview) -> str:
    """Return why a message may not be decoded, in words that follow "it is"; empty if it may."""
    place = extensions = 0
    lacking = [1]  # the number of values that each open list or map still lacks
    while lacking:
        if lacking[-1] == 0:
            lacking.pop()
            continue
        lacking[-1] -= 1
        if place >= len(data):
            return "cut short"
        kind, length_bytes, count = _HEADERS[data[place]]
        begin, place = place, place + 1 + length_bytes
        if length_bytes:
            count += int.from_bytes(data[begin + 1 : place], "big")
        if kind in (_LIST, _MAP):
            lacking.append(count if kind == _LIST else 2 * count)
            if len(lacking) > DEEPEST:
                return f"nested more than {DEEPEST} deep"
        else:
            place += count
            # A small extension may decode to an object, too.
            extensions += max(0, count - 16) if kind == _EXTENSION else 0
        if place - extensions > MOST_BYTES:
            return f"too large: lists and texts of more than {MOST_BYTES >> 20} MB"
    return "cut short" if place > len(data) else ""
