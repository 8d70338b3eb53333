"""Datasets of CSV files: `CsvDataset` and `make_csv_dataset` of `tf.data.experimental`."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.dataset import Dataset
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.data.stage import Elements, Stage
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.tensor_spec import TensorSpec


class Rows(Stage):
    """The rows of CSV files, a tuple of fields each."""

    written = "Csv"
    waits = True

    def __init__(
        self,
        files: list[str],
        defaults: list[tuple[Any, np.dtype]],
        columns: Sequence[int] | None,
        header: bool,
        delimiter: str,
        quotes: bool,
        empty: str,
    ) -> None:
        """Keep how to read them."""
        self.files, self.defaults, self.columns, self.header = files, defaults, columns, header
        self.delimiter, self.quotes, self.empty = delimiter, quotes, empty
        self.spec = tuple(TensorSpec((), dtype) for _, dtype in defaults)

    def start(self) -> Elements:
        """Row after row."""
        # An empty line has one field, of no letters.
        return (self._row(fields or [""]) for file in self.files for fields in self._fields(file))

    def _fields(self, file: str) -> Iterator[list[str]]:
        rows = read(file, self.delimiter, self.quotes)
        if self.header:
            next(rows, None)
        return rows

    def _row(self, fields: list[str]) -> tuple[np.ndarray, ...]:
        from onefit.scripts.tensorflow.errors import InvalidArgumentError
        from onefit.scripts.tensorflow.io.csv import converted

        if self.columns is None and len(fields) != len(self.defaults):
            raise InvalidArgumentError(
                f"Expect {len(self.defaults)} fields but have {len(fields)} in record"
            )
        row = []
        for number, (filled, dtype) in enumerate(self.defaults):
            place = number if self.columns is None else self.columns[number]
            if place >= len(fields):
                raise InvalidArgumentError(f"Expect more than {len(fields)} fields in record")
            value = np.empty((), dtype)
            value[()] = converted(fields[place], filled, dtype, self.empty, number)
            row.append(value)
        return tuple(row)


def CsvDataset(
    filenames: Any,
    record_defaults: Sequence[Any],
    compression_type: Any = None,
    buffer_size: Any = None,
    header: bool = False,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
    exclude_cols: Sequence[int] | None = None,
) -> Dataset:
    """The rows of CSV files, each a tuple of its fields.

    Args:
        filenames: One or more names.
        record_defaults: What stands for an empty field of each column; a dtype for a column
            without empty fields.
        compression_type: Only none is there.
        buffer_size: Taken, and of no effect.
        header: Whether the first line is left out. Defaults to `False`.
        field_delim: What stands between fields. Defaults to a comma.
        use_quote_delim: Whether quotation marks hold a field together. Defaults to `True`.
        na_value: A field that counts as empty. Defaults to `""`.
        select_cols: The numbers of the columns to read. Defaults to all.
        exclude_cols: The numbers of the columns to leave out. Only none is there.
    """
    from onefit.scripts.tensorflow.io.csv import default_of
    from onefit.scripts.tensorflow.io.files import path_of
    from onefit.scripts.tensorflow.missing import refuse_argument

    if compression_type:
        refuse_argument("tensorflow.data.experimental.CsvDataset", "compression_type")
    if exclude_cols:
        refuse_argument("tensorflow.data.experimental.CsvDataset", "exclude_cols")
    files = [path_of(one) for one in np.ravel(array(filenames)).tolist()]
    defaults = [default_of(_meant(one)) for one in record_defaults]
    given = header, field_delim, use_quote_delim, na_value
    return Dataset.of(Rows(files, defaults, select_cols, *given))


def make_csv_dataset(
    file_pattern: Any,
    batch_size: Any,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: Any = None,
    num_parallel_reads: Any = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: Any = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """Batches of the rows of CSV files: a dict of columns, and the labels if there are any.

    Args:
        file_pattern: The files, or patterns of their names.
        batch_size: The rows of a batch.
        column_names: The names of the columns. Defaults to the first line.
        column_defaults: What stands for an empty field of each column, or its dtype. Defaults to
            what the first rows look like, with 0 and `""`.
        label_name: The column with the labels. Defaults to none.
        select_columns: The columns to read, by name or number. Defaults to all.
        field_delim: What stands between fields. Defaults to a comma.
        use_quote_delim: Whether quotation marks hold a field together. Defaults to `True`.
        na_value: A field that counts as empty. Defaults to `""`.
        header: Whether the first line has the names. Defaults to `True`.
        num_epochs: How often all rows come. Defaults to `None`: without end.
        shuffle: Whether files and rows are shuffled. Defaults to `True`.
        shuffle_buffer_size: The length of the buffer. Defaults to `10000`.
        shuffle_seed: The seed of the order. Defaults to `None`.
        prefetch_buffer_size: Taken, and of no effect.
        num_parallel_reads: How many files are read in turn. Defaults to `1`.
        sloppy: Taken, and of no effect.
        num_rows_for_inference: How many rows tell the dtypes. Defaults to `100`; `None` for all.
        compression_type: Only none is there.
        ignore_errors: Whether rows that cannot be read are left out; where one is met, this is
            refused. Defaults to `False`.
        encoding: Taken, and of no effect.
    """
    from onefit.scripts.tensorflow.io.files import matched
    from onefit.scripts.tensorflow.missing import refuse_argument

    if compression_type:
        refuse_argument("tensorflow.data.experimental.make_csv_dataset", "compression_type")
    files = matched(file_pattern)
    if not files:
        raise ValueError(f"No files match `file_pattern` {file_pattern}.")
    names = list(column_names or _names(files, field_delim, use_quote_delim, header))
    if len(set(names)) != len(names):
        raise ValueError(f"Cannot have duplicate column names. Received: {names}.")
    if label_name is not None and label_name not in names:
        raise ValueError(
            f"`label_name` provided must be one of the columns. Received: {label_name}"
        )
    chosen = _chosen(names, select_columns)
    if column_defaults is None:
        given = field_delim, use_quote_delim, na_value, header, num_rows_for_inference
        column_defaults = _kinds(files, chosen, len(names), *given)
    columns = [names[place] for place in chosen]
    defaults = column_defaults

    def rows(file: Any) -> Dataset:
        settings = header, field_delim, use_quote_delim, na_value, chosen
        made = CsvDataset(file, defaults, None, None, *settings)
        return made.ignore_errors() if ignore_errors else made

    dataset = Dataset.from_tensor_slices(files)
    # As in TensorFlow: the files first, then rows in a buffer, both with the one seed.
    if shuffle:
        dataset = dataset.shuffle(len(files), shuffle_seed)
    dataset = dataset.interleave(rows, int(num_parallel_reads or 1))
    if shuffle:
        dataset = dataset.shuffle(shuffle_buffer_size, shuffle_seed)
    if num_epochs != 1:
        dataset = dataset.repeat(num_epochs)
    # As in TensorFlow: without an end each batch is full, and its length a part of the shape.
    dataset = dataset.batch(batch_size, drop_remainder=num_epochs is None)

    def split(*values: Any) -> Any:
        # The pair holds this very dict, so that the label is gone from it as well.
        features = dict(zip(columns, values))
        return features if label_name is None else (features, features.pop(label_name))

    return dataset.map(split).prefetch(1)


def read(file: str, delimiter: str, quotes: bool) -> Iterator[list[str]]:
    """The fields of each record of a file; an empty line has none.

    Raises:
        InvalidArgumentError: For quotation marks in the wrong places.
    """
    import csv

    from onefit.scripts.tensorflow.errors import InvalidArgumentError

    quoting: Any = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    # Python's reader takes a quotation mark inside of a field for a letter; TensorFlow refuses it.
    field = f'(?:"(?:[^"]|"")*"|[^"{re.escape(delimiter)}]*)'
    quoted = re.compile(f"{field}(?:{re.escape(delimiter)}{field})*")
    # A record has several lines where a field in quotation marks has a line break.
    read_lines: list[str] = []
    # Texts are bytes in TensorFlow: those that are no UTF-8 come out as they went in.
    with Path(file).open(newline="", encoding="utf-8", errors="surrogateescape") as lines:

        def noted() -> Iterator[str]:
            for line in lines:
                read_lines.append(line)
                yield line

        records = csv.reader(noted(), delimiter=delimiter, quoting=quoting, strict=True)
        try:
            for row in records:
                record = "".join(read_lines).rstrip("\r\n")
                read_lines.clear()
                if quotes and '"' in record and not quoted.fullmatch(record):
                    raise InvalidArgumentError("Unquoted fields cannot have quotes inside")
                yield row
        except csv.Error as error:
            raise InvalidArgumentError(
                f"Reached end of file without closing quoted field in record: {error}"
            ) from None


def _names(files: list[str], delimiter: str, quotes: bool, header: bool) -> list[str]:
    if not header:
        raise ValueError("Expected `column_names` if the files have no header.")
    first = next(read(files[0], delimiter, quotes))
    for file in files[1:]:
        other = next(read(file, delimiter, quotes))
        if other != first:
            raise ValueError(
                f"All input CSV files should have the same column names. {file} has: {other}"
            )
    return first


def _chosen(names: list[str], columns: Sequence[Any] | None) -> list[int]:
    if columns is None:
        return list(range(len(names)))
    # TensorFlow gives columns in the order of the file, however they are listed.
    places = sorted(names.index(one) if isinstance(one, str) else int(one) for one in columns)
    if len(set(places)) != len(places):
        raise ValueError(f"`select_columns` contains duplicate columns. Received: {columns}")
    return places


def _kinds(
    files: list[str],
    columns: list[int],
    width: int,
    delimiter: str,
    quotes: bool,
    empty: str,
    header: bool,
    most: int | None,
) -> list[Any]:
    """A default for each column, of the narrowest dtype that fits the first rows of all files."""
    rows = (row for file in files for row in islice(read(file, delimiter, quotes), header, None))
    found: list[int | None] = [None] * len(columns)
    # Lines count from 1, and the first one has the names.
    for line, row in enumerate(islice(rows, most), 1 + header):
        if len(row) != width:
            raise ValueError(
                f"Problem inferring types: CSV row {line} has {len(row)} number of fields. "
                f"Expected: {width}."
            )
        for number, place in enumerate(columns):
            if row[place] not in ("", empty):
                found[number] = max(found[number] or 0, _kind(row[place]))
    # A column of empty fields alone is text, as in TensorFlow.
    return [DEFAULTS[-1 if kind is None else kind] for kind in found]


def _meant(given: Any) -> Any:
    """The dtype that a default is, if it is a number of one: 1 is float32 without empty fields.

    TensorFlow asks whether the default is among its dtypes, and these are equal to their numbers.
    """
    from onefit.scripts.tensorflow.io.decoding import TYPES

    name = TYPES.get(given) if isinstance(given, int | float) else None  # type: ignore[arg-type]
    return as_dtype(name) if name in ("float32", "float64", "int32", "int64", "string") else given


DEFAULTS = [np.int32(0), np.int64(0), np.float32(0), np.float64(0), ""]


def _kind(text: str) -> int:
    """The place of a field's dtype in `DEFAULTS`."""
    # TensorFlow asks NumPy's integers, which read a text as Python's `int` does: ` 1_000`, too.
    with contextlib.suppress(ValueError):
        whole = int(text)
        for kind, bits in enumerate((31, 63)):
            if -(2**bits) <= whole < 2**bits:
                return kind
    # TensorFlow asks whether the number is below infinity (`_is_valid_float`), so that a column
    # with NaN or infinity in it is text, and float32 holds -1e39.
    with contextlib.suppress(ValueError), np.errstate(over="ignore"):
        if np.float32(text) < np.inf:
            return 2
        if np.float64(text) < np.inf:
            return 3
    return 4
