"""The folders where a script's own modules are: its own, and those of its project that it uses."""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterator

from onefit.scripts.eras.texts import texts

MOST_ABOVE = 4
"""Folders that are looked at on the way from a script up to the root of its project."""
ROOT = frozenset([".git", "setup.py", "README.md", "README.rst", "readme.md", "README"])
"""What the folder of a project has, above which nothing belongs to it."""

_PUT = r"""\bsys\.path\.(?:append|insert)\((?:\s*\d+\s*,)?\s*r?["']([^"']+)["']"""


def own_folders(folder: str, source: str = "") -> list[str]:
    """Where a script's own modules may be, in the order in which Python will look there.

    These are its folder, those of `PYTHONPATH` and of packages that are installed from where they
    are written, those that the script puts in `sys.path` by their names, and those above it in its
    project, which scripts put there in many ways (`os.path.dirname(os.path.dirname(__file__))`).

    Args:
        folder: The script's folder.
        source: The script's text. Defaults to one that puts nothing in `sys.path`.

    >>> own_folders("/nowhere", "import sys; sys.path.insert(0, '../lib')")[-1] == "/lib"
    True
    """
    named = re.findall(_PUT, source) if "sys.path" in source else ()
    put = (os.path.normpath(os.path.join(folder, place)) for place in named)
    found = [absolute(folder), *of_path(tuple(sys.path)), *_project(folder), *put]
    return list(dict.fromkeys(found))


def texts_of_project(source: str, folder: str | None) -> Iterator[str]:
    """The script, and the modules of its project that it imports, and those that they import.

    Args:
        source: The script's text.
        folder: Where its own modules stand; `None` where it has none.

    >>> list(texts_of_project("import keras", None))
    ['import keras']
    """
    return texts(source, folder, [] if folder is None else own_folders(folder, source))


def absolute(path: str) -> str:
    """An absolute path; a script may run where its working folder is gone, and there is none.

    Args:
        path: A path.
    """
    try:
        return os.path.abspath(path)
    except OSError:
        return path


@functools.cache
def of_path(path: tuple[str, ...]) -> tuple[str, ...]:
    """Those places of `sys.path` that are neither Python's own nor for installed packages.

    Args:
        path: The places of `sys.path`.
    """
    ours = os.path.dirname(os.path.dirname(sys.modules["onefit"].__path__[0]))
    of_python = os.path.dirname(os.path.dirname(os.__file__))
    return tuple(
        place
        for place in map(absolute, path)
        if os.path.isdir(place)
        and not place.startswith((of_python, ours))
        and not re.search(r"[\\/](site|dist)-packages\b", place)
    )


def folders_above(folder: str) -> Iterator[str]:
    """A script's folder and those above it, as far as its project goes."""
    home, place = os.path.expanduser("~"), absolute(folder)
    for _ in range(MOST_ABOVE):
        if not os.path.isdir(place) or place in (home, os.path.dirname(place)):
            return
        yield place
        if not ROOT.isdisjoint(os.listdir(place)):
            return
        place = os.path.dirname(place)


def _project(folder: str) -> list[str]:
    """The folders above, if one of them is the root of a project."""
    found = list(folders_above(folder))
    return found if found and not ROOT.isdisjoint(os.listdir(found[-1])) else []
