"""Measured numbers in pages that are written by hand: they stand between two marks."""

from __future__ import annotations

from pathlib import Path


def put(page: Path, name: str, text: str) -> None:
    """Put a text in the place of what was measured before.

    Args:
        page: The page, which has the lines `<!-- measured: NAME -->` and `<!-- end: NAME -->`.
        name: The name.
        text: What stands between them now.
    """
    first, last = f"<!-- measured: {name} -->", f"<!-- end: {name} -->"
    before, rest = page.read_text().split(first)
    _, after = rest.split(last)
    page.write_text(f"{before}{first}\n{text.strip()}\n{last}{after}")
