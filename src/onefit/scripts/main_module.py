"""Start a script as `python` starts it: the same `__main__`, `sys.argv` and `sys.path[0]`.

The standard library's runpy does almost this, but takes the new `__main__` away when the script
ends, while its threads and exit functions still need it, and leaves its frames in tracebacks.
"""

from __future__ import annotations

import builtins
import importlib.machinery
import importlib.util
import io
import linecache
import marshal
import os
import pkgutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any, NoReturn

from onefit.console import tell
from onefit.scripts.source import compiled


@dataclass(frozen=True)
class Target:
    """What to run, in the words of `python`'s command line.

    Args:
        kind: `"script"`, `"-m"`, `"-c"` or `"-"`.
        what: The script's path, the module's name or the code; empty for standard input.
        arguments: The words that the script sees behind its own name. Defaults to `()`.
    """

    kind: str
    what: str
    arguments: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Sequence[str]) -> Target | None:
        """Read the words of a command line; None where there is nothing to run.

        >>> Target.of(["train.py", "--epochs", "3"])
        Target(kind='script', what='train.py', arguments=('--epochs', '3'))
        >>> Target.of(["-m", "project.train"])
        Target(kind='-m', what='project.train', arguments=())
        >>> Target.of(["-c"]) is None
        True
        """
        is_file = list(words[:1]) == ["--"]  # then python takes a file, whatever it looks like
        words = words[is_file:]
        if not words:
            return None
        if words[0] == "-":
            return cls("-", "", tuple(words[1:]))
        if is_file or not words[0].startswith("-"):
            return cls("script", words[0], tuple(words[1:]))
        kind, rest = words[0][:2], list(words[1:])
        if words[0] != kind:
            rest.insert(0, words[0][2:])
        return cls(kind, rest[0], tuple(rest[1:])) if rest else None


def prepare(target: Target) -> tuple[ModuleType, CodeType, str]:
    """Find the target's code and make the `__main__` in which to execute it.

    Args:
        target: What to run.

    Returns:
        The new `__main__`, already in `sys.modules`, the code, and its text; `""` where there is
        only compiled code.

    Raises:
        SystemExit: With 2 if there is no such script, with 1 if there is no such module.
        SyntaxError: If the code has a fault, as python raises it.
    """
    code, names, source = _FINDERS[target.kind](target)
    if "google.colab" in source:
        from onefit.scripts import colab

        colab.provide()
    module = ModuleType("__main__")
    vars(module).update(names, __builtins__=builtins, __annotations__={})
    sys.modules["__main__"] = module
    if "__mp_main__" in sys.modules:  # multiprocessing's second name of it
        sys.modules["__mp_main__"] = module
    return module, code, source


Names = dict[str, Any]


def _script(target: Target) -> tuple[CodeType, Names, str]:
    if not target.what:
        _refuse("expected a script; received an empty name; is a shell variable unset?", 2)
    path = os.path.join(_here() or "", target.what)
    importer = _importer(path)
    if importer is not None:  # a folder or a zip: python imports the __main__ in it
        return _inside(path, importer, target)
    try:
        with io.open_code(path) as file:
            content = file.read()
    except OSError as error:
        _refuse(f"can't open file {path!r}: [Errno {error.errno}] {error.strerror}", 2)
    _begin(target.what, target, os.path.dirname(os.path.realpath(path)))
    kind: Any = importlib.machinery.SourceFileLoader
    names: Names = {}
    if path.endswith(".ipynb"):
        code, source, names = _notebook(content, path)
    # Under any other name two bytes tell compiled code, as python's `maybe_pyc_file` takes it.
    elif path.endswith(".pyc") or content[:2] == importlib.util.MAGIC_NUMBER[:2]:
        kind, code = importlib.machinery.SourcelessFileLoader, _unmarshalled(content)
        source = ""
    else:
        code, source = compiled(content, path), _text(content)
    names |= {"__file__": path, "__cached__": None, "__loader__": kind("__main__", path)}
    return code, names, source


def _notebook(content: bytes, path: str) -> tuple[CodeType, str, Names]:
    """A notebook's cells as one program; what Jupyter gives them stands in `__main__`."""
    from onefit.scripts import cells, shell

    shell.provide()
    shell.show_cells()
    try:
        code, source = cells.program(content, path)
    except (ValueError, KeyError, TypeError, AttributeError):
        _refuse(f"expected a notebook, which is JSON; received something else: {path!r}", 2)
    if lines := cells.left_out(content):
        more = f" and {len(lines) - 3} more" if len(lines) > 3 else ""
        tell(f"onefit: left out, as it is for a shell: {', '.join(lines[:3])}{more}")
    return code, source, dict(shell.NAMES)


def _text(content: bytes) -> str:
    """A source as text; its declared encoding counts only for what is not ASCII."""
    return content.decode("utf-8", errors="replace")


def _inside(path: str, importer: Any, target: Target) -> tuple[CodeType, Names, str]:
    _begin(target.what, target, None)
    sys.path.insert(0, path)  # also where PYTHONSAFEPATH keeps the folders of scripts out
    spec = importer.find_spec("__main__")
    if spec is None or spec.loader is None or spec.submodule_search_locations is not None:
        _refuse(f"expected a script; received a folder or zip without __main__.py: {path!r}", 1)
    return _of_spec(spec)


def _unmarshalled(content: bytes) -> CodeType:
    """The code in the content of a .pyc file: 16 bytes of header, then the code."""
    if content[:4] != importlib.util.MAGIC_NUMBER:
        raise RuntimeError("Bad magic number in .pyc file")
    code = marshal.loads(content[16:])
    if not isinstance(code, CodeType):
        raise RuntimeError("Bad code object in .pyc file")
    return code


def _stdin(target: Target) -> tuple[CodeType, Names, str]:
    _begin("-", target, "")
    names = {"__file__": "<stdin>", "__cached__": None}
    content = _input()
    return compiled(content, "<stdin>"), names | _BUILT_IN, _text(content)


def _code(target: Target) -> tuple[CodeType, Names, str]:
    _begin("-c", target, "")
    if sys.version_info >= (3, 13):  # from then on tracebacks show the lines of -c
        lines = [f"{line}\n" for line in target.what.splitlines()]
        linecache.cache["<string>"] = (len(target.what), None, lines, "<string>")
    try:
        source = target.what.encode()
    except UnicodeEncodeError:
        tell("Unable to decode the command from the command line:")  # as python does, then raises
        raise
    code = compile(source, "<string>", "exec", dont_inherit=True)
    return code, dict(_BUILT_IN), target.what


def _module(target: Target) -> tuple[CodeType, Names, str]:
    _begin("-m", target, _here())
    spec = _spec(target.what)
    code, names, source = _of_spec(spec)
    # Only now: while python looks for the module, and imports its packages, `-m` stands there.
    sys.argv[0] = spec.origin or spec.name
    return code, names, source


def _of_spec(spec: Any) -> tuple[CodeType, Names, str]:
    code = spec.loader.get_code(spec.name) if hasattr(spec.loader, "get_code") else None
    if code is None:
        _refuse(f"no code to run in module {spec.name}", 1)
    source = spec.loader.get_source(spec.name) if hasattr(spec.loader, "get_source") else None
    names = {
        "__file__": spec.origin,
        "__cached__": spec.cached,
        "__loader__": spec.loader,
        "__package__": spec.parent,
        "__spec__": spec,
    }
    return code, names, source or ""


def _spec(name: str) -> Any:
    if not name or name.startswith("."):
        _refuse(f"expected the full name of a module; received {name!r}", 1)
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        spec = None
    if spec is None:
        _refuse(f"no module named {name}", 1)
    if spec.submodule_search_locations is not None and not name.endswith("__main__"):
        return _spec(f"{name}.__main__")
    return spec


_FINDERS = {"script": _script, "-": _stdin, "-c": _code, "-m": _module}
_BUILT_IN = {"__loader__": importlib.machinery.BuiltinImporter}


def _begin(name: str, target: Target, folder: str | None) -> None:
    """Set `sys.argv`, and `sys.path[0]` in the place of the folder that onefit was started from."""
    sys.argv[:] = [name, *target.arguments]
    if not sys.flags.safe_path:
        by_module = getattr(sys.modules["__main__"], "__spec__", None) is not None
        put = not by_module or _here() is not None  # `python -m` in a folder that is gone puts none
        sys.path[:put] = [] if folder is None else [folder]


def _here() -> str | None:
    """The working folder; `None` if it has been removed."""
    try:
        return os.getcwd()
    except OSError:
        return None


def _importer(path: str) -> Any:
    """What imports from a folder or a zip; `None` for anything else."""
    try:
        return pkgutil.get_importer(path)
    except OSError:  # a relative path in a working folder that has been removed
        return None


def _input() -> bytes:
    """All of standard input; nothing where there is none, as for python."""
    return sys.stdin.buffer.read() if sys.stdin is not None else b""


def _refuse(told: str, code: int) -> NoReturn:
    tell(f"onefit run: {told}")
    raise SystemExit(code)
