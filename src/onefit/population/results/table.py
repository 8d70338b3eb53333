"""A table of columns: pandas's where it is installed, else a small one of our own."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from onefit.reports.markup import element, to_text
from onefit.reports.notebook_table import KIND

SHOWN = 30  # rows that are printed; of more, the first and the last half


class Table(Mapping[str, np.ndarray]):
    """Columns of one length by their names; it prints as a table.

    Args:
        columns: The values of each column.

    >>> table = Table({"member": [0, 1], "loss": [0.25, 0.5]})
    >>> print(table)
    member  loss
         0  0.25
         1   0.5
    >>> table["loss"].min(), len(table)
    (np.float64(0.25), 2)
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Keep the columns as arrays."""
        self.arrays = {name: _array(values) for name, values in columns.items()}

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.arrays)

    def __getitem__(self, name: str) -> np.ndarray:
        """A column as an array."""
        return self.arrays[name]

    def __iter__(self) -> Iterator[str]:
        """The names of the columns, as of a DataFrame."""
        return iter(self.arrays)

    def __len__(self) -> int:
        """How many rows there are, as of a DataFrame."""
        return max((len(values) for values in self.arrays.values()), default=0)

    def __str__(self) -> str:
        """The table as text, of which the numbers are rounded to four digits."""
        rows = self._rows()
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        return "\n".join("  ".join(c.rjust(w) for c, w in zip(row, widths)) for row in rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The table in a notebook."""
        head, *rows = self._rows()
        titles = [element("th", cell, scope="col") for cell in head]
        body = [element("tr", [element("td", cell) for cell in row]) for row in rows]
        thead = element("thead", element("tr", titles))
        return to_text(element("table", thead, element("tbody", body), class_=KIND))

    def _rows(self) -> list[list[str]]:
        """The names and the rows that are shown, as text."""
        count = len(self)
        places = list(range(count))
        if count > SHOWN:
            places = places[: SHOWN // 2] + places[-SHOWN // 2 :]
        rows = [[_text(values[at]) for values in self.arrays.values()] for at in places]
        if count > SHOWN:
            rows.insert(SHOWN // 2, ["..."] * len(self.arrays))
        return [self.columns, *rows]


def framed(columns: Mapping[str, Sequence[Any]]) -> Any:
    """Columns as a DataFrame if pandas is installed, else as a `Table`."""
    if importlib.util.find_spec("pandas") is None:
        return Table(columns)
    import pandas

    return pandas.DataFrame(dict(columns))


def _array(values: Sequence[Any]) -> np.ndarray:
    """The values as numbers, bools or text where they are that, else as objects."""
    kinds = {type(value) for value in values}
    if kinds <= {int, float, np.float64, np.int64} or kinds == {bool} or kinds == {str}:
        return np.asarray(values)
    # Filled afterwards: `np.array` would make more axes of values that are lists.
    found = np.empty(len(values), object)
    found[:] = list(values)
    return found


def _text(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{value:.4g}"
    return str(value)
