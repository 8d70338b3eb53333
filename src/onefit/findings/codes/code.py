"""What a code means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """What a code means.

    Args:
        severity: `"note"`, `"warning"` or `"error"`.
        title: What it says, as a clause.
        fix: What to do about it, as an imperative.
        why: What is behind it, as a paragraph of the documentation.
    """

    severity: str
    title: str
    fix: str
    why: str
