"""What is Python 2 in a script: names, methods and lists that Python 3 has no more.

`print "x"` is an error of the whole file; `xrange` is one where it is met.
"""

from __future__ import annotations

import re
import traceback

_SYNTAX = re.compile(
    r"^\s*(?:print\s+[^(=\s]|exec\s+['\"]|raise\s+\w+\s*,)|\bexcept\s+[\w.]+\s*,\s*\w+\s*:|<>|\b0\d+\b"
    r"|\bur['\"]|\b\d+[lL]\b|`[^`]+`"
)

NAMES = {
    "basestring": "str",
    "execfile": "exec(open(path).read())",
    "izip": "zip",
    "long": "int",
    "raw_input": "input",
    "unichr": "chr",
    "unicode": "str",
    "xrange": "range",
}
"""Names that were built in, and what to write."""

CALLED = {
    "apply": "f(*args)",
    "cmp": "(a > b) - (a < b)",
    "file": "open",
    "intern": "sys.intern",
    "reduce": "functools.reduce",
    "reload": "importlib.reload",
}
"""Likewise; names that a script may have forgotten to define itself, but for a call."""

ATTRIBUTES = {
    "has_key": "`key in dict`",
    **dict.fromkeys(["iteritems", "viewitems"], "items"),
    **dict.fromkeys(["itervalues", "viewvalues"], "values"),
    **dict.fromkeys(["iterkeys", "viewkeys"], "keys"),
    "next": "next(iterator)",
    "sort": "sorted(...)",
    "maxint": "sys.maxsize",
    "getcwdu": "os.getcwd",
    "letters": "string.ascii_letters",
    "lowercase": "string.ascii_lowercase",
    "uppercase": "string.ascii_uppercase",
    "maketrans": "str.maketrans",
    "setdefaultencoding": "nothing: text is UTF-8",
    "izip": "zip",
    "imap": "map",
    "ifilter": "filter",
    "izip_longest": "itertools.zip_longest",
}
"""Methods and names of modules, and what to write."""

_OWNERS = (
    r"'(?:dict|str|generator|map|filter|zip|range|dict_keys|dict_values|dict_items|csv\.reader|"
    r"_csv\.reader|_io\.TextIOWrapper|enumerate|list_iterator)' object"
)
_NAME = re.compile(r"name '(\w+)' is not defined")
_ATTRIBUTE = re.compile(
    rf"(?:{_OWNERS}|module '(?:sys|os|string|itertools)') has no attribute '(\w+)'"
)
_IMPORTED = re.compile(r"cannot import name '(\w+)' from '(?:itertools|string|os|sys)'")
_LISTS = "map|filter|zip|range|dict_keys|dict_values|dict_items"
_LIST = re.compile(
    rf"'(?:{_LISTS})' object (?:is not subscriptable|does not support item)"
    rf"|object of type '(?:{_LISTS})' has no len"
    rf"|unsupported operand type\(s\) for \+: .*'(?:{_LISTS})'"
)


def is_syntax(error: BaseException) -> bool:
    """Whether a text is no Python 3 because it is Python 2.

    Args:
        error: What reading it raised.

    >>> try:
    ...     compile("print 'loss', 3", "old.py", "exec")
    ... except SyntaxError as error:
    ...     is_syntax(error)
    True
    """
    if not isinstance(error, SyntaxError):
        return False
    # Python 2 let tabs and spaces be mixed.
    if isinstance(error, TabError):
        return True
    # Python itself says `Missing parentheses in call to 'print'`.
    return "print" in str(error.msg) or bool(_SYNTAX.search(error.text or ""))


def told(error: BaseException) -> str:
    """What of Python 2 ended a script, its line, and what to write; `""` where it was none.

    Args:
        error: What the script did not catch.

    >>> told(NameError("name 'xrange' is not defined"))
    'this is Python 2: xrange; write range'
    >>> told(NameError("name 'model' is not defined"))
    ''
    """
    return _of_syntax(error) if isinstance(error, SyntaxError) else _of_line(error)


def _of_syntax(error: SyntaxError) -> str:
    if not is_syntax(error):
        return ""
    line = (error.text or "").strip()
    told = f"this is Python 2, line {error.lineno}: {line}"
    _, of_notebook, cell = str(error.filename).rpartition(", cell ")
    if of_notebook:
        told = f"this is Python 2, cell {cell}, line {error.lineno}: {line}; write the cell in "
        told += "Python 3"
    else:
        told += _converted(str(error.filename))
    return f"{told}; {_DIVIDED}"


_DIVIDED = "3 / 2 was 1 then: write // where whole numbers are divided"


def _converted(file: str) -> str:
    """How a file is made one of Python 3; the converter of Python itself went with 3.13."""
    return f"; convert it: pip install fissix, then python -m fissix -w {file}"


def _of_line(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    line = (last.line or "").strip() if last else ""
    found = _found(error, line)
    if not found:
        return ""
    if last is None or not line:
        return f"this is Python 2: {found}"
    write = found.partition("; ")[2]
    if "site-packages" in last.filename:
        return f"{last.filename} is for Python 2, line {last.lineno}: {line}; install a later one"
    is_file = ", cell " not in last.filename and not isinstance(error, UnicodeDecodeError)
    convert = f"{_converted(last.filename)}; {_DIVIDED}" if is_file else ""
    return f"this is Python 2, line {last.lineno}: {line}; {write}{convert}"


def _found(error: BaseException, line: str) -> str:
    """What is gone, and what to write."""
    text = str(error)
    name = _NAME.match(text) if isinstance(error, NameError) else None
    if name and (name[1] in NAMES or re.search(rf"\b{name[1]}\s*\(", line)):
        new = NAMES.get(name[1]) or CALLED.get(name[1])
        return f"{name[1]}; write {new}" if new else ""
    other = _ATTRIBUTE if isinstance(error, AttributeError) else _IMPORTED
    gone = other.match(text) if isinstance(error, AttributeError | ImportError) else None
    if gone and gone[1] in ATTRIBUTES:
        return f"{gone[1]}; write {ATTRIBUTES[gone[1]]}"
    is_list = isinstance(error, TypeError | AttributeError) and _LIST.match(text)
    if is_list:
        return f"{text}; write list(...) around it, it was a list"
    if isinstance(error, UnicodeDecodeError) and error.encoding == "ascii" and "pickle" in line:
        return 'a pickle; write encoding="latin1" into the call'
    return ""
