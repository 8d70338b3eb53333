"""The files of an upgrade: found in folders, read, and written so that nothing is lost."""

from __future__ import annotations

import io
import itertools
import os
import shutil
import subprocess
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

from onefit.atomic_file import atomic_file
from onefit.scripts.eras import traces
from onefit.scripts.upgrade import notebooks

SUFFIXES = (".py", ".ipynb")
_NOT_ENTERED = {"__pycache__", "node_modules", "build", "dist", "site-packages"}


def scripts(paths: Iterable[str]) -> list[Path]:
    """The scripts and notebooks that paths name; those of a folder in the order of their names.

    Hidden folders and virtual environments are not entered. A file that several paths name is
    there once.

    Args:
        paths: Files and folders.

    Raises:
        FileNotFoundError: If a path is not there, or a folder has no scripts; before any is read.
    """
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if not path.exists():
            raise FileNotFoundError(f"expected a script or a folder; received {given}: not there")
        inside = list(_inside(path)) if path.is_dir() else [path]
        if not inside:
            told = f"expected a folder with .py or .ipynb files; received {given}: there are none"
            raise FileNotFoundError(told)
        found += inside
    return list({one.absolute(): one for one in found}.values())


def _inside(path: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(path):
        # In place: `os.walk` enters what is left in its list.
        folders[:] = sorted(one for one in folders if _is_entered(Path(folder, one)))
        yield from (Path(folder, one) for one in sorted(names) if one.endswith(SUFFIXES))


def _is_entered(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _NOT_ENTERED
    # A virtual environment may have any name, but always has this file.
    return not hidden and not (folder / "pyvenv.cfg").exists()


def read(path: Path) -> str:
    """The source of a script, or of a notebook's code cells with marks between them.

    Args:
        path: The file.

    Raises:
        ValueError: If it is no notebook, or its text is not in the encoding that it should be in.
    """
    content = path.read_bytes()
    if path.suffix == ".ipynb":
        return notebooks.source(content)
    encoding = _encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        told = (
            f"expected a text in {encoding}; received byte 0x{content[error.start]:02x} in line "
            f"{line}. Save it in UTF-8, or name its encoding in the first line: "
            "# -*- coding: latin-1 -*-"
        )
        raise ValueError(told) from None


def kept(path: Path) -> str:
    """What a notebook keeps of its runs, as comments; `""` for a script.

    Args:
        path: The file, which `read` has taken.
    """
    return traces.kept(path.read_bytes()) if path.suffix == ".ipynb" else ""


def _encoding(content: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(content).readline)[0]
    except SyntaxError as error:
        told = f"expected a text in UTF-8 or in an encoding that its first lines name; {error.msg}"
        raise ValueError(told) from None


def write(path: Path, text: str) -> None:
    """Write an upgraded source, and keep the file as it was beside it, unless git has it.

    Of a link, the file that it leads to is written and kept; the link stays.

    Args:
        path: The file.
        text: Its new source, as `read` gave the old one.
    """
    path = path.resolve()
    content = path.read_bytes()
    if not _is_in_git(path):
        kept = _free(path.with_name(f"{path.name}.orig"))
        with atomic_file(kept) as file:
            file.write(content)
        shutil.copymode(path, kept)
    # As bytes, so that the ends of lines stay what they were.
    if path.suffix == ".ipynb":
        written = notebooks.written(content, text).encode()
    else:
        written = text.encode(_encoding(content))
    with atomic_file(path) as file:
        file.write(written)


def _free(path: Path) -> Path:
    """The name, or it with the first number under which there is no file yet."""
    names = (path.with_name(f"{path.name}{number}") for number in itertools.count(2))
    return next(one for one in itertools.chain([path], names) if not one.exists())


def _is_in_git(path: Path) -> bool:
    """Whether git has the file as it is, so that nothing is lost when it is written."""
    # The first fails for a file that git does not know, the second for one that was changed since.
    for words in (["ls-files", "--error-unmatch"], ["diff", "--quiet", "HEAD"]):
        try:
            found = subprocess.run(
                ["git", *words, "--", path.name],
                cwd=path.absolute().parent,
                capture_output=True,
                check=False,
            )
        except OSError:
            return False
        if found.returncode:
            return False
    return True
