"""Regular expressions of RE2, which TensorFlow uses, by Python's `re`.

Both read most patterns alike. What differs is rewritten here (`[[:alpha:]]`, `\\z`), and what
Python lacks (`\\pL`) is refused. Text that is not UTF-8 is kept as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse

CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7F",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1F\\x7F",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_POSIX = re.compile(r"\[:(\^?)([a-z]+):\]")
_PROPERTY = re.compile(r"(?<!\\)(?:\\\\)*\\[pPCQ]")


@lru_cache(256)
def compiled(pattern: bytes) -> re.Pattern[str]:
    """A pattern of RE2 as Python's.

    Raises:
        InvalidArgumentError: If it is no pattern.

    >>> compiled(b"[[:digit:]]+").sub("#", "a12b3")
    'a#b#'
    """
    text = decoded(pattern)
    if _PROPERTY.search(text):
        refuse(f"the pattern {text!r} in tensorflow.strings", "strings")
    text = _POSIX.sub(lambda found: CLASSES[found[2]], text).replace("\\z", "\\Z")
    text = re.sub(r"(?<=\[)\^?\[|(?<!\\)\[\[", lambda found: found[0].replace("[[", "[\\["), text)
    try:
        return re.compile(text, re.ASCII)
    except re.error as error:
        raise InvalidArgumentError(f"Invalid pattern: {text}, error: {error}") from None


def replaced(pattern: re.Pattern[str], rewrite: bytes, text: bytes, everywhere: bool) -> bytes:
    """The text with what matches rewritten; `\\1` is the first group, `\\0` the whole match.

    >>> replaced(compiled(b"(b)c"), rb"<\\1>", b"abcbc", True)
    b'a<b><b>'
    """
    subject, template = decoded(text), decoded(rewrite)
    made, end = [], 0
    for number, found in enumerate(pattern.finditer(subject)):
        if number and not everywhere:
            break
        if number and found.end() == found.start() == end:
            continue  # RE2 takes no empty match right behind another
        made += [subject[end : found.start()], _expanded(template, found)]
        end = found.end()
    return encoded("".join(made) + subject[end:])


def decoded(text: bytes) -> str:
    """Text of UTF-8; other bytes are kept as they are."""
    return text.decode("utf-8", "surrogateescape")


def encoded(text: str) -> bytes:
    """The bytes of such text."""
    return text.encode("utf-8", "surrogateescape")


def _expanded(template: str, found: re.Match[str]) -> str:
    def of(escape: re.Match[str]) -> str:
        if escape[1] == "\\":
            return "\\"
        return found[int(escape[1])] or ""

    return re.sub(r"\\([0-9\\])", of, template)
