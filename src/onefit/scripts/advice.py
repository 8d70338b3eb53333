"""A word after an error that many scripts end with: what to install, which file was wanted."""

from __future__ import annotations

import os
import re
import sys
import traceback

from onefit.console import tell
from onefit.runs.recorder import RECORDER
from onefit.scripts import missing_modules, python_2
from onefit.scripts.source import OF_CELLS
from onefit.training.host.faults import hidden_library
from onefit.training.observation.caller import in_cell

_OF_AN_OLDER = re.compile(
    r"[Uu]nexpected keyword argument|Unrecognized keyword arguments|not recognized: \{"
    r"|No module named 'keras\.|cannot import name '\w+' from 'keras|module 'keras[\w.]*' has no"
    r"|'(?:Sequential|Functional|Model)' object has no attribute"
    r"|Requested the deserialization of a `Lambda` layer"
)

_OF_A_MODULE = re.compile(r"(?:module|from|named) '(\w+)[.']")
"""The module of an `AttributeError` or `ImportError`, by the words of Python."""


_OF_NUMPY = re.compile(r"(.+) not found\.")  # numpy.loadtxt and genfromtxt
_OF_HDF5 = re.compile(r"name = '([^']+)', errno = 2")


def _is_translating() -> bool:
    activation = sys.modules.get("onefit.scripts.eras.activation")
    return activation is not None and activation.is_active()


def give(error: BaseException) -> None:
    """Write a line on standard error below an error, where there is something to advise.

    Args:
        error: What the script did not catch.
    """
    told = advice(error) or _of_keras(error)
    if told:
        tell(f"onefit: {told}")


def _of_keras(error: BaseException) -> str:
    """What an error of Keras wants of the script; of one that ended a fit the verdict says it."""
    last = RECORDER.latest()
    if "keras" not in sys.modules or (last is not None and last.ended == "failed"):
        return ""
    from onefit.checks.errors import explained  # of what a script without an error never needs

    found = explained(error)
    return "" if found is None else f"{found}\n  what to do: {found.fix}"


def advice(error: BaseException) -> str:
    """What to do about an error, or `""`.

    >>> advice(ModuleNotFoundError("No module named 'cv2'", name="cv2"))
    "no module 'cv2' here; install it: pip install opencv-python"
    >>> advice(ValueError("x"))
    ''
    """
    if isinstance(error, (AttributeError, ImportError)) and hidden_library():
        return ""  # the verdict says so
    hidden = _hidden(error)
    if hidden:
        return hidden
    if isinstance(error, ImportError) and (
        new := missing_modules.MOVED.get(missing_modules.wanted(error))
    ):
        return f"{missing_modules.wanted(error)} has gone; what it had is in {new}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        found = missing_modules.told(error.name.partition(".")[0])
        if found:
            return found
    old = python_2.told(error)
    if old or isinstance(error, SyntaxError):
        return old
    if any(frame.name == "func_load" for frame in traceback.extract_tb(error.__traceback__)):
        return (
            f"{_line(error)} loads a Lambda layer whose code another Python wrote, and which "
            f"Python {sys.version_info[0]}.{sys.version_info[1]} cannot read; build the model by "
            "its code and call model.load_weights(path)"
        )
    if isinstance(error, FileNotFoundError):
        in_text = _OF_HDF5.search(str(error)) or _OF_NUMPY.fullmatch(str(error))
        wanted = error.filename or (in_text[1] if in_text else "")
        if wanted:
            return f"{_line(error)} wants {os.fspath(wanted)!r}, which is not there"
    if type(error).__name__ == "URLError":
        return f"{_line(error)} wants a download, which cannot be had from here"
    if _OF_AN_OLDER.search(str(error)) and not _is_translating():
        told = "if the script was written for an older Keras, say for which"
        return f"{told}: onefit run --era keras2 (or keras1, tf2)"
    if "0-dimensional arrays can be converted" in str(error) and not _is_translating():
        return (
            f"{_line(error)} wants a number; up to NumPy 2.3 an array of one number was one: write "
            "x.item(), or run it as an old script: onefit run --era tf2 (or keras2)"
        )
    fetched = re.search(r"URL fetch failure on (\S+)", str(error))
    if fetched:
        return _download(error, fetched[1].rstrip(":"))
    return ""


def _hidden(error: BaseException) -> str:
    """Whether a file or folder of the name of a module was imported in its place."""
    named = _OF_A_MODULE.search(str(error))
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    if not isinstance(error, (AttributeError, ImportError)) or named is None or not main:
        return ""
    name = named[1]
    beside = os.path.join(os.path.dirname(os.path.abspath(main)), name)
    is_folder = os.path.exists(os.path.join(beside, "__init__.py"))
    file = beside if is_folder else f"{beside}.py"
    known = name in (
        "keras",
        "jax",
        "numpy",
        "pandas",
        "tensorflow",
        "matplotlib",
        *missing_modules.PACKAGES,
    )
    if not os.path.exists(file) or not (known or name in sys.stdlib_module_names):
        return ""
    it = "it" if is_folder else "that file"
    return f"{file} is imported in place of the module {name!r}; give {it} another name"


def _download(error: BaseException, address: str) -> str:
    name = address.rpartition("/")[2]
    # Keras keeps the weights of its applications apart from data.
    kind = "models" if "applications" in address else "datasets"
    home = os.environ.get("KERAS_HOME", os.path.join("~", ".keras"))
    told = f"{_line(error)} wants {address}, which cannot be had from here"
    # A script may have named a place of its own, which Keras's function knows.
    for frame, _ in traceback.walk_tb(error.__traceback__):
        target = frame.f_locals.get("download_target")
        if frame.f_code.co_name == "get_file" and isinstance(target, str):
            user = os.path.expanduser("~")
            return f"{told}; put the file into {target.replace(user + os.sep, '~' + os.sep)}"
    return f"{told}; put the file into {os.path.join(home, kind, name)}"


def _line(error: BaseException) -> str:
    """The script's line that led to an error."""
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    frames = traceback.extract_tb(error.__traceback__)
    files = (main, f"{main}{OF_CELLS}")
    own = [frame for frame in frames if frame.filename in files] or frames
    if not own:
        return "the script"
    file, line = own[-1].filename, own[-1].lineno or 0
    if not file.endswith(OF_CELLS):
        return f"line {line}"
    cell, line = in_cell(file, line)
    return f"{cell}, line {line}"
