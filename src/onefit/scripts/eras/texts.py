"""The texts of a script: its own, and those of the modules in its folder that it imports."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

MOST_FILES = 20
"""Files of the script's own folder that are read because it imports them."""

_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+\.*([A-Za-z_][\w.]*)", re.MULTILINE)


def texts(source: str, folder: str | None) -> Iterator[str]:
    """The script, and the modules of its folder that it imports, and those that they import.

    Args:
        source: The script's text.
        folder: Where its own modules stand; `None` where it has none.

    >>> list(texts("import keras", None))
    ['import keras']
    """
    seen: set[str] = set()
    waiting = [source]
    while waiting and len(seen) <= MOST_FILES:
        text = waiting.pop()
        yield text
        if folder is None:
            continue
        for name in _IMPORT.findall(text):
            path = os.path.join(folder, *name.split(".")) + ".py"
            if path not in seen and os.path.isfile(path):
                seen.add(path)
                with open(path, encoding="utf-8", errors="replace") as file:
                    waiting.append(file.read())
