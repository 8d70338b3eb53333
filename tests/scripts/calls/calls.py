"""Calls of TensorFlow's functions, one a line in `TOPIC.txt`, and their results, in `TOPIC.json`.

A call is evaluated with `tf`: with TensorFlow, to record, and with the stand-in. x, m, ... are
NumPy's arrays, X, M, ... the same as tensors.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pictures

HERE = Path(__file__).parent
ARRAYS = {
    "x": np.array([[1.5, -2.0, 0.25], [-0.5, 3.0, 1.0]], "float32"),
    "m": np.arange(6, dtype="float32").reshape(3, 2),
    "v": np.array([4.0, 3.0, -2.0, 1.0], "float32"),
    "w": np.sin(np.arange(64, dtype="float32")),
    "ids": np.array([0, 0, 1, 3], "int32"),
    "pic": ((np.sin(np.arange(105, dtype="float32")) + 1) / 2).reshape(5, 7, 3),
    "pics": ((np.cos(np.arange(240, dtype="float32")) + 1) / 2).reshape(2, 8, 5, 3),
    "bytes_": (np.arange(210).reshape(10, 7, 3) * 37 % 256).astype("uint8"),
}


def topics() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.txt"))


def calls(topic: str) -> list[str]:
    lines = (HERE / f"{topic}.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def results(topic: str) -> dict[str, Any]:
    return json.loads((HERE / f"{topic}.json").read_text())


def names(tf: Any) -> dict[str, Any]:
    """What a call may use."""

    def seeded(seed: int | None, *functions: Callable[[], Any]) -> list[Any]:
        tf.random.set_seed(0)  # forgets where operations are
        tf.random.set_seed(seed)
        return [function() for function in functions]

    tensors = {name.upper(): tf.constant(array) for name, array in ARRAYS.items()}
    return {"tf": tf, "np": np, "seeded": seeded, "pictures": pictures, **ARRAYS, **tensors}


def outcome(tf: Any, call: str) -> Any:
    """The result of a call in JSON's types, or the kind of its error."""
    try:
        return plain(eval(call, names(tf)))
    except Exception as error:
        return {"error": type(error).__name__, "of": str(error)[:200]}


def plain(result: Any) -> Any:
    """A result in JSON's types: arrays with their dtypes."""
    if hasattr(result, "to_list"):  # ragged
        return {"ragged": plain_values(result.to_list())}
    if hasattr(result, "dense_shape"):
        return {"sparse": [plain(part) for part in (result.indices, result.values)]}
    if isinstance(result, dict):
        return {key: plain(part) for key, part in result.items()}
    if isinstance(result, list | tuple):
        return [plain(part) for part in result]
    if isinstance(result, str | bool) or result is None:
        return result
    array = np.asarray(result.numpy() if hasattr(result, "numpy") else result)
    kind = "string" if array.dtype.kind in "OS" else array.dtype.name
    values = array.ravel().tolist()
    if array.dtype.kind == "c":
        values = [[value.real, value.imag] for value in values]
    if kind in ("float16", "bfloat16"):
        values = array.ravel().astype("float32").tolist()
    return {"dtype": kind, "shape": list(array.shape), "values": plain_values(values)}


def plain_values(values: Any) -> Any:
    if isinstance(values, list):
        return [plain_values(value) for value in values]
    return values.decode("latin-1") if isinstance(values, bytes) else values
