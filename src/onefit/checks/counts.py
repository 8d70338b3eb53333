"""A check of the arguments of `fit` by counting: rows that are there, and as many of each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from onefit.checks.data import leaves
from onefit.findings import Finding

NO_FILES = "read the file first, with `np.load` or `pd.read_csv`, and give arrays"


def miscounted(given: Mapping[str, Any]) -> Finding | None:
    """What no fit can be made of: no rows, no columns, or more rows of one array than of another.

    Generators and datasets are not looked into.

    Args:
        given: The arguments of `fit`.

    >>> import numpy as np
    >>> x, rest = np.zeros((4, 2)), dict(sample_weight=None, validation_data=None)
    >>> print(miscounted({"x": x, "y": np.zeros(3), "validation_split": 0.0, **rest}))
    OF603 the arrays have different numbers of rows: x has 4, y has 3
    """
    if given["x"] is None:
        return Finding("OF610", "x", "it is None", fix="`fit(x, y)`, with arrays")
    told = next(_no_data({name: given[name] for name in ("x", "y")}), None)
    told = told or _unlike({name: given[name] for name in ("x", "y", "sample_weight")})
    return told or _of_validation(given)


def _no_data(named: Mapping[str, Any]) -> Iterator[Finding]:
    """What is no array, or has no numbers in it."""
    for name, data in named.items():
        for where, leaf in leaves(name, data):
            if isinstance(leaf, str | bytes | int | float):
                fix = NO_FILES if isinstance(leaf, str | bytes) else "give arrays, a row for each"
                yield Finding("OF610", where, f"it is {leaf!r:.60}, and no array", fix=fix)
            elif isinstance(leaf, list | tuple) and len({_length(one) for one in leaf}) > 1:
                told = "its rows are lists of different lengths"
                fix = f"`keras.utils.pad_sequences({where})` makes them as long as the longest"
                yield Finding("OF606", where, told, fix=fix)
            elif (shape := _shape(leaf)) is not None and 0 in shape:
                missing = "rows" if shape[0] == 0 else "numbers in a row"
                told = f"it has no {missing}: its shape is {shape}"
                fix = f"see where they went: print `{where}.shape` after each step that makes it"
                yield Finding("OF610", where, told, fix=fix)
            elif shape == ():
                yield Finding("OF610", where, "it is one number", fix="give an array of rows")


def _unlike(named: Mapping[str, Any]) -> Finding | None:
    """That arrays have not all as many rows; of a list of rows, that it is no array."""
    x, targets = next(iter(named.values())), _shape(named.get("y"))
    if targets and isinstance(x, list | tuple) and 1 < len(x) == targets[0]:
        shapes = {_shape(one) for one in x if hasattr(one, "shape")}
        if len(shapes) == 1 and (shapes.pop() or targets)[0] != targets[0]:
            told = f"a list of {len(x):,} arrays is taken for {len(x):,} inputs"
            return Finding("OF603", "x", told, fix="`x = np.array(x)`")
    rows = {
        where: shape[0]
        for name, data in named.items()
        for where, leaf in leaves(name, data)
        if (shape := _shape(leaf))
    }
    if len(set(rows.values())) < 2:
        return None
    first = next(iter(rows.values()))
    other = next(where for where, count in rows.items() if count != first)
    some = {where: rows[where] for where in (next(iter(rows)), other)}
    told = ", ".join(f"{where} has {count:,}" for where, count in some.items())
    counts = " == ".join(f"len({one})" for one in some)
    fix = f"check where they were cut or split: `{counts}`"
    return Finding("OF603", told, fix=fix)


def _of_validation(given: Mapping[str, Any]) -> Finding | None:
    """What in `validation_data` or `validation_split` ends a fit."""
    data, split = given["validation_data"], given["validation_split"]
    if data is not None and _shape(data) and not isinstance(data, list | tuple):
        told = "it is one array"
        return Finding("OF610", "validation_data", told, fix="`validation_data=(x, y)`, a pair")
    if isinstance(data, list | tuple) and len(data) > 1:
        return _unlike({f"validation_data[{place}]": one for place, one in enumerate(data)})
    rows = next((shape[0] for _, leaf in leaves("x", given["x"]) if (shape := _shape(leaf))), None)
    if data is None and split and rows is not None and math.floor(rows * (1 - split)) < 1:
        told = f"{split:g} of {rows:,} rows leaves none to train on"
        return Finding("OF610", "validation_split", told, fix="a smaller share, or more rows")
    return None


def _shape(leaf: Any) -> tuple[int, ...] | None:
    """The shape of an array, a table or a list; `None` for what has none before it is read."""
    if isinstance(leaf, list | tuple):
        return (len(leaf),)
    shape = getattr(leaf, "shape", None)
    known = isinstance(shape, tuple) and all(isinstance(one, int) for one in shape)
    return shape if known else None


def _length(row: Any) -> int:
    return len(row) if isinstance(row, list | tuple) else -1
