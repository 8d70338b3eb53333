"""What looks wrong with the data of a fit, seen on the arrays alone, before anything is trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefit.findings.finding import Finding

MOST_NAMED = 5
"""Columns named in a finding; the others are counted."""

MOST_LISTED = 100_000
"""Numbers of a list that are looked at: each of them is an object of Python."""

Array = NDArray[Any]


def data_findings(arrays: Mapping[str, Any]) -> list[Finding]:
    """Columns that are no numbers, and values that are no finite numbers.

    NumPy arrays, lists of numbers, tables of pandas and Polars, sparse matrices, and the arrays of
    JAX, PyTorch and TensorFlow that lie in the machine's memory are looked into. Anything else
    would be used up by reading it, or would have to be fetched from a device.

    Args:
        arrays: What was given, under the argument's name.

    >>> bad = np.array([[1.0, 2.0], [np.nan, 4.0], [np.inf, 6.0]])
    >>> print(data_findings({"x": bad})[0])  # doctest: +NORMALIZE_WHITESPACE
    OF302 NaN or infinity in the data: x, column 0 (2 of 3 values, the first in row 1)
    """
    found: list[Finding] = []
    for name, given in arrays.items():
        for where, leaf in leaves(name, given):
            if _library(leaf) == "pandas" and hasattr(leaf, "to_numpy"):
                found += _in_table(where, leaf)
            elif _library(leaf) == "polars" and hasattr(leaf, "to_numpy"):
                found += _in_frame(where, leaf)
            elif _library(leaf) == "scipy" and hasattr(leaf, "tocoo"):
                found += _in_sparse(where, leaf)
            else:
                array = as_array(leaf)
                found += _in_array(where, array) if array is not None else []
    return found


def as_array(given: Any) -> Array | None:
    """Data as an array that shares its memory, where there is one; short lists are copied.

    Args:
        given: What a user gave to `fit`.

    Returns:
        An array; `None` for what is none, or would have to be read from a device.

    >>> as_array([[1.0], [2.0]]).shape, as_array(iter([1.0])) is None
    ((2, 1), True)
    """
    if isinstance(given, np.ndarray):
        return given
    if isinstance(given, list | tuple):
        return np.asarray(given) if given and _is_regular(given) else None
    if _library(given) in ("jax", "jaxlib", "torch", "tensorflow") and _is_near(given):
        found = np.asarray(given.detach() if hasattr(given, "detach") else given)
        return found if found.dtype.kind != "O" else None
    return None


def _library(given: Any) -> str:
    return type(given).__module__.split(".")[0]


def _is_near(array: Any) -> bool:
    """Whether an array lies in the memory of the CPU."""
    devices = array.devices() if callable(getattr(array, "devices", None)) else None
    if devices is not None:
        return all(one.platform == "cpu" for one in devices)
    return "cpu" in str(getattr(array, "device", "cpu")).lower()


def _is_regular(rows: Any) -> bool:
    """Whether lists of numbers are rows of one length, and few enough to be looked at."""
    count = 1
    while isinstance(rows, list | tuple):
        count *= len(rows)
        if not rows or count > MOST_LISTED:
            return False
        lengths = {len(row) if isinstance(row, list | tuple) else -1 for row in rows}
        if len(lengths) > 1:
            return False
        rows = rows[0]
    return isinstance(rows, int | float | str | np.number)


def leaves(name: str, given: Any) -> Iterator[tuple[str, Any]]:
    """The arrays in lists and dicts of arrays, each with a name."""
    if isinstance(given, dict):
        for key, one in given.items():
            yield from leaves(f"{name}[{key!r}]", one)
    elif isinstance(given, list | tuple) and any(hasattr(one, "shape") for one in given):
        for place, one in enumerate(given):
            yield from leaves(f"{name}[{place}]", one)
    else:
        yield name, given


def _in_table(where: str, table: Any) -> list[Finding]:
    """The columns of a pandas table, or of a Series, by name."""
    columns = (
        [(where, table)]
        if table.ndim == 1
        else [(name, table.iloc[:, place]) for place, name in enumerate(table.columns)]
    )
    strange = [
        f"{name if table.ndim == 2 else 'its values'} ({_kind_of_column(column)})"
        for name, column in columns
        if not _is_plain(column.dtype)
    ]
    found = [Finding("OF301", where=where, evidence=_some(strange))] if strange else []
    for name, column in columns:
        if _is_plain(column.dtype):
            place = where if table.ndim == 1 else f"{where}, column {name!r}"
            found += _in_array(place, column.to_numpy())
    return found


def _in_frame(where: str, frame: Any) -> list[Finding]:
    """The columns of a table of Polars, or of a Series, by name; missing values are NaN."""
    is_table = len(frame.shape) == 2
    columns = [(name, frame[name]) for name in frame.columns] if is_table else [(where, frame)]
    arrays = {name: column.to_numpy() for name, column in columns}
    strange = [
        f"{name if is_table else 'its values'} ({column.dtype})"
        for name, column in columns
        if arrays[name].dtype.kind not in "biufc"
    ]
    found = [Finding("OF301", where=where, evidence=_some(strange))] if strange else []
    for name, array in arrays.items():
        if array.dtype.kind in "biufc":
            found += _in_array(f"{where}, column {name!r}" if is_table else where, array)
    return found


def _kind_of_column(column: Any) -> str:
    """The dtype of a pandas column, and how many of its values are missing."""
    missing = int(column.isna().sum())
    return f"{column.dtype}, {missing:,} missing" if missing else str(column.dtype)


def _is_plain(dtype: Any) -> bool:
    """Whether a pandas column is one of plain numbers."""
    return isinstance(dtype, np.dtype) and dtype.kind in "biufc"


def _in_array(where: str, array: Array) -> list[Finding]:
    """Columns of an array that are no numbers, or values of it that are not finite."""
    if array.dtype.kind in "USOMm" or array.dtype.names:
        evidence = _strange(array) if array.size else ""
        return [Finding("OF301", where=where, evidence=evidence)] if evidence else []
    if array.dtype.name in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        array = array.astype(np.float32)
    if array.dtype.kind not in "fc" or not array.size or _sums_up(array):
        return []
    wrong: Array = ~np.isfinite(array)
    if not wrong.any():
        return []
    rows: Array = wrong.reshape(len(array), -1) if array.ndim else wrong.reshape(1, 1)
    if array.ndim == 2 and array.shape[1] > 1:
        return _in_columns(where, rows)
    return [Finding("OF302", where=where, evidence=_counted(np.asarray(rows.any(axis=1))))]


def _in_sparse(where: str, matrix: Any) -> list[Finding]:
    """The stored values of a sparse matrix that are not finite."""
    entries = matrix.tocoo()
    if entries.data.dtype.kind != "f" or _sums_up(entries.data):
        return []
    rows = entries.row[~np.isfinite(entries.data)]
    if not len(rows):
        return []
    wrong = np.zeros(entries.shape[0], bool)
    wrong[rows] = True
    return [Finding("OF302", where=where, evidence=_counted(wrong, "rows"))]


def _in_columns(where: str, wrong: Array) -> list[Finding]:
    """A finding for each of the first columns with a wrong value, and one for the others."""
    places = np.flatnonzero(wrong.any(axis=0))
    found = [
        Finding("OF302", where=f"{where}, column {place}", evidence=_counted(wrong[:, int(place)]))
        for place in places[:MOST_NAMED]
    ]
    left = len(places) - MOST_NAMED
    if left > 0:
        told = f"{where}, {left} more column{'s' if left > 1 else ''}"
        rest = np.asarray(wrong[:, places[MOST_NAMED:]].any(axis=1))
        found.append(Finding("OF302", where=told, evidence=_counted(rest, "rows")))
    return found


def _strange(array: Array) -> str:
    """What an array holds that is not a number, by column where it has some."""
    if array.dtype.names:
        return f"it is a structured array with the fields {_some(list(array.dtype.names))}"
    if array.dtype.kind != "O":
        kind = {"U": "text", "S": "bytes", "M": "dates", "m": "time spans"}[array.dtype.kind]
        return f"its values are {kind}, such as {array.flat[0]!s:.20}"
    columns = array.T if array.ndim == 2 and array.shape[1] > 1 else array.reshape(1, -1)
    named = [
        f"{'column ' + str(place) if len(columns) > 1 else 'its values'} ({kind})"
        for place, column in enumerate(columns)
        if (kind := _kind(column))
    ]
    return _some(named) if named else "its values are numbers, each a Python object"


def _kind(column: Array) -> str:
    """The type of the first value of a column of objects that is no number; `""` if all are."""
    number = (int, float, complex, np.number, np.bool_)
    return next((type(one).__name__ for one in column[:1000] if not isinstance(one, number)), "")


def _sums_up(array: Array) -> bool:
    """Whether the sum is finite: then all values are, and it is the quickest way to know."""
    with np.errstate(all="ignore"):
        return bool(np.isfinite(array.sum()))


def _counted(wrong: Array, noun: str = "values") -> str:
    first = int(np.argmax(wrong))
    count = int(wrong.sum())
    return f"{count:,} of {len(wrong):,} {noun}, the first in row {first}"


def _some(names: list[str]) -> str:
    left = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {left} more" if left > 0 else "")
