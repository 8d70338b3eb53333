"""The code of a script, from the bytes of its file.

Python reads a script line by line, decodes as it goes, and has messages of its own for bytes that
are no source; its `compile` has others, and takes some that a file may not have. Both are tried
here in python's order, so that a script with a stray byte fails as under `python`.
"""

from __future__ import annotations

import codecs
import io
import re
from types import CodeType

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_LATIN = re.compile(r"(latin-1|iso-8859-1|iso-latin-1)(-.*)?")

OF_CELLS = "[cells]"
"""What stands behind the path of a notebook, as the name of its code."""


def compiled(source: bytes, filename: str) -> CodeType:
    """Compile the content of a script.

    Args:
        source: The bytes.
        filename: The script's path, or `"<stdin>"`.

    Raises:
        SyntaxError: As `python` raises it for such a file.

    >>> compiled(b"# coding: nonsense", "train.py")
    Traceback (most recent call last):
    ...
    SyntaxError: encoding problem: nonsense
    """
    _check_bytes(source, filename)
    # Otherwise the `from __future__` line of this file would hold for the script, too.
    return compile(source, filename, "exec", dont_inherit=True)


def _check_bytes(source: bytes, filename: str) -> None:
    """Refuse what python's own reader refuses."""
    marked = source.startswith(codecs.BOM_UTF8)
    lines = source.removeprefix(codecs.BOM_UTF8).splitlines()
    coding = _declared(lines[:2])
    if coding is not None and marked and coding != "utf-8":
        raise SyntaxError(f"encoding problem: {coding} with BOM")
    if coding not in (None, "utf-8"):
        try:
            io.TextIOWrapper(io.BytesIO(source), coding).readline()
        except (LookupError, UnicodeError):
            raise SyntaxError(f"encoding problem: {coding}") from None
        return
    for number, line in enumerate(lines, start=1):
        if coding is None and not marked:
            _check_utf8(line, number, filename)
        if b"\0" in line:
            text = line.partition(b"\0")[0].decode(errors="replace")
            where = (filename, number, 0, text)
            raise SyntaxError("source code cannot contain null bytes", where)


def _declared(lines: list[bytes]) -> str | None:
    """The coding that the first two lines declare, by the name that python gives it."""
    for line in lines:
        found = _CODING.match(line)
        if found:
            name = found[1].decode("ascii", "replace")
            # Twelve letters, as python's `get_normal_name` looks at.
            plain = name[:12].lower().replace("_", "-")
            if plain == "utf-8" or plain.startswith("utf-8-"):
                return "utf-8"
            return "iso-8859-1" if _LATIN.fullmatch(plain) else name
        # A declaration in the second line counts only behind a line without code.
        if not _BLANK.match(line):
            return None
    return None


def _check_utf8(line: bytes, number: int, filename: str) -> None:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise SyntaxError(
            f"Non-UTF-8 code starting with '\\x{line[error.start]:02x}' in file {filename} on line "
            f"{number}, but no encoding declared; see https://peps.python.org/pep-0263/ for details"
        ) from None
