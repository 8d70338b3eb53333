"""Plain values and arrays as JSON beside a list of arrays, and back.

Nothing that is read can run code: JSON knows numbers, text, lists and tables, and an array is a
shape, a dtype and bytes.
"""

from __future__ import annotations

from typing import Any

import jax
import ml_dtypes  # bfloat16 and the like, which NumPy's files do not name
import numpy as np

LONG = 64  # numbers from which on a list is kept as an array: JSON takes 50 times as long


class NotPlain(TypeError):
    """A value that is neither plain nor an array."""


def packed(value: Any, arrays: list[Any]) -> Any:
    """A value as JSON has it; its arrays are appended to a list.

    What is written to later is copied: the result stays what it is.

    Args:
        value: `None`, a bool, a number, text, an array, or a list, tuple or dict of such.
        arrays: Where the arrays go; what stands for one is its place there.

    Raises:
        NotPlain: If there is anything else in it.

    >>> arrays = []
    >>> packed({"loss": [0.5, None], "w": np.ones(2)}, arrays)
    {'dict': [['loss', [0.5, None]], ['w', {'array': 0, 'dtype': 'float64'}]]}
    >>> unpacked(packed((1, {2: 0.1}), arrays), arrays)
    (1, {2: 0.1})
    """
    # Exact types: a subclass of a list or a dict would come back as what it is not.
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is list and len(value) >= LONG and (numbers := _numbers(value)) is not None:
        return {"list": _kept(numbers, arrays)}
    if kind is list:
        return [packed(part, arrays) for part in value]
    if kind is tuple:
        return {"tuple": [packed(part, arrays) for part in value]}
    if kind is dict:
        return {"dict": [[packed(k, arrays), packed(v, arrays)] for k, v in value.items()]}
    if isinstance(value, np.generic):
        return {"scalar": _kept(np.asarray(value), arrays)}
    if kind is np.ndarray:
        return _kept(value.copy() if value.flags.writeable else value, arrays)
    if isinstance(value, jax.Array):
        return _kept(value, arrays)
    raise NotPlain(kind.__name__)


def _kept(array: Any, arrays: list[Any]) -> dict[str, Any]:
    if array.dtype.hasobject:
        raise NotPlain("array of objects")
    arrays.append(array)
    return {"array": len(arrays) - 1, "dtype": array.dtype.name}


def _numbers(values: list[Any]) -> np.ndarray | None:
    """A list of Python's floats, or of its ints, as an array that gives the same list back."""
    kinds = set(map(type, values))
    if kinds == {float}:
        return np.array(values)
    if kinds == {int} and max(map(abs, values)) < 2**62:
        return np.array(values, np.int64)
    return None


def unpacked(told: Any, arrays: Any) -> Any:
    """The inverse of `packed`.

    Args:
        told: As JSON has it.
        arrays: The arrays by their places.
    """
    if isinstance(told, list):
        return [unpacked(part, arrays) for part in told]
    if not isinstance(told, dict):
        return told
    if "dict" in told:
        return {unpacked(k, arrays): unpacked(v, arrays) for k, v in told["dict"]}
    if "tuple" in told:
        return tuple(unpacked(part, arrays) for part in told["tuple"])
    if "list" in told:
        return unpacked(told["list"], arrays).tolist()
    if "scalar" in told:
        return unpacked(told["scalar"], arrays)[()]
    return _as(arrays[told["array"]], told["dtype"])


def _as(array: np.ndarray, name: str) -> np.ndarray:
    """An array in its dtype; NumPy's files have bytes of that length for those not its own."""
    if array.dtype.name == name or array.dtype.kind != "V":
        return array
    return array.view(getattr(ml_dtypes, name))
