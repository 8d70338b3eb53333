"""The syntax of RE2's regular expressions, read and written as Python's `re` takes it.

Most patterns mean the same to both. Where they do not, Python seldom fails: it reads `$`, `\\s`,
`a{,2}`, `a++` or `[[:^alpha:]]` in another way. So each pattern is read from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.missing import refuse

Range = tuple[int, int]
NAMES = {
    "alnum": "09AZaz",
    "alpha": "AZaz",
    "ascii": "\x00\x7f",
    "blank": "\t\t  ",
    "cntrl": "\x00\x1f\x7f\x7f",
    "digit": "09",
    "graph": "!~",
    "lower": "az",
    "print": " ~",
    "punct": "!/:@[`{~",
    "space": "\t\r  ",
    "upper": "AZ",
    "word": "09AZ__az",
    "xdigit": "09AFaf",
}
"""The classes of POSIX: the first and the last character of each range."""
# RE2's `\s` has no vertical tab; `[[:space:]]` and Python's `\s` have it.
LETTERS = {"d": NAMES["digit"], "w": NAMES["word"], "s": "\t\n\f\r  "}
CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
BROKEN = "\udc80-\udcff"
"""Bytes that are no UTF-8, as `surrogateescape` keeps them: no class of RE2's has them."""

_REPETITION = re.compile(r"([*+?]|\{[0-9]+(?:,[0-9]*)?\})(\??)")
_GROUP = re.compile(r"\((?:\?P<\w+>|\?([imsU]*)(?:-([imsU]+))?([:)])|(?!\?))")
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]+)\}|([1-7][0-7]{1,2}|0[0-7]{0,2})")
_NAME = re.compile(r"\[:(\^?)(\w+):\]")


class _Group(NamedTuple):
    """A group that is open: its flags, and what Python needs to have them."""

    flags: frozenset[str]
    opened: list[str]


class Syntax:
    """A pattern of RE2's on its way to Python.

    Args:
        text: The pattern.
        has_broken: Whether the texts have bytes that are no UTF-8.

    >>> Syntax("[[:digit:]]$", False).written()
    '[0-9](?:\\\\Z)'
    """

    def __init__(self, text: str, has_broken: bool) -> None:
        """Nothing is read yet."""
        self.text, self.place = text, 0
        self.beyond = BROKEN if has_broken else ""
        self.groups = [_Group(frozenset(), [])]

    def written(self) -> str:
        """The pattern as Python takes it.

        Raises:
            InvalidArgumentError: If it is none of RE2's.
        """
        made = []
        may_repeat = False
        while self.place < len(self.text):
            if repetition := _REPETITION.match(self.text, self.place):
                if not may_repeat:  # `a**` and the like too; Python takes `a*+` for another thing
                    self.fail("bad repetition operator")
                self.place = repetition.end()
                is_lazy = bool(repetition[2]) != ("U" in self.groups[-1].flags)
                made.append(repetition[1] + "?" * is_lazy)
                may_repeat = False
            else:
                before = self.place
                made.append(self.part())
                is_flag = self.text.startswith("(?", before) and self.text[self.place - 1] == ")"
                may_repeat = self.text[before] not in "|(" and not is_flag
        if len(self.groups) > 1:
            self.fail("missing )")
        return "".join(made) + ")" * len(self.groups[-1].opened)

    def part(self) -> str:
        """What comes next: a character, a class, a mark of a place, a bracket."""
        character = self.text[self.place]
        flags = self.groups[-1].flags
        if character == "(":
            return self.opening()
        if character == "[":
            return self.listed()
        if character == "\\":
            return self.escape()
        self.place += 1
        if character == ")":
            if len(self.groups) == 1:
                self.fail("unexpected )")
            return ")" * (len(self.groups.pop().opened) + 1)
        if character == "|":  # a flag holds to the end of the group, beyond the alternatives
            opened = self.groups[-1].opened
            return ")" * len(opened) + "|" + "".join(opened)
        if character == ".":
            newline = "" if "s" in flags else "\n"
            return f"[^{newline}{self.beyond}]" if self.beyond else "(?s:.)" if not newline else "."
        # The groups around `^` and `$` let them be repeated, which Python refuses.
        if character == "^":
            return "(?m:^)" if "m" in flags else "(?:\\A)"
        if character == "$":  # Python's own matches before a newline at the end, too
            return "(?m:$)" if "m" in flags else "(?:\\Z)"
        return re.escape(character)

    def opening(self) -> str:
        """A bracket, with or without flags."""
        found = _GROUP.match(self.text, self.place)
        if found is None:
            self.fail("invalid perl operator")
        self.place = found.end()
        group = self.groups[-1]
        if found[3] is None:  # with a name or without: a rewrite knows groups by number only
            self.groups.append(_Group(group.flags, []))
            return "("
        flags = (group.flags | set(found[1])) - set(found[2] or "")
        # Of all flags Python has to know only this one: the others are written out.
        flag = "i" if "i" in flags else "-i"
        if found[3] == ":":
            self.groups.append(_Group(flags, []))
            return f"(?{flag}:"
        self.groups[-1] = _Group(flags, [*group.opened, f"(?{flag}:"])
        return f"(?{flag}:"

    def escape(self) -> str:
        """A backslash and what follows, outside of a class."""
        following = self.text[self.place + 1 : self.place + 2]
        if following == "Q":
            end = self.text.find("\\E", self.place)
            quoted = self.text[self.place + 2 : end if end >= 0 else None]
            self.place = end + 2 if end >= 0 else len(self.text)
            return re.escape(quoted)
        if following in ("b", "B", "A", "z"):
            self.place += 2
            # Words are of ASCII, though the case of letters is of all alphabets.
            return {"A": "(?:\\A)", "z": "(?:\\Z)"}.get(following, f"(?a:\\{following})")
        if following.lower() in LETTERS:
            self.place += 2
            ranges = _pairs(LETTERS[following.lower()])
            return f"[{'^' * following.isupper()}{_written(ranges)}{self._also(following)}]"
        return re.escape(self.escaped_character())

    def _also(self, letter: str) -> str:
        return self.beyond if letter.isupper() else ""

    def escaped_character(self) -> str:
        """The character that a backslash and what follows stand for."""
        if found := _CODE.match(self.text, self.place + 1):
            self.place = found.end()
            digits = found[1] or found[2]
            return chr(int(digits, 16) if digits else int(found[3], 8))
        following = self.text[self.place + 1 : self.place + 2]
        if following and following in "pPC":
            refuse(f"the pattern {self.text!r} in tensorflow.strings", "strings")
        if not following:
            self.fail("trailing \\")
        if following not in CONTROLS and (following.isalnum() or not following.isascii()):
            self.fail(f"invalid escape sequence: \\{following}")
        self.place += 2
        return CONTROLS.get(following, following)

    def listed(self) -> str:
        """A class in brackets."""
        self.place += 1
        is_other = self.text.startswith("^", self.place)
        self.place += is_other
        ranges: list[Range] = []
        is_first = True
        # A bracket that comes first is a character.
        while is_first or not self.text.startswith("]", self.place):
            ranges += self.member()
            is_first = False
        self.place += 1
        return f"[{'^' * is_other}{_written(ranges)}{self.beyond * is_other}]"

    def member(self) -> list[Range]:
        """A name, a letter for several characters, a range or a character."""
        if found := _NAME.match(self.text, self.place):
            if found[2] not in NAMES:
                self.fail(f"invalid character class range: {found[0]}")
            self.place = found.end()
            ranges = _pairs(NAMES[found[2]])
            return _others(ranges) if found[1] else ranges
        letter = self.text[self.place + 1 : self.place + 2]
        if self.text.startswith("\\", self.place) and letter and letter in "dDwWsS":
            self.place += 2
            ranges = _pairs(LETTERS[letter.lower()])
            return _others(ranges) if letter.isupper() else ranges
        first = last = self.character()
        rest = self.text[self.place : self.place + 2]
        if rest[:1] == "-" and rest != "-]":
            self.place += 1
            last = self.character()
        if last < first:
            self.fail("invalid character class range")
        return [(first, last)]

    def character(self) -> int:
        """The code of a character in a class."""
        if self.place >= len(self.text):
            self.fail("missing ]")
        if self.text[self.place] == "\\":
            return ord(self.escaped_character())
        self.place += 1
        return ord(self.text[self.place - 1])

    def fail(self, reason: str) -> NoReturn:
        """Raise TensorFlow's error."""
        raise InvalidArgumentError(f"Invalid pattern: {self.text}, error: {reason}")


def _pairs(ends: str) -> list[Range]:
    return [(ord(first), ord(last)) for first, last in zip(ends[::2], ends[1::2])]


def _others(ranges: list[Range]) -> list[Range]:
    """All characters that are not in ranges that ascend: no half of a UTF-16 pair is one."""
    return list(_between([*ranges, (0xD800, 0xDFFF)]))


def _between(ranges: list[Range]) -> Iterator[Range]:
    begin = 0
    for first, last in [*ranges, (0x110000, 0)]:
        if begin < first:
            yield begin, first - 1
        begin = last + 1


def _written(ranges: list[Range]) -> str:
    ends = ((re.escape(chr(first)), re.escape(chr(last))) for first, last in ranges)
    return "".join(first if first == last else f"{first}-{last}" for first, last in ends)
