"""Errors for what cannot be translated, all in one form."""

from __future__ import annotations

from typing import TypeVar

Kind = TypeVar("Kind", bound=Exception)


def refused(kind: type[Kind], code: str, expected: str, received: str, do: str) -> Kind:
    """An error that says what stands in the way of an old script, and where to read on.

    Args:
        kind: The type of the error: the one that Keras would raise.
        code: The code of the page about it.
        expected: What Keras 3 can do.
        received: What the script asked for, by its old name.
        do: What to write instead, as a sentence.

    >>> print(refused(TypeError, "OF203", "mode=0", "mode=1", "Write the layer with keras.ops."))
    Expected mode=0. Received: mode=1. Write the layer with keras.ops. (onefit findings OF203)
    """
    return kind(f"Expected {expected}. Received: {received}. {do} (onefit findings {code})")
