"""What else has gone since: `time.clock`, names of Python, NumPy and h5py, Jupyter's shell."""

from __future__ import annotations

import builtins
import collections.abc
import functools
import inspect
import math
import os
import sys
import time
import warnings
from typing import Any, NamedTuple

from onefit.imports import after_import

RENAMED = {
    "time.clock": "time.perf_counter",
    "numpy.int": "int",
    "numpy.float": "float",
    "numpy.bool": "bool",
    "numpy.object": "object",
    "numpy.complex": "complex",
    "numpy.str": "str",
    "numpy.float_": "numpy.float64",
    "numpy.product": "numpy.prod",
    "numpy.cumproduct": "numpy.cumprod",
    "numpy.alltrue": "numpy.all",
    "numpy.sometrue": "numpy.any",
    "numpy.row_stack": "numpy.vstack",
    "numpy.in1d": "numpy.isin",
    "numpy.trapz": "numpy.trapezoid",
    "numpy.round_": "numpy.round",
    "numpy.string_": "numpy.bytes_",
    "numpy.unicode_": "numpy.str_",
    "numpy.Inf": "numpy.inf",
    "numpy.infty": "numpy.inf",
    "numpy.NaN": "numpy.nan",
    "numpy.NAN": "numpy.nan",
    "numpy.Infinity": "numpy.inf",
    "numpy.PINF": "numpy.inf",
    "numpy.mat": "numpy.asmatrix",
    "numpy.bool8": "numpy.bool_",
    "numpy.int0": "numpy.intp",
    "numpy.unicode": "str",
    "numpy.complex_": "numpy.complex128",
    "numpy.cfloat": "numpy.complex128",
    "numpy.longfloat": "numpy.longdouble",
}
"""What to write for names of Python and NumPy that have gone."""


def restore(source: str) -> None:
    """Give a script back what Python and NumPy had, where it asks for it.

    Args:
        source: The script's text.
    """
    # By the text alone: a word that means something else here costs nothing.
    if "clock" in source and not hasattr(time, "clock"):
        # Scripts time their trainings. On Unix the old clock told the time of all cores together.
        time.clock = time.perf_counter  # type: ignore[attr-defined]
    restore_python(source)
    if "np." in source or "numpy." in source:
        restore_numpy()
    if "h5py" in source:
        after_import("h5py", restore_h5py)
    if "get_ipython" in source or "IPython" in source:
        from onefit.scripts import shell

        shell.provide()
        main: Any = sys.modules["__main__"]
        vars(main).setdefault("get_ipython", shell.get_ipython)


class ArgSpec(NamedTuple):
    """What `inspect.getargspec` gave."""

    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


def restore_python(source: str) -> None:
    """`collections.Iterable`, `inspect.getargspec` and others that went with Python 3.9 to 3.11.

    Args:
        source: The script's text.
    """
    for name in collections.abc.__all__:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    if not hasattr(inspect, "getargspec"):

        def getargspec(function: Any) -> ArgSpec:
            return ArgSpec(*inspect.getfullargspec(function)[:4])

        setattr(inspect, "getargspec", getargspec)  # noqa: B010
    # These take milliseconds to load.
    if "fractions" in source:
        import fractions

        vars(fractions).setdefault("gcd", math.gcd)
    if "cElementTree" in source:
        import xml.etree.ElementTree

        sys.modules.setdefault("xml.etree.cElementTree", xml.etree.ElementTree)


def restore_h5py() -> None:
    """`dataset.value`, and files that are opened without a mode, which h5py 3 only reads."""
    import h5py

    # h5py 2 has it itself, and the wrapper below is not to be put around itself.
    if hasattr(h5py.Dataset, "value"):
        return
    h5py.Dataset.value = property(lambda self: self[()])
    original = h5py.File.__init__

    @functools.wraps(original)
    def __init__(self: Any, name: Any, mode: str | None = None, *args: Any, **kwargs: Any) -> None:
        try:
            # h5py 2 opened a file to read and write, if it may only be read to read, and else made
            # it (`make_fid` in `h5py/_hl/files.py` of 2.10).
            original(self, name, mode or "a", *args, **kwargs)
        except OSError:
            if mode is not None or not os.path.exists(name):
                raise
            original(self, name, "r", *args, **kwargs)  # one that may only be read

    h5py.File.__init__ = __init__


def restore_numpy() -> None:
    """`np.int`, `np.float`, `np.bool`, `np.object` and the like, which went with NumPy 1.24."""
    import numpy as np

    for old, new in RENAMED.items():
        module, _, name = old.partition(".")
        # NumPy 2 has `bool` again, as its own type.
        if module == "numpy" and name not in vars(np):
            home: Any = np if new.startswith("numpy.") else builtins
            setattr(np, name, getattr(home, new.rpartition(".")[2]))
    for name in ("VisibleDeprecationWarning", "ComplexWarning", "RankWarning"):
        if name not in vars(np):
            setattr(np, name, getattr(np.exceptions, name))
    if "warnings" not in vars(np):  # scripts silence these by it
        np.warnings = warnings  # type: ignore[attr-defined]
