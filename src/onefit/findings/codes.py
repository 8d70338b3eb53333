"""The registry of codes. A code, once published, keeps its meaning.

OF1xx say why something runs step by step, as stock Keras would run it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """What a code means. `title` is a clause, `fix` an imperative, `why` a paragraph of the docs."""

    severity: str
    title: str
    fix: str
    why: str


CODES: dict[str, Code] = {
    "OF101": Code(
        "note",
        "the model asks to run eagerly",
        "compile without run_eagerly=True",
        "Eager execution means that Python runs between the operations of every step; it is what "
        "`run_eagerly=True` asks for, usually to debug.",
    ),
}
