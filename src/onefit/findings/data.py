"""What looks wrong with the data of a fit, seen on the arrays alone, before anything is trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefit.findings.finding import Finding

MOST_NAMED = 5
"""Columns named in a finding; the others are counted."""

Array = NDArray[Any]


def data_findings(arrays: Mapping[str, Any]) -> list[Finding]:
    """Columns that are no numbers, and values that are no finite numbers.

    Only NumPy arrays and pandas tables are looked into: reading anything else would use it up, or
    fetch it from a device.

    Args:
        arrays: What was given, under the argument's name.

    >>> bad = np.array([[1.0, 2.0], [np.nan, 4.0], [np.inf, 6.0]])
    >>> print(data_findings({"x": bad})[0])  # doctest: +NORMALIZE_WHITESPACE
    OF302 values are not finite numbers: x, column 0 (2 of 3 values are NaN or infinite, the first
    in row 1)
    """
    found: list[Finding] = []
    for name, given in arrays.items():
        for where, leaf in _leaves(name, given):
            if _is_table(leaf):
                found += _in_table(where, leaf)
            elif isinstance(leaf, np.ndarray):
                found += _in_array(where, leaf)
    return found


def _leaves(name: str, given: Any) -> Iterator[tuple[str, Any]]:
    """The arrays in lists and dicts of arrays, each with a name."""
    if isinstance(given, dict):
        for key, one in given.items():
            yield from _leaves(f"{name}[{key!r}]", one)
    elif isinstance(given, list | tuple) and any(hasattr(one, "shape") for one in given):
        for place, one in enumerate(given):
            yield from _leaves(f"{name}[{place}]", one)
    else:
        yield name, given


def _is_table(leaf: Any) -> bool:
    return type(leaf).__module__.split(".")[0] == "pandas" and hasattr(leaf, "to_numpy")


def _in_table(where: str, table: Any) -> list[Finding]:
    """The columns of a pandas table, or of a Series, by name."""
    columns = {where: table} if table.ndim == 1 else {name: table[name] for name in table.columns}
    strange = {
        name: str(column.dtype)
        for name, column in columns.items()
        if not isinstance(column.dtype, np.dtype) or column.dtype.kind not in "biufc"
    }
    found = []
    if strange:
        named = [f"{name} ({dtype})" for name, dtype in strange.items()]
        found.append(Finding("OF301", where=where, evidence=_some(named)))
    for name, column in columns.items():
        if name not in strange:
            place = where if table.ndim == 1 else f"{where}, column {name!r}"
            found += _in_array(place, column.to_numpy())
    return found


def _in_array(where: str, array: Array) -> list[Finding]:
    """The values of an array that are not finite, by column where it has some."""
    if array.dtype.kind in "USO" and array.size:
        kind = type(array.flat[0]).__name__ if array.dtype.kind == "O" else "str"
        return [Finding("OF301", where=where, evidence=f"its values are of type {kind}")]
    if array.dtype.kind != "f" or not array.size or _sums_up(array):
        return []
    wrong: Array = ~np.isfinite(array)
    if not wrong.any():
        return []
    rows: Array = wrong.reshape(len(array), -1) if array.ndim else wrong.reshape(1, 1)
    if array.ndim == 2 and array.shape[1] > 1:
        places = np.flatnonzero(rows.any(axis=0))
        return [
            Finding(
                "OF302", where=f"{where}, column {column}", evidence=_counted(rows[:, int(column)])
            )
            for column in places[:MOST_NAMED]
        ]
    return [Finding("OF302", where=where, evidence=_counted(np.asarray(rows.any(axis=1))))]


def _sums_up(array: Array) -> bool:
    """Whether the sum is finite: then all values are, and it is the quickest way to know."""
    with np.errstate(all="ignore"):
        return bool(np.isfinite(array.sum()))


def _counted(wrong: Array) -> str:
    first = int(np.argmax(wrong))
    count = int(wrong.sum())
    verb = "is" if count == 1 else "are"
    return f"{count:,} of {len(wrong):,} values {verb} NaN or infinite, the first in row {first}"


def _some(names: list[str]) -> str:
    left = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {left} more" if left > 0 else "")
