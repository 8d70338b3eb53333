"""The code of functions in files, which only the Python that wrote it can read and run.

The numbers at the beginning of a code tell which Python that was, by how many they are: Python 2
had 4 of them, Python 3.0 to 3.7 5, 3.8 to 3.10 6, and from 3.11 on there are 5 again.
"""

from __future__ import annotations

import binascii
import codecs
import dis
import marshal
import opcode
import re
import sys
from collections.abc import Iterator

_WROTE = {4: "Python 2", 5: "Python 3.0 to 3.7", 6: "Python 3.8 to 3.10"}
_LATER = "another Python from 3.11 on"
_WORD = 4  # bytes of a number
_FLAGGED = 0x80  # a mark of objects that are referred to later
_CODE = re.compile(rb"[\x63\xe3](?:..\0\0){5}[\x73\xf3](....)", re.DOTALL)
"""The beginning of a function's code from Python 3.11 on, up to the length of its bytes."""
_OPENING = frozenset(
    dis.opmap[one] for one in ("RESUME", "COPY_FREE_VARS", "MAKE_CELL") if one in dis.opmap
)
_OF_LATER_ONES = b"\x97\x95\x80\x87\x3e\x5e"
"""With which the code of a function begins from Python 3.11 to 3.14, and with which none did."""


def writer(code: str) -> str:
    """The Python that wrote the code of a function; `""` where it is one like this one.

    Args:
        code: As a file has it: in base64, or as Keras 1 wrote bytes.

    >>> from keras.src.utils.python_utils import func_dump
    >>> writer(func_dump(lambda x: x + 1)[0])
    ''
    >>> writer("4wEAAAAAAAAAAQAAAAIAAABTAAAAcwgAAAB8AGQBFABTAA==")
    'Python 3.0 to 3.7'
    """
    raw = _bytes(code)
    wrote = _by_numbers(raw)
    if wrote != _LATER:  # others are not to be tried: they are no codes of today, and may crash
        return wrote
    try:
        marshal.loads(raw)
    except (EOFError, ValueError, TypeError, SystemError):
        return wrote
    return "" if all(map(_can_be_run, _instructions(raw))) else wrote


def this() -> str:
    """This Python, by its version.

    >>> this().startswith("Python 3.")
    True
    """
    return f"Python {sys.version_info[0]}.{sys.version_info[1]}"


def _bytes(code: str) -> bytes:
    try:
        return codecs.decode(code.encode("ascii"), "base64")
    except (UnicodeEncodeError, binascii.Error):
        return code.encode("raw_unicode_escape")


def _by_numbers(raw: bytes) -> str:
    """The Python, by the numbers before the bytes of the code, and by how those begin."""
    for count in (4, 5, 6):
        place = 1 + count * _WORD
        # Behind its numbers a code has its bytes, which `marshal` writes with an `s` before them.
        if len(raw) > place and raw[place] & ~_FLAGGED in b"s":
            first = raw[place + 1 + _WORD : place + 2 + _WORD]
            is_late = count == 5 and bool(first) and first in _OF_LATER_ONES
            return _LATER if is_late else _WROTE[count]
    return "another Python"


def _instructions(raw: bytes) -> Iterator[bytes]:
    """The bytes of each function's code, as they were written: Python changes those it has read."""
    for found in _CODE.finditer(raw):
        length = int.from_bytes(found[1], "little")
        yield raw[found.end() : found.end() + length]


def _can_be_run(code: bytes) -> bool:
    """Whether all instructions are of this Python, with the room behind them that it leaves."""
    room, place = _room(), 0
    if code[:1] == b"" or code[0] not in _OPENING:
        return False
    while place < len(code):
        number, left = code[place], room.get(code[place], 0) * 2
        behind = code[place + 2 : place + 2 + left]
        # 0 is `CACHE`, with which room is filled; `dis` calls a number without an instruction
        # `<7>`.
        if number == 0 or dis.opname[number][0] == "<" or any(behind[::2]):
            return False
        place += 2 + left
    return True


def _room() -> dict[int, int]:
    """How many words an instruction leaves for what Python finds out while it runs."""
    known = getattr(opcode, "_inline_cache_entries", {})
    if isinstance(known, dict):
        return {dis.opmap[name]: count for name, count in known.items() if name in dis.opmap}
    return dict(enumerate(known))
