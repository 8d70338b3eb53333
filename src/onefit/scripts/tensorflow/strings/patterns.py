"""Regular expressions of RE2, which TensorFlow uses, by Python's `re`.

`pattern_syntax.py` says what differs. What Python lacks (`\\pL`) is refused. Text that is not UTF-8
is kept as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.strings.pattern_syntax import Syntax


@lru_cache(256)
def compiled(pattern: bytes, has_broken: bool = False) -> re.Pattern[str]:
    """A pattern of RE2 as Python's.

    Args:
        pattern: The pattern.
        has_broken: Whether it is for a text with bytes that are no UTF-8. Defaults to `False`.

    Raises:
        InvalidArgumentError: If it is no pattern.

    >>> compiled(b"[[:digit:]]+").sub("#", "a12b3")
    'a#b#'
    """
    text = decoded(pattern)
    try:
        return re.compile(Syntax(text, has_broken).written())
    except re.error as error:
        raise InvalidArgumentError(f"Invalid pattern: {text}, error: {error}") from None


def matches(pattern: bytes, text: bytes) -> bool:
    """Whether a whole text matches a pattern."""
    return _pattern_for(pattern, text).fullmatch(decoded(text)) is not None


def replaced(pattern: bytes, rewrite: bytes, text: bytes, everywhere: bool) -> bytes:
    """The text with what matches rewritten; `\\1` is the first group, `\\0` the whole match.

    >>> replaced(b"(b)c", rb"<\\1>", b"abcbc", True)
    b'a<b><b>'
    """
    found, subject = _pattern_for(pattern, text), decoded(text)
    template, group, is_wrong = _read(rewrite)
    # RE2 checks the groups before it begins, and meets a wrong escape while it writes.
    if group > found.groups or (is_wrong and not everywhere):
        return text
    made, copied, place, end = [], 0, 0, -1
    # Python's `finditer` cannot do it: it goes on behind an empty match with one that is longer,
    # and takes an empty one right behind another match; RE2 does neither.
    while one := found.search(subject, place):
        if one.start() == one.end() == end:
            if place >= len(subject):
                break
            place += 1
            continue
        made += [subject[copied : one.start()], _expanded(template, one)]
        copied = place = end = one.end()
        if not everywhere:
            break
    return encoded("".join(made) + subject[copied:])


@lru_cache(256)
def _read(rewrite: bytes) -> tuple[str, int, bool]:
    """A rewrite up to the first escape that is wrong, its largest group, and if there is one."""
    text = decoded(rewrite)
    escapes = list(re.finditer(r"\\(.?)", text, re.DOTALL))
    digits = [int(one[1]) for one in escapes if one[1] in set("0123456789")]
    wrong = next((one for one in escapes if one[1] not in set("0123456789\\")), None)
    return text[: wrong.start()] if wrong else text, max(digits, default=0), bool(wrong)


def _pattern_for(pattern: bytes, text: bytes) -> re.Pattern[str]:
    """The pattern as it is for a text: for broken ones it is slower."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return compiled(pattern, True)
    return compiled(pattern)


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
