"""What scripts write for TensorFlow's graph, and what means little where code runs as it stands."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.operation import leaves, unwrapped

NAMES = "Assert control_dependencies group init_scope name_scope no_op"


@contextlib.contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """A block of no effect: what stands before it has been done."""
    yield


@contextlib.contextmanager
def init_scope() -> Iterator[None]:
    """A block of no effect: code runs as it stands."""
    yield


@contextlib.contextmanager
def name_scope(name: str) -> Iterator[str]:
    """A block of no effect: operations have no names.

    >>> with name_scope("a") as scope:
    ...     print(scope)
    a/
    """
    yield f"{name}/"


def group(*inputs: Any, name: str | None = None) -> None:
    """Nothing: what it would wait for has been done."""


def no_op(name: str | None = None) -> None:
    """Nothing."""


def Assert(
    condition: Any, data: Any, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise if a condition does not hold; inside a program it is not checked.

    Raises:
        InvalidArgumentError: If it does not hold.

    >>> Assert(True, [])
    """
    value = unwrapped(condition)
    if isinstance(value, jax.core.Tracer) or np.all(np.asarray(value)):
        return
    told = [np.asarray(one) for one in leaves(unwrapped(data))]
    raise InvalidArgumentError(
        f"Expected '{condition}' to be true. Summarized data: " + "\n".join(map(str, told))
    )
