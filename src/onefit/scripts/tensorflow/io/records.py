"""TFRecord files: each record is its length, a checksum of that, the record, and its checksum.

The checksums are CRC-32C, masked, by google-crc32c, which is kept by Google for its own storage.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import IO, Any

import numpy as np

from onefit.errors import NeedsTensorFlowName
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.errors import DataLossError, NotFoundError
from onefit.scripts.tensorflow.io.files import path_of

KINDS = ("", "GZIP", "ZLIB")


class TFRecordOptions:
    """How a file of records is written.

    Args:
        compression_type: `""`, `"GZIP"` or `"ZLIB"`. Defaults to none.
        **settings: Taken, and of no effect.
    """

    def __init__(self, compression_type: Any = None, **settings: Any) -> None:
        """Keep the compression."""
        self.compression_type = compression_type or ""


class TFRecordWriter:
    """Writes records to a file.

    Args:
        path: The file.
        options: `TFRecordOptions`, or the compression. Defaults to none.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "a.tfrecord")
    >>> with TFRecordWriter(path) as writer:
    ...     writer.write(b"first")
    >>> list(records(path))
    [b'first']
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        """Open the file."""
        kind = getattr(options, "compression_type", options) or ""
        self._file: IO[bytes] = _opened(path_of(path), "wb", compression_of(kind))

    def write(self, record: Any) -> None:
        """Add a record: bytes."""
        data = bytes(array(record)[()])
        length = struct.pack("<Q", len(data))
        self._file.write(length + _masked(length) + data + _masked(data))

    def flush(self) -> None:
        """Write what is not written yet."""
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> TFRecordWriter:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()


def records(path: str, compression: str = "") -> Iterator[bytes]:
    """The records of a file.

    Raises:
        NotFoundError: If there is no such file.
        DataLossError: If it is cut off, or a checksum does not fit.
    """
    with _opened(path, "rb", compression_of(compression)) as file:
        place = 0
        while head := file.read(12):
            if len(head) < 12 or head[8:] != _masked(head[:8]):
                raise DataLossError(
                    f"{'truncated' if len(head) < 12 else 'corrupted'} record at {place}"
                )
            length = struct.unpack("<Q", head[:8])[0]
            body = file.read(length + 4)
            if len(body) < length + 4:
                raise DataLossError(f"truncated record at {place}")
            data = body[:length]
            if body[length:] != _masked(data):
                raise DataLossError(f"corrupted record at {place}")
            yield data
            # 8 bytes of length, and two checksums of 4.
            place += 16 + length


def decompressed(path: str, compression: str) -> IO[bytes]:
    """A file to read, decompressed."""
    return _opened(path, "rb", compression_of(compression))


class _Zlib:
    """A file of zlib's format, which Python has no class for."""

    def __init__(self, file: IO[bytes], writing: bool) -> None:
        self._file, self._writing = file, writing
        self._coder: Any = zlib.compressobj() if writing else zlib.decompressobj()
        self._left = b""

    def write(self, data: bytes) -> None:
        self._file.write(self._coder.compress(data))

    def read(self, count: int = -1) -> bytes:
        while count < 0 or len(self._left) < count:
            chunk = self._file.read(65536)
            self._left += self._coder.decompress(chunk) if chunk else self._coder.flush()
            if not chunk:
                break
        count = len(self._left) if count < 0 else count
        made, self._left = self._left[:count], self._left[count:]
        return made

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        if self._writing and not self._file.closed:
            self._file.write(self._coder.flush())
        self._file.close()

    def __enter__(self) -> _Zlib:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(path: str, mode: str, kind: str) -> Any:
    try:
        if kind == "GZIP":
            return gzip.open(path, mode)
        file = open(path, mode)  # noqa: SIM115
    except FileNotFoundError:
        raise NotFoundError(f"{path}; No such file or directory") from None
    return _Zlib(file, "w" in mode) if kind == "ZLIB" else file


def compression_of(kind: Any) -> str:
    """How a file is compressed, as a script says it: text, bytes, a tensor of text, or nothing.

    Raises:
        ValueError: If it is none of `""`, `"GZIP"` and `"ZLIB"`.
    """
    made = b"" if kind is None else array(kind)
    text = bytes(made[()] if isinstance(made, np.ndarray) else made).decode()
    if text not in KINDS:
        raise ValueError(f"Expected the compression '', 'GZIP' or 'ZLIB'. Received: {kind!r}.")
    return text


def _masked(data: bytes) -> bytes:
    sum = _crc32c()(data)
    # Rotated and moved, as in LevelDB: the checksum of data that hold their own one tells little.
    return struct.pack("<I", ((sum >> 15 | sum << 17) + 0xA282EAD8) & 0xFFFFFFFF)


@cache
def _crc32c() -> Callable[[bytes], int]:
    try:
        from google_crc32c import value
    except ImportError:
        raise needs("google-crc32c", "checks the records of a TFRecord file") from None
    return value


def needs(library: str, what: str) -> NeedsTensorFlowName:
    """The error for a library that is not installed."""
    return NeedsTensorFlowName(
        f"expected {library}, which {what}; it is not installed: "
        "pip install google-crc32c protobuf",
        name=library,
    )
