"""A notebook as one source, and the source back in its cells.

Lines that only Jupyter knows are comments in the source, or what `onefit run` makes of them; each
has the line of the notebook behind a mark, so that it stands there again afterwards. So do the
lines of a cell that is no Python, which stops none of the other cells in Jupyter.
"""

from __future__ import annotations

import ast
import json
from typing import Any

from onefit.scripts import cells
from onefit.scripts.python_2 import is_syntax

_CELL = "# %% onefit cell\n"
_LINE = "# %% onefit line: "
_MAGIC = "# %% onefit magic: "


def source(content: bytes) -> str:
    """The code cells of a notebook as one source, with marks between them.

    Args:
        content: The file's content.

    Raises:
        ValueError: If it is no notebook of version 4.
    """
    try:
        notebook = json.loads(content)
    except ValueError as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        told = f"expected a notebook, which is JSON in UTF-8; received something else{where}"
        raise ValueError(told) from None
    return _CELL.join(_marked(_text(one)) for one in _cells(notebook))


def written(content: bytes, text: str) -> str:
    """A notebook with new code in its cells; its layout stays.

    Args:
        content: The file's content.
        text: The new source, as `source` gave the old one.
    """
    notebook = json.loads(content)
    # With a mark that got lost, all code behind it would go into the wrong cells.
    for cell, code in zip(_cells(notebook), text.split(_CELL), strict=True):
        if code != _marked(_text(cell)):
            lines = [shown(line) for line in code.removesuffix("\n").split("\n")]
            # A list of lines with their ends, as Jupyter writes a source.
            cell["source"] = "\n".join(lines).splitlines(keepends=True)
    before = content.decode("utf-8")
    # As the file has it: Jupyter indents by one space, other tools by more, and only the changed
    # cells are to differ.
    indent = (
        len(before.split("\n")[1]) - len(before.split("\n")[1].lstrip()) if "\n" in before else 1
    )
    end = "\n" if before.endswith("\n") else ""
    return json.dumps(notebook, indent=indent or 1, ensure_ascii=False) + end


def showing(text: str) -> str:
    """The source of a notebook that prints the values of its cells' last lines, as Jupyter does.

    But for an object that shows no more than where it lies in memory: the status that
    `load_weights` gave in `tf.keras`, say, where Keras 3 gives nothing.

    Args:
        text: The source, as `source` gave it.

    >>> print(showing("x = 1\\nx + 1, 2  # more\\n"), end="")
    x = 1
    (lambda _: None if _ is None or " at 0x" in repr(_) else print(repr(_)))((x + 1, 2))  # more
    """
    return _CELL.join(_with_value(one) for one in text.split(_CELL))


# The inner parenthesis makes one value of `a, b`.
_SHOW = b'(lambda _: None if _ is None or " at 0x" in repr(_) else print(repr(_)))(('


def _with_value(cell: str) -> str:
    """A cell that prints the value of its last line; one that ends in `;` prints none."""
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError):
        return cell
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        return cell
    lines = cell.encode().split(b"\n")  # the places of a syntax tree count bytes
    end, column = (last.end_lineno or 0) - 1, last.end_col_offset or 0
    if lines[end][column:].lstrip().startswith(b";"):
        return cell
    # The end comes first: what is put in before it would move its place.
    lines[end] = lines[end][:column] + b"))" + lines[end][column:]
    first, start = last.lineno - 1, last.col_offset
    lines[first] = lines[first][:start] + _SHOW + lines[first][start:]
    return b"\n".join(lines).decode()


def shown(line: str) -> str:
    """A line as the notebook has it.

    Args:
        line: A line of the source that stands for a notebook.

    >>> shown("pass  # %% onefit line: %matplotlib inline")
    '%matplotlib inline'
    >>> shown("  model.fit(x, y, epochs=3)  # %% onefit magic: %time ")
    '  %time model.fit(x, y, epochs=3)'
    """
    if _LINE in line:
        return line.partition(_LINE)[2]
    if _MAGIC in line:
        code, _, magic = line.partition(f"  {_MAGIC}")
        bare, end = code.lstrip(), magic[len(magic.rstrip("\n")) :]
        return f"{code[: len(code) - len(bare)]}{magic.rstrip()} {bare}{end}"
    return line


def _cells(notebook: Any) -> list[Any]:
    """The code cells of a notebook."""
    found = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("expected a notebook of version 4, which has cells; received other JSON")
    found = [one for one in found if one.get("cell_type") == "code"]
    if not all(isinstance(one.get("source"), str | list) for one in found):
        raise ValueError("expected a source in each code cell of the notebook; received none")
    return found


def _text(cell: Any) -> str:
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def _marked(cell: str) -> str:
    """A cell's code as Python, line by line."""
    plain = cells.python(cell)
    if not _is_python(plain):
        return "".join(f"{_LINE}{line}\n" for line in cell.split("\n"))
    pairs = zip(cells.unindented(cell).split("\n"), plain.split("\n"))
    return "".join(f"{_line(line, plain)}\n" for line, plain in pairs)


def _is_python(code: str) -> bool:
    """Whether a cell is Python; that of Python 2 is to be converted, and so counts."""
    try:
        ast.parse(code)
    except SyntaxError as error:
        return is_syntax(error)
    return True


def _line(line: str, plain: str) -> str:
    """A line of a notebook, with its mark where `plain` is what Python is to read.

    >>> _line("%time x = f()", "x = f()")
    'x = f()  # %% onefit magic: %time'
    >>> _line("files = !ls", "files = []  # files = !ls")
    'files = []  # %% onefit line: files = !ls'
    """
    if plain == line:
        return line
    if line.endswith(plain.strip()) and not plain.lstrip().startswith("#"):
        magic = line.strip().removesuffix(plain.strip()).rstrip()
        return f"{plain}  {_MAGIC}{magic}"
    code = plain.partition("#")[0].rstrip()
    return f"{code}  {_LINE}{line}" if code else f"{_LINE}{line}"
