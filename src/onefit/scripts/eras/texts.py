"""The texts of a script: its own, and those of its own modules that it imports.

A proof reads this file by its path, so it imports nothing of onefit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

MOST_FILES = 20
"""Files of the script's own that are read because it imports them."""

# By patterns, since a text for Python 2 has no syntax tree here, and its imports still tell.
_IMPORT = re.compile(r"^[ \t]*import[ \t]+([\w., \t]+)", re.MULTILINE)
_FROM = re.compile(
    r"^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;\\]+(?:\\\n[^\n#;\\]+)*)",
    re.MULTILINE,
)
_WORDS = re.compile(r"#[^\n]*|\\\n|[()]")
_OF_KERAS = frozenset({"keras", "tensorflow"})


def texts(source: str, folder: str | None, places: Sequence[str] = ()) -> Iterator[str]:
    """The script, and its own modules that it imports, and those that they import.

    Args:
        source: The script's text.
        folder: Where it stands; `None` where it has no modules of its own.
        places: Where Python looks for its modules, its folder first. Defaults to that alone.

    >>> list(texts("import keras", None))
    ['import keras']
    """
    seen: set[str] = set()
    waiting = [(source, folder)]
    # Modules may import each other in a circle, so each file is read once.
    while waiting and len(seen) <= MOST_FILES:
        text, home = waiting.pop()
        yield text
        if home is None:
            continue
        for path in imported(text, home, *(places or [folder or home])):
            if path not in seen:
                seen.add(path)
                # A module in another encoding has its imports and the names of Keras in ASCII all
                # the same.
                with open(path, encoding="utf-8", errors="replace") as file:
                    waiting.append((file.read(), os.path.dirname(path)))


def imported(text: str, home: str, *folders: str) -> dict[str, dict[str, str]]:
    """The files below some folders that a text imports.

    Args:
        text: The text of a script or of one of its modules.
        home: The folder in which it stands, from which dots in `from .layers import f` count.
        *folders: Where Python looks for modules, the script's folder first.

    Returns:
        For each file, the names of the text for what it takes from there: `{"f": "f"}`, a module
        as `{"layers": ""}`, and a star as `{"*": "*"}`.
    """
    found: dict[str, dict[str, str]] = {}
    for words in _IMPORT.findall(text):
        for part in words.split(","):
            name, _, alias = part.strip().partition(" as ")
            for path in _packages(_place(folders, name.strip()), name.strip()):
                found.setdefault(path, {}).setdefault(alias.strip() or name.strip(), "")
    for dots, module, names in _FROM.findall(text):
        base = os.path.normpath(os.path.join(home, *[".."] * (len(dots) - 1)))
        # Dots may lead out of the script's folders, where nothing is the script's own.
        if dots and not any(_is_below(base, folder) for folder in folders):
            continue
        base = base if dots else _place(folders, module)
        whole = _file(base, module) if module else None
        for path in _packages(base, module):
            found.setdefault(path, {})
        for part in _WORDS.sub(" ", names).split(","):
            name, _, alias = " ".join(part.split()).partition(" as ")
            inner = _file(base, f"{module}.{name}" if module else name) if name != "*" else None
            if inner is not None:
                found.setdefault(inner, {})[alias or name] = ""
            elif whole is not None and name:
                found[whole][alias or name] = name
    return found


def _place(folders: tuple[str, ...], module: str) -> str:
    """The first folder that has a module, or the package in which it is."""
    first = module.partition(".")[0]
    has_file = (one for one in folders if _file(one, first) is not None)
    # A package may do without an `__init__.py`; those that have one are found before it.
    has_folder = (one for one in folders if first and os.path.isdir(os.path.join(one, first)))
    return next(has_file, None) or next(has_folder, folders[0])


def _packages(base: str, module: str) -> list[str]:
    """The file of a module, and those of the packages in which it is."""
    parts = module.split(".") if module else []
    paths = (_file(base, ".".join(parts[: end + 1])) for end in range(len(parts)))
    return [path for path in paths if path is not None]


def _file(base: str, module: str) -> str | None:
    """The file of a module or a package below a folder; `None` where there is none."""
    if module.partition(".")[0] in _OF_KERAS:
        return None
    path = os.path.join(base, *module.split("."))
    for one in (f"{path}.py", os.path.join(path, "__init__.py")):
        if os.path.isfile(one):
            return one
    return None


def _is_below(path: str, folder: str) -> bool:
    return os.path.commonpath([os.path.abspath(path), os.path.abspath(folder)]) == os.path.abspath(
        folder
    )
