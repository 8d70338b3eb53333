"""Counts on the command line: what is none is told with what was received."""

from __future__ import annotations

import argparse


def is_number(word: str) -> bool:
    """Whether a word is a whole number, as `int` reads it.

    `isdigit` would take the small 2 of a square, too, of which `int` makes nothing.

    >>> is_number("12"), is_number("²"), is_number("-1")
    (True, False, False)
    """
    return word.isdecimal()


def count(word: str) -> int:
    """How many: at least one.

    Args:
        word: The word behind a switch.

    Raises:
        argparse.ArgumentTypeError: If it is no such number.
    """
    if not is_number(word) or int(word) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1; received {word!r}")
    return int(word)
