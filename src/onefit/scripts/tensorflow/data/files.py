"""Datasets of files: their names, lines, records and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.data.dataset import Dataset
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.data.stage import Elements, Stage, concrete
from onefit.scripts.tensorflow.data.structure import Element
from onefit.scripts.tensorflow.tensor_spec import TensorSpec


class Parts(Stage):
    """The parts of files, file after file.

    Args:
        written: The name of TensorFlow's class.
        files: The names of the files.
        parts: The parts of a file of this name.
    """

    def __init__(
        self, written: str, files: list[str], parts: Callable[[str], Iterator[bytes]]
    ) -> None:
        """Keep them; no file is opened before it is read."""
        self.written, self.files, self.parts = written, files, parts
        self.spec: Element = TensorSpec((), "string")

    def start(self) -> Elements:
        """Part after part."""
        return (np.array(part, object) for file in self.files for part in self.parts(file))


def _dataset(written: str, filenames: Any, parts: Callable[[str], Iterator[bytes]]) -> Dataset:
    from onefit.scripts.tensorflow.io.files import path_of

    if isinstance(filenames, Dataset):
        return filenames.flat_map(lambda name: _dataset(written, name, parts))
    given = [filenames] if hasattr(filenames, "__fspath__") else filenames
    if isinstance(given, list | tuple):
        return Dataset.of(Parts(written, [path_of(one) for one in given], parts))
    files = [path_of(one) for one in np.ravel(array(given)).tolist()]
    return Dataset.of(Parts(written, files, parts))


def _checked(compression: Any) -> str:
    text = "" if compression is None else array(compression)[()].decode()
    if text not in ("", "GZIP", "ZLIB"):
        raise ValueError(f"Expected the compression '', 'GZIP' or 'ZLIB'. Received: {text!r}.")
    return text


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
        num_parallel_reads: Taken, and of no effect: files come one after the other.
        name: Taken, and of no effect.
    """
    kind = _checked(compression_type)

    def lines(path: str) -> Iterator[bytes]:
        from onefit.scripts.tensorflow.io.records import decompressed

        with decompressed(path, kind) as file:
            data = file.read()
        found = data.split(b"\n")
        for line in found if found[-1] else found[:-1]:
            yield line.removesuffix(b"\r")

    return _dataset("TextLine", filenames, lines)


def TFRecordDataset(
    filenames: Any,
    compression_type: Any = None,
    buffer_size: Any = None,
    num_parallel_reads: Any = None,
    name: str | None = None,
) -> Dataset:
    """The records of TFRecord files; the arguments are those of `TextLineDataset`."""
    kind = _checked(compression_type)

    def parts(path: str) -> Iterator[bytes]:
        from onefit.scripts.tensorflow.io.records import records

        return records(path, kind)

    return _dataset("TFRecord", filenames, parts)


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
        num_parallel_reads: Taken, and of no effect.
        name: Taken, and of no effect.
    """
    size, first = concrete(record_bytes), concrete(header_bytes or 0)
    last, kind = concrete(footer_bytes or 0), _checked(compression_type)

    def parts(path: str) -> Iterator[bytes]:
        from onefit.scripts.tensorflow.errors import InvalidArgumentError
        from onefit.scripts.tensorflow.io.records import decompressed

        with decompressed(path, kind) as file:
            data = file.read()
        body = data[first : len(data) - last]
        if len(body) % size:
            raise InvalidArgumentError(
                f"Expected a file of whole records of {size} bytes. {path} has {len(body)} bytes, "
                f"{len(body) % size} too many."
            )
        for place in range(0, len(body), size):
            yield body[place : place + size]

    return _dataset("FixedLengthRecord", filenames, parts)
