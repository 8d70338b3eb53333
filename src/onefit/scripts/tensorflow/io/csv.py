"""Lines of CSV: their fields, and columns of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.io.decoding import nothing
from onefit.scripts.tensorflow.mode import unknown_length
from onefit.scripts.tensorflow.refusals import demand
from onefit.scripts.tensorflow.strings.element import texts
from onefit.scripts.tensorflow.strings.numbers import to_number

Tensor = Any


def decode_csv(
    records: Any,
    record_defaults: Sequence[Any],
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """The columns of lines of CSV.

    Args:
        records: Lines of text, of any shape.
        record_defaults: For each column what stands for an empty field, whose dtype is that of the
            column; an empty list for a column without empty fields.
        field_delim: What stands between fields. Defaults to a comma.
        use_quote_delim: Whether quotation marks hold a field together. Defaults to `True`.
        na_value: A field that counts as empty. Defaults to `""`.
        select_cols: The columns to give. Defaults to all.
        name: Taken, and of no effect.

    >>> [column.numpy().tolist() for column in decode_csv(["1,a", "2,b"], [0, 0.5])[:1]]
    Traceback (most recent call last):
    ...
    onefit.scripts.tensorflow.errors.InvalidArgumentError: Field 1 ... not a valid float: a
    """
    lines = texts(records)
    defaults = [_default(number, one) for number, one in enumerate(record_defaults)]
    columns = list(range(len(defaults)) if select_cols is None else select_cols)
    if columns != sorted(set(columns)):
        raise ValueError("select_cols is not strictly increasing.")
    if columns and columns[0] < 0:
        raise ValueError("select_cols contains negative values.")
    if len(columns) != len(defaults):
        raise ValueError("Length of select_cols and record_defaults do not match.")
    demand(len(field_delim) == 1, "field_delim should be only 1 char")
    if unknown_length():
        return [tensor(nothing(lines.shape, dtype)) for _, dtype in defaults]
    count = None if select_cols is None else columns[-1] + 1
    made = [np.empty(lines.size, dtype) for _, dtype in defaults]
    for record, line in enumerate(lines.reshape(-1).tolist()):
        row = fields(line, field_delim, use_quote_delim, count)
        if select_cols is not None:
            row = [row[place] for place in columns if place < len(row)]
        told = f"Expect {len(defaults)} fields but have {len(row)} in record {record}"
        demand(len(row) == len(defaults), told)
        for number, (text, (filled, dtype)) in enumerate(zip(row, defaults)):
            made[number][record] = converted(text, filled, dtype, na_value, number, record)
    return [tensor(column.reshape(lines.shape)) for column in made]


def fields(line: bytes, delimiter: str, quotes: bool, count: int | None = None) -> list[str]:
    """The fields of one line.

    Args:
        line: The line.
        delimiter: What stands between fields.
        quotes: Whether quotation marks hold a field together.
        count: How many are asked for: what is behind them is not looked at. Defaults to all.

    Raises:
        InvalidArgumentError: For quotation marks and ends of lines in the wrong places.

    >>> fields(b'1,"a ""b"", c"', ",", True)
    ['1', 'a "b", c']
    """
    # Bytes that are no UTF-8 have to come out as they went in.
    text = line.decode("utf-8", "surrogateescape")
    if not any(mark in text for mark in _MARKS):
        # `"".split(",")` would give one field, where TensorFlow finds none.
        return text.split(delimiter) if text else []
    found: list[str] = []
    place = 0
    while place < len(text):
        # TensorFlow's kernel passes over ends of lines in front of a field.
        if text[place] in "\r\n":
            place += 1
            continue
        part = _quoted if quotes and text[place] == '"' else _unquoted
        field, place = part(text, place, delimiter, quotes)
        found.append(field)
        if len(found) == count:
            return found
    # The loop ends at a last delimiter, behind which there is one more field, of no letters.
    return [*found, ""] if text.endswith(delimiter) else found


_MARKS = '"\r\n'


def _unquoted(text: str, place: int, delimiter: str, quotes: bool) -> tuple[str, int]:
    """The field that begins there, and the place behind it."""
    end = text.find(delimiter, place) % (len(text) + 1)  # the end of the text, if there is none
    field = text[place:end]
    wrong = any(mark in field for mark in (_MARKS if quotes else _MARKS[1:]))
    demand(not wrong, "Unquoted fields cannot have quotes/CRLFs inside")
    return field, end + 1


def _quoted(text: str, place: int, delimiter: str, quotes: bool) -> tuple[str, int]:
    parts, last, end = [], len(text) - 1, '"' + delimiter
    place += 1
    while place < last and not text.startswith(end, place):
        if text[place] == '"':
            is_escaped = text[place + 1] == '"'
            demand(is_escaped, "Quote inside a string has to be escaped by another quote")
            parts.append('"')
            place += 2
        else:
            # -1, where there is none, becomes `last`.
            mark = text.find('"', place, last) % (last + 1)
            parts.append(text[place:mark])
            place = mark
    is_closed = text.startswith('"', place) and (place == last or text.startswith(end, place))
    demand(is_closed, "Quoted field has to end with quote followed by delim or end")
    return "".join(parts), place + 2


def converted(
    text: str, filled: Any, dtype: np.dtype, na_value: str = "", field: int = 0, record: int = 0
) -> Any:
    """A field as a value of the dtype of its column."""
    if text in ("", na_value):
        if filled is None:
            raise InvalidArgumentError(f"Field {field} is required but missing in record {record}!")
        return filled
    if dtype.kind == "O":
        return text.encode("utf-8", "surrogateescape")
    try:
        return array(to_number(text, dtype))
    except InvalidArgumentError:
        kind = {"i": "int", "f": "float"}.get(dtype.kind, "") + (
            "64" if dtype.itemsize == 8 else ""
        )
        kind = {"int": "int32", "float64": "double"}.get(kind, kind)
        raise InvalidArgumentError(
            f"Field {field} in record {record} is not a valid {kind}: {text}"
        ) from None


def default_of(given: Any) -> tuple[Any, np.dtype]:
    """What stands for an empty field, or `None`; and the dtype."""
    if isinstance(given, type) or hasattr(given, "as_numpy_dtype"):
        return None, np.dtype(as_dtype(given).as_numpy_dtype)
    values = array(given)
    if not values.size:
        return None, values.dtype
    return values.reshape(-1)[0], values.dtype


def _default(number: int, given: Any) -> tuple[Any, np.dtype]:
    """What stands for an empty field of a column of `decode_csv`, or `None`; and the dtype.

    Raises:
        InvalidArgumentError: For several values, and for a dtype that it has no column of.
        ValueError: For a dtype in the place of a value.
    """
    if isinstance(given, type) or hasattr(given, "as_numpy_dtype"):
        raise ValueError(
            f"Attempt to convert a value ({given}) with an unsupported type ({type(given)}) to a "
            "Tensor."
        )
    filled, dtype = default_of(given)
    name = "string" if dtype.kind == "O" else dtype.name
    allowed = "float32", "float64", "int32", "int64", "string"
    demand(name in allowed, f"Value for attr 'OUT_TYPE' of {name} is none of {', '.join(allowed)}")
    count = 0 if filled is None else array(given).size
    demand(count < 2, f"There should only be 1 default per field but field {number} has {count}")
    return filled, dtype
