"""The files of an upgrade: found in folders, read, and written so that nothing is lost."""

from __future__ import annotations

import io
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


def scripts(paths: Iterable[str]) -> Iterator[Path]:
    """The scripts and notebooks that paths name; those of a folder in the order of their names.

    Hidden folders and virtual environments are not entered.

    Args:
        paths: Files and folders.

    Raises:
        FileNotFoundError: If a path is not there.
    """
    for given in paths:
        path = Path(given)
        if not path.exists():
            raise FileNotFoundError(f"expected a script or a folder; received {given}: not there")
        if not path.is_dir():
            yield path
            continue
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
        SyntaxError: If its encoding cannot be told.
        ValueError: If it is no notebook.
    """
    content = path.read_bytes()
    if path.suffix == ".ipynb":
        return _CELL.join(_python(one) for one in _cells(json.loads(content)))
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding)


def write(path: Path, text: str) -> None:
    """Write an upgraded source, and keep the file as it was beside it, unless git has it.

    Args:
        path: The file.
        text: Its new source, as `read` gave the old one.
    """
    content = path.read_bytes()
    if not _is_in_git(path):
        path.with_name(f"{path.name}.orig").write_bytes(content)
    if path.suffix == ".ipynb":
        path.write_text(_notebook(content, text), "utf-8")
        return
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    path.write_bytes(text.encode(encoding))


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
    if cells is None:
        raise ValueError("expected a notebook of version 4, which has cells")
    return [one for one in cells if one.get("cell_type") == "code"]


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
