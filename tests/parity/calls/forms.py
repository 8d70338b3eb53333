"""What users put where an array belongs: other dtypes, shapes, containers, and mistakes."""

from __future__ import annotations

import array
import tempfile
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import keras
import numpy as np
import pandas as pd
import scipy.sparse


class Exporting:
    """An object that NumPy can read and Keras does not know."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.values, dtype)

    def __repr__(self) -> str:
        return "Exporting()"


class Subclass(np.ndarray):
    """An array of a class of its own."""


def _mapped(values: Any) -> Any:
    with tempfile.TemporaryFile() as file:
        mapped = np.memmap(file, values.dtype, "w+", shape=values.shape)
    mapped[:] = values
    return mapped


def _filled(values: Any, value: Any, dtype: Any = None) -> Any:
    filled = values.astype(dtype or values.dtype)
    filled.reshape(-1)[: values.size // 2] = value
    return filled


def _readonly(values: Any) -> Any:
    values = values.copy()
    values.flags.writeable = False
    return values


def _flat(values: Any) -> Any:
    return values.reshape(len(values), -1)


def _frame(values: Any) -> Any:
    flat = _flat(values)
    return pd.DataFrame(flat, columns=[f"c{number}" for number in range(flat.shape[1])])


Form = Callable[[Any], Any]
DTYPES: dict[str, Form] = {
    name: lambda values, name=name: np.abs(values).astype(name)
    for name in (
        "float64", "float16", "int8", "int32", "int64", "uint8", "uint64", "bool", ">f4", "<f8",
        "longdouble", "complex64", "object", "str", "S3", "datetime64[s]", "timedelta64[s]",
    )
}  # fmt: skip
SHAPES: dict[str, Form] = {
    "fewer rows": lambda v: v[:-1],
    "more rows": lambda v: np.concatenate([v, v[:2]]),
    "no rows": lambda v: v[:0],
    "one row": lambda v: v[:1],
    "a row": lambda v: v[0],
    "one more axis": lambda v: v[..., None],
    "an axis in front": lambda v: v[None],
    "two more axes": lambda v: v[..., None, None],
    "flat": lambda v: v.reshape(-1),
    "a column": lambda v: _flat(v)[:, :1],
    "two columns": lambda v: np.tile(_flat(v), 2)[:, :2],
    "no columns": lambda v: _flat(v)[:, :0],
    "five columns": lambda v: np.tile(_flat(v), 5)[:, :5],
    "transposed": lambda v: v.T,
    "number": lambda v: 3.0,
    "of rank 0": lambda v: np.array(3.0, "float32"),
    "NumPy's number": lambda v: np.float32(3.0),
}
KINDS: dict[str, Form] = {
    "Fortran's order": lambda v: np.asfortranarray(v),
    "backwards": lambda v: v[::-1],
    "strided": lambda v: np.repeat(v, 2, axis=0)[::2],
    "read only": _readonly,
    "memory map": _mapped,
    "masked": lambda v: np.ma.masked_greater(v, 0.5),
    "subclass": lambda v: v.view(Subclass),
    "JAX's": lambda v: jnp.asarray(v),
    "tensor": lambda v: keras.ops.convert_to_tensor(v),
    "variable": lambda v: keras.Variable(v, name="given"),
    "symbolic": lambda v: keras.KerasTensor(v.shape, "float32", name="symbol"),
    "list": lambda v: v.tolist(),
    "tuple of rows": lambda v: tuple(v),
    "list of rows": lambda v: list(v),
    "in a list": lambda v: [v],
    "in a tuple": lambda v: (v,),
    "twice": lambda v: [v, v],
    "in a dict": lambda v: {"a": v},
    "nested": lambda v: {"a": [v, {"b": v}]},
    "ragged list": lambda v: [[1.0], [2.0, 3.0], []],
    "range": lambda v: range(len(v)),
    "array.array": lambda v: array.array("f", _flat(v)[:, 0].tolist()),
    "memoryview": lambda v: memoryview(np.ascontiguousarray(v)),
    "exporting": Exporting,
    "frame": _frame,
    "frame of text": lambda v: _frame(v).astype(str),
    "frame with gaps": lambda v: _frame(_filled(v, np.nan, "float32")),
    "nullable frame": lambda v: _frame(np.abs(v).astype("int64")).astype("Int64"),
    "categories": lambda v: _frame(np.abs(v).astype("int64")).astype("category"),
    "frame of other index": lambda v: _frame(v).set_index(np.arange(len(v)) + 5),
    "series": lambda v: _frame(v)["c0"],
    "index": lambda v: pd.Index(_flat(v)[:, 0]),
    "csr": lambda v: scipy.sparse.csr_matrix(_flat(v)),
    "csc": lambda v: scipy.sparse.csc_array(_flat(v)),
    "NaN": lambda v: _filled(v, np.nan, "float32"),
    "infinite": lambda v: _filled(v, np.inf, "float32"),
    "huge": lambda v: _filled(v, 1e38, "float32"),
    "negative": lambda v: -np.abs(v) - 1,
    "large integers": lambda v: _filled(v, 2**40, "int64"),
    "constant": lambda v: np.ones_like(v),
    "structured": lambda v: np.zeros(len(v), [("p", "f4"), ("q", "i4")]),
    "objects of None": lambda v: np.full(v.shape, None),
    "text": lambda v: "text",
    "None": lambda v: None,
    "set": lambda v: {1.0, 2.0},
    "empty list": lambda v: [],
    "empty tuple": lambda v: (),
    "empty dict": lambda v: {},
    "list with None": lambda v: [v, None],
    "function": lambda v: len,
    "class": lambda v: dict,
    "ellipsis": lambda v: ...,
}
FORMS: dict[str, Form] = {"array": lambda v: v} | DTYPES | SHAPES | KINDS


def formed(values: Any, form: str) -> Any:
    """Values in another form; each array of a dict for itself."""
    if isinstance(values, dict):
        return {name: FORMS[form](value) for name, value in values.items()}
    return FORMS[form](values)
