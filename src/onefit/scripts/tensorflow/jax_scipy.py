"""Functions of `jax.scipy`, which takes 20 ms to load and few scripts need."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def of_scipy(module: str, name: str) -> Callable[..., Any]:
    """A function of a module of `jax.scipy`, loaded when it is asked for.

    Args:
        module: The module, `"special"` for example.
        name: The function.

    >>> round(float(of_scipy("special", "erfc")(0.5)), 4)
    0.4795
    """
    return getattr(importlib.import_module(f"jax.scipy.{module}"), name)
