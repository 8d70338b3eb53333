"""What an upgrade did to a source, and what it could not do."""

from __future__ import annotations

from collections.abc import Callable
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
