"""Folders that environment variables name.

A relative one is taken from the folder in which onefit was imported, at whatever time it is read: a
script may go to another folder, and its runs and programs must not be spread over both.
"""

from __future__ import annotations

import os

_start = ""


def begin_in(folder: str = "") -> None:
    """Take relative folders from `folder` from now on.

    A worker process begins in the folder that its parent is in, and is told the one in which that
    began.

    Args:
        folder: An absolute path. Defaults to `""`, the working folder.
    """
    global _start
    try:
        _start = folder or os.getcwd()
    except OSError:  # the working folder is gone
        _start = os.sep


def start() -> str:
    """The folder from which relative ones are taken."""
    return _start


def absolute(folder: str) -> str:
    """A folder as an absolute path.

    Args:
        folder: A path from an environment variable; it may begin with `~`.

    Returns:
        The path; `""` if it begins with the home of a user that there is not.

    >>> absolute("kept") == os.path.join(start(), "kept")
    True
    """
    path = os.path.expanduser(folder)
    return "" if path.startswith("~") else os.path.normpath(os.path.join(_start, path))


begin_in()
