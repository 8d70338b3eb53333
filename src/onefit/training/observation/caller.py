"""The line of the user's own code that asked for a fit."""

from __future__ import annotations

import linecache
import os
import re
import sys
from types import CodeType, FrameType
from typing import Any

from onefit.training.host.tracebacks import OURS

_STANDARD = os.path.dirname(os.__file__) + os.sep
_HEAD = re.compile(r"# In\[(\d+)\]:$")
_kinds: dict[int, tuple[str, CodeType]] = {}  # by identity: a hash would read all of the code


def user_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of the user's own code; of a library where there is none."""
    found = None
    while frame is not None:
        known = _kinds.get(id(frame.f_code))
        if known is None:
            known = _kinds[id(frame.f_code)] = _kind(frame.f_code), frame.f_code
        if known[0] == "user":
            return frame
        if known[0] == "library" and found is None:
            found = frame
        frame = frame.f_back
    return found


def caller(frame: FrameType | None) -> tuple[str, int]:
    """The line of the user's own code that is being run; of a library where there is none."""
    return named(user_frame(frame))


def named(frame: FrameType | None) -> tuple[str, int]:
    """The file and the line of a frame; the cell in a notebook."""
    if frame is None:
        return "", 0
    file = frame.f_code.co_filename
    if "ipykernel_" in file or file.startswith("<ipython-input"):
        shell = sys.modules.get("IPython")
        running = shell.get_ipython() if shell is not None else None
        return f"cell {_cell(running)}".strip(), frame.f_lineno
    # A notebook that `onefit run` has turned into one file; its cells have comments as heads.
    if file.endswith("[cells]"):
        return in_cell(file, frame.f_lineno)
    return file, frame.f_lineno


def _kind(code: CodeType) -> str:
    file = code.co_filename
    if file.startswith(OURS) or file.startswith("<frozen"):
        return "ours"
    if f"{os.sep}keras{os.sep}src{os.sep}" in file:
        return "keras"
    library = f"{os.sep}site-packages{os.sep}" in file or file.startswith(_STANDARD)
    return "library" if library else "user"


def in_cell(file: str, line: int) -> tuple[str, int]:
    """The cell and its line, where a notebook is run as a script (`onefit.scripts.cells`).

    Args:
        file: The name of the code of all cells.
        line: The line in that code, from 1.
    """
    before = linecache.getlines(file)[: line - 1]
    for above, text in enumerate(reversed(before), 1):
        if head := _HEAD.match(text):
            return f"cell {head[1]}", above
    return file, line


def _cell(shell: Any) -> str:
    """The number in front of the cell that runs, as the notebook shows it: `In [4]`.

    IPython counts a cell before it runs it or after, by its version; what it keeps of the cell's
    text is there in both.
    """
    history = getattr(shell, "history_manager", None)
    inputs = getattr(history, "input_hist_parsed", None)
    return str(len(inputs) - 1) if inputs else ""
