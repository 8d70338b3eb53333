"""The folder of a script, copied for a run that may change it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

MOST_BYTES = 200_000_000
"""A script's folder is copied for each run, if it is not larger; else its files are linked."""


def copied(source: Path, room: Path) -> Path:
    """The folder of a script: its files copied, or linked where they are many.

    What stands beside the folder is linked, for scripts that read `../data`.

    Args:
        source: The folder.
        room: Where the copy is to be.
    """
    skipped = shutil.ignore_patterns(".git", "__pycache__", ".venv", "*.orig")
    size = sum(one.stat().st_size for one in source.rglob("*") if one.is_file())
    link = os.symlink if size > MOST_BYTES else shutil.copy2
    target = room / "beside" / (source.name or "folder")
    shutil.copytree(source, target, ignore=skipped, copy_function=link)
    for other in source.parent.iterdir():
        if other.name != source.name and not other.name.startswith("."):
            (target.parent / other.name).symlink_to(other)
    return target


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
            # In a large folder it is a link, through which the user's own file would be written.
            copied.unlink(missing_ok=True)
            copied.write_text(text, "utf-8")
