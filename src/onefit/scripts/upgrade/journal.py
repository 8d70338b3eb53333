"""What an upgrade did to a source, and what it could not do."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Note:
    """One thing that was done or left.

    Args:
        line: Where in the script as it was.
        code: The code of its page.
        told: What it was, in a few words.
    """

    line: int
    code: str
    told: str

    def __str__(self) -> str:
        """As one line shows it.

        >>> str(Note(3, "OF203", "nb_epoch is called epochs"))
        'line 3: OF203 nb_epoch is called epochs'
        """
        return f"line {self.line}: {self.code} {self.told}"


def once_each(notes: Sequence[Note]) -> list[str]:
    """Notes as lines, of which those that say the same are one.

    Args:
        notes: The notes, by line.

    >>> again = [Note(line, "OF213", "tensorflow.cast is TensorFlow's") for line in (3, 5, 8)]
    >>> once_each(again)
    ["line 3: OF213 tensorflow.cast is TensorFlow's (and in lines 5, 8)"]
    """
    found: dict[tuple[str, str], list[Note]] = {}
    for one in notes:
        found.setdefault((one.code, one.told), []).append(one)
    return [f"{first}{_elsewhere(others)}" for first, *others in found.values()]


def _elsewhere(notes: Sequence[Note]) -> str:
    lines = [one.line for one in notes]
    shown = ", ".join(map(str, lines[:_SHOWN]))
    more = len(lines) - _SHOWN
    told = f"{shown} and {more} more" if more > 0 else shown
    word = "line" if len(lines) == 1 else "lines"
    return f" (and in {word} {told})" if lines else ""


_SHOWN = 5


class Journal:
    """Notes on one source.

    Args:
        is_chosen: Whether the rules of a code are to be applied. Defaults to all of them.
        unsafe: Whether rules that may change numbers are to be applied. Defaults to `False`.
    """

    def __init__(
        self, is_chosen: Callable[[str], bool] = lambda code: True, unsafe: bool = False
    ) -> None:
        """Nothing is done yet."""
        self.is_chosen, self.unsafe = is_chosen, unsafe
        self.changes: set[Note] = set()
        self.remains: set[Note] = set()

    def done(self, code: str, line: int, told: str) -> None:
        """Remember what was done."""
        self.changes.add(Note(line, code, told))

    def left(self, code: str, line: int, told: str) -> None:
        """Remember what could not be done."""
        if self.is_chosen(code):
            self.remains.add(Note(line, code, told))

    def has_left(self, line: int, name: str) -> bool:
        """Whether an argument of a line is noted already as one that could not be rewritten."""
        return any(one.line == line and _tells_of(one, name) for one in self.remains)

    def forget(self, line: int, names: Collection[str]) -> None:
        """Take back what was noted about arguments of a line: they are rewritten after all."""
        self.remains = {
            one
            for one in self.remains
            if one.line != line or not any(_tells_of(one, name) for name in names)
        }


def _tells_of(note: Note, name: str) -> bool:
    """Whether a note names an argument; `border_mode=` is not `mode=`.

    >>> note = Note(3, "OF203", "Convolution2D takes no border_mode= in Keras 3")
    >>> _tells_of(note, "mode"), _tells_of(note, "border_mode")
    (False, True)
    """
    return re.search(rf"\b{re.escape(name)}=", note.told) is not None
