"""What else has gone since: `time.clock`, NumPy's names for Python's types, Jupyter's shell."""

from __future__ import annotations

import sys
import time
from typing import Any


def restore(source: str) -> None:
    """Give a script back what Python and NumPy had, where it asks for it.

    Args:
        source: The script's text.
    """
    if "clock" in source and not hasattr(time, "clock"):
        time.clock = time.perf_counter  # type: ignore[attr-defined]
    if "np." in source or "numpy." in source:
        restore_numpy()
    if "get_ipython" in source or "IPython" in source:
        from onefit.scripts import shell

        shell.provide()
        main: Any = sys.modules["__main__"]
        vars(main).setdefault("get_ipython", shell.get_ipython)


def restore_numpy() -> None:
    """`np.int`, `np.float`, `np.bool`, `np.object` and the like, which went with NumPy 1.24."""
    import numpy as np

    for name, kind in {"int": int, "float": float, "object": object, "complex": complex}.items():
        if name not in vars(np):
            setattr(np, name, kind)
    others = {"str": str, "float_": np.float64, "product": np.prod, "Inf": np.inf}
    for name, value in others.items():
        if name not in vars(np):
            setattr(np, name, value)
