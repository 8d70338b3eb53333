"""Datasets of files: their lines, records, and parts of so many bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.dataset import Dataset
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.data.stage import Elements, Stage, concrete
from onefit.scripts.tensorflow.data.structure import Element
from onefit.scripts.tensorflow.tensor_spec import TensorSpec

PartsOf = Callable[[str, str], Iterator[bytes]]
"""The parts of a file, given its path and its compression."""


class Parts(Stage):
    """The parts of files, file after file.

    Args:
        written: The name of TensorFlow's class.
        files: The names of the files.
        parts: The parts of a file.
        compression: How the files are compressed: `""`, `"GZIP"` or `"ZLIB"`.
    """

    waits = True

    def __init__(self, written: str, files: list[str], parts: PartsOf, compression: str) -> None:
        """Keep them; no file is opened before it is read."""
        self.written, self.files = written, files
        self.parts, self.compression = parts, compression
        self.spec: Element = TensorSpec((), "string")

    def start(self) -> Elements:
        """Part after part."""
        parts = (part for file in self.files for part in self.parts(file, self.compression))
        return (np.array(part, object) for part in parts)


def _dataset(
    written: str, filenames: Any, parts: PartsOf, compression: Any, reads: Any = None
) -> Dataset:
    """The parts of files; of so many files at once they come in turn, as in TensorFlow."""
    from onefit.scripts.tensorflow.io.files import path_of
    from onefit.scripts.tensorflow.io.records import compression_of

    def of_one(name: Any) -> Dataset:
        return _dataset(written, name, parts, compression)

    if isinstance(filenames, Dataset):
        if reads is None:
            return filenames.flat_map(of_one)
        return filenames.interleave(of_one, reads, 1, num_parallel_calls=reads)
    given = [filenames] if hasattr(filenames, "__fspath__") else filenames
    names = given if isinstance(given, list | tuple) else np.ravel(array(given)).tolist()
    kind = compression_of(compression)
    if reads is not None and len(names) > 1:
        paths = Dataset.from_tensor_slices([path_of(one) for one in names])
        return paths.interleave(of_one, reads, 1, num_parallel_calls=reads)
    return Dataset.of(Parts(written, [path_of(one) for one in names], parts, kind))


def TextLineDataset(
    filenames: Any,
    compression_type: Any = None,
    buffer_size: Any = None,
    num_parallel_reads: Any = None,
    name: str | None = None,
) -> Dataset:
    """The lines of files, without their ends.

    Args:
        filenames: One or more names, or a dataset of names.
        compression_type: `""`, `"GZIP"` or `"ZLIB"`. Defaults to none.
        buffer_size: Taken, and of no effect.
        num_parallel_reads: How many files are read in turn; without it one after the other.
        name: Taken, and of no effect.
    """
    return _dataset("TextLine", filenames, _lines, compression_type, num_parallel_reads)


def TFRecordDataset(
    filenames: Any,
    compression_type: Any = None,
    buffer_size: Any = None,
    num_parallel_reads: Any = None,
    name: str | None = None,
) -> Dataset:
    """The records of TFRecord files; the arguments are those of `TextLineDataset`."""
    return _dataset("TFRecord", filenames, _records, compression_type, num_parallel_reads)


def FixedLengthRecordDataset(
    filenames: Any,
    record_bytes: Any,
    header_bytes: Any = None,
    footer_bytes: Any = None,
    buffer_size: Any = None,
    compression_type: Any = None,
    num_parallel_reads: Any = None,
    name: str | None = None,
) -> Dataset:
    """Parts of files of so many bytes each.

    Args:
        filenames: One or more names, or a dataset of names.
        record_bytes: The bytes of a part.
        header_bytes: The bytes before the first. Defaults to none.
        footer_bytes: The bytes behind the last. Defaults to none.
        buffer_size: Taken, and of no effect.
        compression_type: `""`, `"GZIP"` or `"ZLIB"`. Defaults to none.
        num_parallel_reads: How many files are read in turn; without it one after the other.
        name: Taken, and of no effect.
    """
    size, first = concrete(record_bytes), concrete(header_bytes or 0)
    last = concrete(footer_bytes or 0)

    def parts(path: str, compression: str) -> Iterator[bytes]:
        from onefit.scripts.tensorflow.errors import InvalidArgumentError

        data = _contents(path, compression)
        body = data[first : len(data) - last]
        if len(body) % size:
            raise InvalidArgumentError(
                f"Expected a file of whole records of {size} bytes. {path} has {len(body)} bytes, "
                f"{len(body) % size} too many."
            )
        return (body[place : place + size] for place in range(0, len(body), size))

    return _dataset("FixedLengthRecord", filenames, parts, compression_type, num_parallel_reads)


def _lines(path: str, compression: str) -> Iterator[bytes]:
    # TensorFlow's reader leaves out every carriage return, also in the middle of a line
    # (`BufferedInputStream::ReadLineHelper`).
    found = _contents(path, compression).replace(b"\r", b"").split(b"\n")
    # A line break at the end of a file ends its last line and begins none.
    return iter(found if found[-1] else found[:-1])


def _records(path: str, compression: str) -> Iterator[bytes]:
    from onefit.scripts.tensorflow.io.records import records

    return records(path, compression)


def _contents(path: str, compression: str) -> bytes:
    from onefit.scripts.tensorflow.io.records import decompressed

    with decompressed(path, compression) as file:
        return file.read()
