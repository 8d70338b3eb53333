"""The folder of a script, copied for a run that may change it.

All that a run reaches by a relative path is a copy: through a link a run would write the user's own
file. HDF5 and other libraries open files past Python, so nothing could hold them back.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import NamedTuple

_UP = re.compile(r"\.\.|dirname|parent|abspath|realpath|getcwd|chdir")
"""By one of these a script reaches what stands beside its folder."""
_WORD = re.compile(r"\w+")
LARGEST = 4_000_000_000
"""Bytes that are copied for a run at most: a home folder and all that is in it would take hours."""
_PATTERNS = shutil.ignore_patterns(".git", "__pycache__", ".venv", "node_modules", "*.orig")


class _Contents(NamedTuple):
    """What is copied of a place: how many bytes, and which files of it are sources."""

    size: int
    sources: list[Path]


def too_large(script: Path) -> str:
    """Why a script's folder is not copied: it is too large, or no room is left for it.

    Args:
        script: The script.

    Returns:
        The reason; `""` where the folder can be copied.
    """
    parts = _parts(script)
    size, room = sum(one.size for one in parts.values()), tempfile.gettempdir()
    free = shutil.disk_usage(room).free
    names = ", ".join(one.name for one in parts)
    if size > LARGEST:
        return (
            f"a run needs a copy of {names}, which has more than {LARGEST / 1e9:.0f} GB: put the "
            "script into a folder of its own, with what it reads"
        )
    if size <= free // 2:  # what the run writes needs room, too
        return ""
    return (
        f"a run needs a copy of {names}, which has {size / 1e9:.1f} GB, and {room} has "
        f"{free / 1e9:.1f} GB left of which it takes half at most: set TMPDIR to a folder on a "
        "larger disk"
    )


def copied(script: Path, room: Path) -> Path:
    """A copy of the folder of a script, and beside it of what the script names there.

    Args:
        script: The script.
        room: Where the copies are to be.
    """
    source, beside = script.parent, room / "beside"
    target = beside / (source.name or "folder")
    for one in _parts(script):
        place = target if one == source else beside / one.name
        if one.is_dir():
            shutil.copytree(one, place, ignore=_skipped, ignore_dangling_symlinks=True)
        else:
            shutil.copy2(one, place)
    return target


def _parts(script: Path) -> dict[Path, _Contents]:
    """The folder of a script, and what stands beside it that the script or its modules name."""
    source = script.parent
    found = {source: _contents(source)}
    others = {one for one in source.parent.iterdir() if not one.name.startswith(".")} - {source}
    unread = set(found[source].sources)
    fresh = list(unread & {script})
    unread -= {script}
    looks_up, named = False, ""
    while fresh:
        texts = [one.read_text("utf-8", errors="replace") for one in fresh]
        looks_up = looks_up or any(map(_UP.search, texts))
        named = "\n".join([named, *map(_named, texts)])
        # All places are looked for among the words first: a home folder has hundreds.
        words = set(_WORD.findall(named))
        fresh = [one for one in unread if _is_named(one, words, named)]
        unread.difference_update(fresh)
        if looks_up:
            beside = sorted(one for one in others if _is_named(one, words, named) and one.exists())
            others.difference_update(beside)
            found.update((one, _contents(one)) for one in beside)
            fresh += [source for one in beside for source in found[one].sources]
    return found


def _named(text: str) -> str:
    """The modules and files that a source may name: what it imports, and its strings."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):  # of Python 2, or a notebook with magics
        return text
    names = [one.value for one in nodes if isinstance(one, ast.Constant)]
    for one in nodes:
        if isinstance(one, ast.Import | ast.ImportFrom):
            names += [getattr(one, "module", None), *(alias.name for alias in one.names)]
    return "\n".join(one for one in names if isinstance(one, str))


def _is_named(place: Path, words: Set[str], named: str) -> bool:
    """Whether a place, or a module there, is named as a word."""
    name = place.parent.name if place.name == "__init__.py" else place.stem
    if not set(_WORD.findall(name)) <= words:
        return False
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", named) is not None


def _contents(place: Path) -> _Contents:
    size, sources = 0, []
    for one in _files(place):
        size += one.stat().st_size
        if size > LARGEST:  # it is not copied: a whole disk need not be looked through to know that
            break
        if one.suffix in (".py", ".ipynb"):
            sources.append(one)
    return _Contents(size, sources)


def _files(place: Path) -> Iterator[Path]:
    """The files that are copied of a folder, or the file itself."""
    if place.is_file():
        yield place
    for folder, folders, names in os.walk(place, followlinks=True):
        skipped = _skipped(folder, [*folders, *names])
        folders[:] = [one for one in folders if one not in skipped]
        files = (Path(folder, one) for one in names if one not in skipped)
        yield from (one for one in files if one.is_file())


def _skipped(folder: str, names: list[str]) -> set[str]:
    """What is not copied: git's files, virtual environments, and links to a folder around."""
    inside = Path(folder)
    environments = {one for one in names if (inside / one / "pyvenv.cfg").is_file()}
    around = {
        one
        for one in names
        if (inside / one).is_symlink() and inside.resolve().is_relative_to((inside / one).resolve())
    }
    return _PATTERNS(folder, names) | environments | around


def replace(folder: Path, script: Path, others: Mapping[Path, str]) -> None:
    """Write new texts of modules into the copy of a script's folder.

    Args:
        folder: The copy.
        script: Where the script stands.
        others: The new texts by the paths of the modules, which stand below the script's folder.
    """
    for one, text in others.items():
        with contextlib.suppress(ValueError):  # it does not stand in the script's folder
            copied = folder / one.resolve().relative_to(script.resolve().parent)
            copied.write_text(text, "utf-8")
