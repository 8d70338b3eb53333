"""The files of an upgrade: found in folders, read, and written so that nothing is lost."""

from __future__ import annotations

import io
import itertools
import json
import os
import subprocess
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

SUFFIXES = (".py", ".ipynb")
_NOT_ENTERED = {"__pycache__", "node_modules", "build", "dist", "site-packages"}
_CELL = "# %% onefit cell\n"
_HIDDEN = "# %% onefit line: "


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
        folders[:] = sorted(one for one in folders if _is_entered(Path(folder, one)))
        yield from (Path(folder, one) for one in sorted(names) if one.endswith(SUFFIXES))


def _is_entered(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _NOT_ENTERED
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
        try:
            notebook = json.loads(content)
        except ValueError as error:
            where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
            told = f"expected a notebook, which is JSON in UTF-8; received something else{where}"
            raise ValueError(told) from None
        return _CELL.join(_python(one) for one in _cells(notebook))
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
        _free(path.with_name(f"{path.name}.orig")).write_bytes(content)
    if path.suffix == ".ipynb":
        path.write_text(_notebook(content, text), "utf-8")
        return
    path.write_bytes(text.encode(_encoding(content)))


def _free(path: Path) -> Path:
    """The name, or it with the first number under which there is no file yet."""
    names = (path.with_name(f"{path.name}{number}") for number in itertools.count(2))
    return next(one for one in itertools.chain([path], names) if not one.exists())


def _is_in_git(path: Path) -> bool:
    """Whether git has the file as it is, so that nothing is lost when it is written."""
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


def _cells(notebook: Any) -> list[Any]:
    """The code cells of a notebook."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(one, dict) for one in cells):
        raise ValueError("expected a notebook of version 4, which has cells; received other JSON")
    found = [one for one in cells if one.get("cell_type") == "code"]
    if not all(isinstance(one.get("source"), str | list) for one in found):
        raise ValueError("expected a source in each code cell of the notebook; received none")
    return found


def _text(cell: Any) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _python(cell: Any) -> str:
    """A cell's code, in which lines that only Jupyter knows are comments."""
    lines = _text(cell).split("\n")
    is_foreign = lines[0].startswith("%%")
    hidden = [
        f"{line[: len(line) - len(line.lstrip())]}pass  {_HIDDEN}{line.lstrip()}"
        if is_foreign or line.lstrip().startswith(("%", "!", "?"))
        else line
        for line in lines
    ]
    return "\n".join(hidden) + "\n"


def _notebook(content: bytes, text: str) -> str:
    """A notebook with new code in its cells; its layout stays."""
    notebook = json.loads(content)
    for cell, code in zip(_cells(notebook), text.split(_CELL)):
        lines = [shown(line) for line in code.removesuffix("\n").split("\n")]
        new = "\n".join(lines)
        if new != _text(cell):
            cell["source"] = new.splitlines(keepends=True)
    before = content.decode("utf-8")
    indent = (
        len(before.split("\n")[1]) - len(before.split("\n")[1].lstrip()) if "\n" in before else 1
    )
    end = "\n" if before.endswith("\n") else ""
    return json.dumps(notebook, indent=indent or 1, ensure_ascii=False) + end


def shown(line: str) -> str:
    """A line as the notebook has it: one for IPython is no `pass` there.

    Args:
        line: A line of the source that stands for a notebook.

    >>> shown("pass  # %% onefit line: %matplotlib inline")
    '%matplotlib inline'
    """
    return line.replace(f"pass  {_HIDDEN}", "", 1) if _HIDDEN in line else line
