"""A file of arrays and JSON: a zip of `.npy` files, each with its digest. Nothing in it can run.

It is written beside the old file and put in its place when it is whole, so that a full disk or a
crash leaves the old one. Arrays are read when they are asked for, and checked then.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from onefit.atomic_file import atomic_file
from onefit.errors import PopulationError

FORMAT = 1
HEAD = "population.json"


def write(path: str | os.PathLike[str], head: Mapping[str, Any], arrays: Any) -> None:
    """Write a file, whole or not at all; the folders to it are made.

    Args:
        path: Where to.
        head: What is written as JSON.
        arrays: A dict of arrays by their names.

    Raises:
        OSError: If the disk is full, or the folder cannot be written to. A file that was there
            stays as it was.
    """
    file_path = Path(path).expanduser()
    file_path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(file_path) as file:
        write_to(file, head, arrays)


def write_to(file: BinaryIO, head: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """The same into an open file."""
    digests: dict[str, dict[str, str]] = {}
    # Not compressed: the digits of weights are noise, and would take time for nothing.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            plain = np.ascontiguousarray(array)
            if plain.dtype.kind == "V":  # bfloat16 and its like, which `.npy` does not know
                plain = plain.view(f"u{plain.dtype.itemsize}")
            # `ascontiguousarray` gives a number an axis, which is taken away again.
            np.lib.format.write_array(buffer, plain.reshape(array.shape), allow_pickle=False)
            content = buffer.getvalue()
            digest = hashlib.sha256(content).hexdigest()
            digests[name] = {"dtype": array.dtype.name, "sha256": digest}
            archive.writestr(f"{name}.npy", content)
        text = json.dumps({**head, "format": FORMAT, "arrays": digests}, allow_nan=True)
        # The table as text within the table: the digest is of exactly these letters.
        archive.writestr(HEAD, json.dumps({"sha256": _digest(text), "text": text}))


DAMAGED = (
    zipfile.BadZipFile, KeyError, EOFError, ValueError, OverflowError, struct.error, zlib.error,
    RuntimeError,  # an encryption or a compression that nobody has asked for
)  # fmt: skip
"""What `zipfile` raises of bytes that are not those that were written."""


class Archive:
    """A file that was written, read as far as it is asked for.

    Args:
        source: Its path, or its content.
    """

    def __init__(self, source: str | os.PathLike[str] | bytes) -> None:
        """Read the head.

        Raises:
            PopulationError: If it is damaged, no such file, or of a later version.
            FileNotFoundError: If there is no file.
        """
        if not isinstance(source, str | bytes | os.PathLike):
            raise TypeError(
                "Expected the path of a file that `save` has written. Received: a "
                f"{type(source).__name__}."
            )
        self.source = source if isinstance(source, bytes) else Path(source).expanduser()
        self.name = "the pickled population" if isinstance(source, bytes) else str(source)
        outer = self._json(self._content(HEAD))
        if _digest(outer.get("text", "")) != outer.get("sha256"):
            raise self._damaged("its table does not have the digest that was written")
        self.head: dict[str, Any] = self._json(outer["text"].encode())
        if self.head["format"] > FORMAT:
            raise PopulationError(
                f"Expected a population of format {FORMAT} or before. Received: {self.name}, of "
                f"format {self.head['format']}, written by onefit {self.head.get('onefit')}. "
                "Load it with that version or a later one."
            )

    def __getitem__(self, name: str) -> np.ndarray:
        """An array by its name.

        Raises:
            PopulationError: If it is damaged.
        """
        known = self.head["arrays"].get(name)
        content = self._content(f"{name}.npy")
        if known is None or hashlib.sha256(content).hexdigest() != known["sha256"]:
            raise self._damaged(f"{name} does not have the digest that was written")
        array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
        return array if array.dtype.name == known["dtype"] else array.view(known["dtype"])

    def _content(self, name: str) -> bytes:
        source: Any = io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source
        try:
            # Opened for each array: a population that is kept must not keep a file open.
            with zipfile.ZipFile(source) as archive:
                return archive.read(name)
        except DAMAGED as error:
            raise self._damaged(str(error.args[0]) if error.args else "it ends early") from None

    def _json(self, content: bytes) -> dict[str, Any]:
        try:
            found = json.loads(content)
        except ValueError as error:
            raise self._damaged(str(error)) from None
        if not isinstance(found, dict):
            raise self._damaged("its table is no JSON object")
        return found

    def _damaged(self, reason: str) -> PopulationError:
        return PopulationError(
            f"Expected a population that `save` has written. Received: {self.name}, which is "
            f"damaged or another kind of file: {reason}. Save it again, or take a copy."
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
