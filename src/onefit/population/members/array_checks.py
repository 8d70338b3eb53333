"""Checks of the arrays of a population: made before they are divided into rows.

Keras tells most of this from within its adapters, layers and losses, in the middle of a training;
some it takes without a word.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from keras import tree

from onefit.checks.data import data_findings
from onefit.errors import PopulationError
from onefit.population.members.streams import is_stream
from onefit.training.host.keras_private import data_adapter_utils

KINDS = "biuf"


def check_values(given: dict[str, Any]) -> None:
    """Refuse data of which no rows can be trained on.

    Args:
        given: The arguments of `fit`.

    Raises:
        PopulationError: With what was expected, what was received and what to do.
    """
    rows = _check_tables({name: given[name] for name in ("x", "y", "sample_weight")})
    share = given["validation_split"]
    if share and share * rows < 1:
        raise PopulationError(
            "Expected a `validation_split` that makes at least one row. Received: "
            f"{share} of {rows:,} rows. Give a larger share, or leave it out."
        )
    if given["validation_data"] is not None:
        parts = data_adapter_utils.unpack_x_y_sample_weight(given["validation_data"])
        names = ("x", "y", "sample_weight")
        _check_tables({f"validation_data: {n}": p for n, p in zip(names, parts)})


def _check_tables(tables: dict[str, Any]) -> int:
    """Refuse tables that are none, or do not go together; how many rows they have."""
    counts: dict[str, int] = {}
    for name, table in tables.items():
        if table is None and not name.endswith("x"):
            continue
        if is_stream(table):
            raise _expected(name, f"a {type(table).__name__}, of which batches are read from `x`")
        _check_list(name, table)
        leaves = [] if table is None else [leaf for leaf in tree.flatten(table) if leaf is not None]
        if not leaves:
            raise _expected(name, f"an empty {type(table).__name__}" if table is not None else None)
        for place, leaf in enumerate(leaves):
            _check_array(name, leaf)
            counts[name if len(leaves) == 1 else f"{name}[{place}]"] = int(leaf.shape[0])
        if not any(_some_number(leaf) for leaf in leaves):
            raise PopulationError(
                f"Expected numbers in `{name}`. Received: NaN or infinity everywhere. Look at how "
                "it was read or scaled; a column that is constant cannot be divided by its spread."
            )
    if len(set(counts.values())) > 1:
        each = ", ".join(f"{count:,} in `{name}`" for name, count in counts.items())
        raise PopulationError(
            f"Expected as many rows in every array. Received: {each}. Give one target, and one "
            "weight, for each row of the inputs."
        )
    return next(iter(counts.values()))


def _check_list(name: str, table: Any) -> None:
    """Refuse rows in lists, which Keras takes for a list of inputs, a number each."""
    first, depth = table, 0
    while isinstance(first, (list, tuple)) and len(first):
        first, depth = first[0], depth + 1
    if not depth or getattr(first, "shape", None):
        return
    if isinstance(first, (str, bytes)):
        raise _text(name, f"a {type(table).__name__} of {len(table):,} words, such as {first!r}")
    if isinstance(first, (bool, int, float, np.generic)):
        of = "numbers" if depth == 1 else "rows"
        raise PopulationError(
            f"Expected `{name}` as an array. Received: a {type(table).__name__} of {len(table):,} "
            f"{of}, each a {type(table[0]).__name__}; Keras takes a list for one of several "
            f"inputs. Convert it: `numpy.asarray({name.split()[-1]}, 'float32')`."
        )


def _check_array(name: str, array: Any) -> None:
    """Refuse what is no dense array of real numbers with a row axis."""
    shape = getattr(array, "shape", None)
    if isinstance(array, (str, bytes)):
        raise _text(name, f"a {type(array).__name__}")
    # By what they can do: SciPy need not be loaded to know its matrices.
    if hasattr(array, "tocsr"):
        raise _expected(name, f"a sparse {type(array).__name__}; fill it with `.toarray()`")
    if shape is None or hasattr(array, "__next__"):
        raise _expected(name, f"a {type(array).__name__}")
    if len(shape) == 0:
        raise _expected(name, "one number, of shape ()")
    if not shape[0]:
        raise PopulationError(
            f"Expected rows in `{name}`. Received: none, in an array of shape {tuple(shape)}. Give "
            "at least one row."
        )
    if isinstance(array, np.ma.MaskedArray):
        raise _expected(name, "a masked array; fill it with `.filled(...)`")
    dtype = _dtype(array)
    if dtype.kind not in KINDS and not jax.dtypes.issubdtype(dtype, np.floating):
        raise _no_numbers(name, array, dtype)
    if not dtype.isnative:
        raise _expected(name, f"{dtype.name} in another byte order; convert it with `.astype`")


def _no_numbers(name: str, array: Any, dtype: np.dtype[Any]) -> PopulationError:
    """The error for an array of text, dates, objects or complex numbers."""
    if dtype.kind == "c":
        words = f"{dtype.name}; give real and imaginary parts as columns of their own"
        return _expected(name, words)
    told = "; ".join(f.evidence for f in data_findings({name: array}) if f.code == "OF301")
    kind = "Python objects" if dtype.kind == "O" else dtype.name
    if dtype.kind == "O" and any(np.ndim(row) for row in np.asarray(array)[:100].ravel()):
        nested = _nested(array)
        if nested:
            return PopulationError(
                f"Expected numbers in `{name}`. Received: lists in {nested}. Give each number of a "
                "list a column of its own."
            )
        kind, told = "rows of unequal lengths", ""
    elif dtype.kind == "O" and _are_numbers(array):
        return PopulationError(
            f"Expected numbers in `{name}`. Received: numbers, each a Python object. Convert them: "
            f"`{name.split()[-1]} = {name.split()[-1]}.astype('float32')`."
        )
    return _text(name, told or kind)


def _nested(table: Any) -> str:
    """The columns of a table that have a list in each row."""
    names = getattr(table, "columns", ())
    found = [n for n in names if any(np.ndim(row) for row in np.asarray(table[n])[:100])]
    return ", ".join(f"column {str(name)!r}" for name in found)


def _are_numbers(array: Any) -> bool:
    """Whether objects are all numbers."""
    values = np.asarray(array).ravel()
    return all(isinstance(one, (bool, int, float, np.number, np.bool_)) for one in values)


def _dtype(array: Any) -> np.dtype[Any]:
    """The dtype that NumPy gives to the rows of an array or a table of pandas."""
    own = getattr(array, "dtype", None)
    if isinstance(own, np.dtype):
        return own
    columns = list(getattr(array, "dtypes", [])) if len(array.shape) == 2 else []
    if columns and all(isinstance(dtype, np.dtype) for dtype in columns):
        plain = [dtype for dtype in columns if dtype.kind in KINDS]
        if len(plain) == len(columns):  # a table with a column of bools is one of objects to NumPy
            return np.result_type(*plain)
    # One row tells it, and a whole table might have to be converted.
    return np.asarray(array[:1]).dtype


def _some_number(array: Any) -> bool:
    """Whether any value is a finite number; the first row almost always says so."""
    if _dtype(array).kind != "f":
        return True
    first = np.asarray(array[:1], np.float64)
    return bool(np.isfinite(first).any() or np.isfinite(np.asarray(array, np.float64)).any())


def _text(name: str, received: str) -> PopulationError:
    """The error for data that has to be encoded first."""
    advice = (
        "Number the classes: `classes, y = numpy.unique(y, return_inverse=True)`"
        if name.endswith("y")
        else "Encode words and dates as numbers, such as with `pandas.get_dummies`, and convert "
        "the rest with `.astype('float32')`"
    )
    return PopulationError(f"Expected numbers in `{name}`. Received: {received}. {advice}.")


def _expected(name: str, received: str | None) -> PopulationError:
    return PopulationError(
        f"Expected `{name}` as dense arrays of real numbers, one row after the other. Received: "
        f"{received or 'None'}. Convert it with `numpy.asarray`."
    )
