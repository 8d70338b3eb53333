"""Run a notebook as a script: its code cells in order, what only Jupyter knows left out.

The cells become one source, so that tracebacks show the lines that were written. A cell that is not
Python stops the run when it is reached, not before.
"""

from __future__ import annotations

import ast
import json
import linecache
import re
from types import CodeType

from onefit.scripts.eras import traces
from onefit.scripts.source import OF_CELLS

SHOW = "__onefit_show__"
"""What shows the value of a cell's last line."""

_KEPT_CELLS = re.compile(r"^%%(?:time|timeit|capture|prun)\b.*$")
_STATEMENT = re.compile(r"^(\s*)%(?:time|timeit|prun)\s+(?:-\w+\s*\d*\s+)*(.*)$")
_SKIPPED_LINE = re.compile(
    r"^(\s*)(?:[%!]|\?|\w[\w.]*\?{1,2}\s*$|(?:pip3?|conda|mamba)\s+(?:un)?install\s)"
)
_FILE = re.compile(r"^%%(?:writefile|file)\s+(?P<more>(?:-a|--append)\s+)?(?P<name>[^\s${]+)\s*$")
_SHELLS = ("%%bash", "%%sh", "%%script", "%%cmd")
_SHELL = re.compile(
    r"^\s*(?:[A-Za-z_]\w*\s*=\s*)?(?:!|%%(?:bash|sh|script|cmd)\b|%(?:run|cd|sx)\b)"
)
_HEAD = re.compile(r"^# In\[\d+\]:\n", re.MULTILINE)
_NOT_NEEDED = re.compile(
    r"^from __future__ import\s+"
    r"(?:absolute_import|division|print_function|unicode_literals|[,\s]|\\)+(?:#.*)?$"
)
"""What Python 3 does anyway; Python wants it before all cells but the first."""
_ASSIGNED = re.compile(r"^(\s*[A-Za-z_]\w*\s*=\s*)[%!].*$")


def sources(content: bytes) -> list[str]:
    """The code cells of a notebook as Python.

    Args:
        content: The file's content.

    Returns:
        Each cell's text; a line that only Jupyter knows is a comment, at its place.

    Raises:
        ValueError: If the file is no notebook.

    >>> import json
    >>> cell = {"cell_type": "code", "source": ["%matplotlib inline\\n", "!ls\\n", "x = 1\\n", "x"]}
    >>> sources(json.dumps({"cells": [cell]}).encode())
    ['pass  # %matplotlib inline\\npass  # !ls\\nx = 1\\nx']
    """
    return [_writing(one) or python(one) for one in _texts(content)]


def _texts(content: bytes) -> list[str]:
    """The code cells of a notebook as they were written."""
    notebook = json.loads(content)
    cells = notebook.get("cells")
    if cells is None:  # up to version 3
        cells = [cell for sheet in notebook.get("worksheets", ()) for cell in sheet["cells"]]
    given = [
        cell.get("source", cell.get("input", ""))
        for cell in cells
        if cell.get("cell_type") == "code"
    ]
    return [one if isinstance(one, str) else "".join(one) for one in given]


def _writing(text: str) -> str:
    r"""A cell that writes a file as Python, line for line; `""` for any other.

    >>> _writing("%%writefile told.py\ntold = 3")
    "with open('told.py', 'w', encoding='utf-8') as _file: _file.write('told = 3\\n')\n# told = 3"
    """
    first, _, rest = text.partition("\n")
    found = _FILE.match(first)
    if found is None:
        return ""
    mode = "a" if found["more"] else "w"
    content = rest if rest.endswith("\n") else f"{rest}\n"
    opened = f"open({found['name']!r}, {mode!r}, encoding='utf-8')"
    head = f"with {opened} as _file: _file.write({content!r})"
    return "\n".join([head, *(f"# {line}" for line in rest.split("\n"))])


def left_out(content: bytes) -> list[str]:
    """What only a shell can run, each line with the number of its cell.

    Args:
        content: The file's content.

    >>> import json
    >>> cell = {"cell_type": "code", "source": ["!pip install keras\\n", "%matplotlib inline"]}
    >>> left_out(json.dumps({"cells": [cell]}).encode())
    ['!pip install keras (cell 1)']
    """
    found = []
    for number, text in enumerate(_texts(content), 1):
        lines = text.strip().split("\n")
        if lines[0].startswith(_SHELLS):
            lines = lines[:1]
        told = [line.strip() for line in lines if _SHELL.match(line)]
        found += [f"{line} (cell {number})" for line in told]
    return found


def python(text: str) -> str:
    """A cell as Python, line for line.

    Args:
        text: The cell's text.

    >>> python("files = !ls")
    'files = []  # files = !ls'
    >>> python("  x = 1\\n  y = 2")
    'x = 1\\ny = 2'
    """
    lines = unindented(text).split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%"):
        if not _KEPT_CELLS.match(first):
            return "\n".join(f"# {line}" for line in lines)
        lines[lines.index(first)] = f"# {first}"
    return "\n".join(_line(line) for line in _joined(lines))


def unindented(text: str) -> str:
    """A cell without the indentation of its first line, as Jupyter reads it.

    Args:
        text: The cell's text.
    """
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines) if indent else text


def _joined(lines: list[str]) -> list[str]:
    """Commands to a shell may go on in the next line after a backslash."""
    found, inside = [], False
    for line in lines:
        found.append(f"# {line}" if inside else line)
        starts = inside or line.lstrip().startswith(("!", "%"))
        inside = starts and line.rstrip().endswith("\\")
    return found


def _line(line: str) -> str:
    timed = _STATEMENT.match(line)
    if timed:
        return timed[1] + timed[2]
    if line.strip().startswith("%pylab"):
        return "from pylab import *"
    assigned = _ASSIGNED.match(line)
    if assigned:
        # In Jupyter the name gets the list of lines that the command has printed.
        return f"{assigned[1]}[]  # {line.strip()}"
    if _NOT_NEEDED.match(line):
        return f"pass  # {line}"
    skipped = _SKIPPED_LINE.match(line)
    if skipped:
        # By `pass` a block stays one of which this is the only line.
        return f"{skipped[1]}pass  # {line.strip()}"
    return line


def program(content: bytes, filename: str) -> tuple[CodeType, str]:
    """A notebook's code, and its text as Python.

    Args:
        content: The file's content.
        filename: Its path, for tracebacks.
    """
    cells = sources(content)
    filename += OF_CELLS  # no file: its lines would be those of the JSON
    # the heads are those of nbconvert; the verdict finds a cell's number by them
    text = "".join(f"# In[{number}]:\n{cell}\n" for number, cell in enumerate(cells, 1))
    text += traces.kept(content)
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    return compile(tree(cells, filename), filename, "exec", dont_inherit=True), text


def parts(text: str) -> list[str]:
    """The cells in a notebook's text.

    >>> parts("# In[1]:\\nx = 1\\n# In[2]:\\nx\\n")
    ['x = 1', 'x']
    """
    return [one.removesuffix("\n") for one in _HEAD.split(text)[1:]]


def tree(cells: list[str], filename: str) -> ast.Module:
    """The syntax tree of a notebook's cells, which show what their last lines give.

    Args:
        cells: Their texts.
        filename: The path that tracebacks show.
    """
    body: list[ast.stmt] = []
    # Line 1 is the head of the first cell.
    line = 2
    for number, cell in enumerate(cells, 1):
        body += _statements(cell, line, filename, number)
        line += cell.count("\n") + 2
    return ast.fix_missing_locations(ast.Module(body, type_ignores=[]))


def _statements(cell: str, line: int, filename: str, number: int) -> list[ast.stmt]:
    try:
        tree = ast.parse(cell, filename)
    except SyntaxError as error:
        where = f"{filename.removesuffix(OF_CELLS)}, cell {number}"
        told = (error.msg, (where, error.lineno, error.offset, error.text))
        made = ast.parse(f"raise SyntaxError(*{told!r})")
        return _moved(made.body, line)
    body = tree.body
    # As in Jupyter, a semicolon at the end keeps the value from being shown.
    if body and isinstance(body[-1], ast.Expr) and not cell.rstrip().endswith(";"):
        shown = ast.Call(ast.Name(SHOW, ast.Load()), [body[-1].value], [])
        body[-1] = ast.copy_location(ast.Expr(ast.copy_location(shown, body[-1])), body[-1])
    return _moved(body, line)


def _moved(body: list[ast.stmt], line: int) -> list[ast.stmt]:
    for node in body:
        ast.fix_missing_locations(node)
        ast.increment_lineno(node, line - 1)
    return body
