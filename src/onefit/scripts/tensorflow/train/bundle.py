"""The files of a checkpoint: an index of names, shapes and dtypes, and the numbers.

They have TensorFlow's names (`ckpt-1.index`, `ckpt-1.data-00000-of-00001`) and onefit's content:
the index is JSON that says so. TensorFlow's own checkpoints are not read.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import DataLossError, NotFoundError

FORMAT = "onefit checkpoint, version 1"
INDEX, DATA = ".index", ".data-00000-of-00001"


def write(prefix: str, arrays: Mapping[str, np.ndarray], aliases: Mapping[str, str]) -> None:
    """Write the files of a checkpoint.

    Args:
        prefix: Their name without the endings; its folder is made.
        arrays: The numbers by their names.
        aliases: Other ways to objects, each with the one that the names begin with.
    """
    os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
    entries, place = {}, 0
    # A checkpoint of this name may be there already: until both files are written it stays. The
    # index comes last: without one there is no checkpoint.
    with replaced(f"{prefix}{INDEX}") as index, replaced(f"{prefix}{DATA}") as data:
        with open(data, "wb") as file:
            for name, array in arrays.items():
                entries[name] = {
                    "dtype": array.dtype.name,
                    "shape": list(array.shape),
                    "offset": place,
                }
                place += file.write(np.ascontiguousarray(array).tobytes())
        told = {"format": FORMAT, "aliases": dict(aliases), "entries": entries}
        with open(index, "w", encoding="utf-8") as file:
            json.dump(told, file, indent=1)


@contextlib.contextmanager
def replaced(path: str) -> Iterator[str]:
    """A block that writes a file beside another one, which it replaces when all is written.

    Args:
        path: The file, which may be there.
    """
    draft = f"{path}.part{os.getpid()}"
    try:
        yield draft
        os.replace(draft, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(draft)


class Bundle:
    """A checkpoint that was written.

    Args:
        prefix: The name of its files without the endings.

    Raises:
        NotFoundError: If there is none.
        DataLossError: If it is none of onefit's.
    """

    def __init__(self, prefix: Any) -> None:
        """Read the index."""
        self.prefix = os.fspath(prefix)
        try:
            with open(f"{self.prefix}{INDEX}", encoding="utf-8") as file:
                found = json.load(file)
        except FileNotFoundError:
            raise NotFoundError(
                f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files "
                f"for {self.prefix}"
            ) from None
        except ValueError:
            found = {}
        if found.get("format") != FORMAT:
            raise DataLossError(
                f"Expected a checkpoint of onefit's ({FORMAT!r}). Received: {self.prefix}{INDEX}, "
                "which is another file, of TensorFlow perhaps: load it where TensorFlow is, and "
                'save it with model.save_weights("x.weights.h5").'
            )
        self.entries: dict[str, dict[str, Any]] = found["entries"]
        self._aliases: dict[str, str] = found["aliases"]

    def key(self, name: str) -> str | None:
        """The name under which something was saved, or `None`."""
        if name in self.entries:
            return name
        for other, own in self._aliases.items():
            if name == other or name.startswith(f"{other}/"):
                found = own + name[len(other) :]
                if found in self.entries:
                    return found
        return None

    def get_tensor(self, name: str) -> np.ndarray:
        """The numbers of a name."""
        entry = self.entries[name.removesuffix(ATTRIBUTE)]
        kind = np.dtype(as_dtype(entry["dtype"]))
        # The product of no lengths is 1.0, which is no number of values to read.
        count = int(np.prod(entry["shape"], dtype=int))
        values = np.fromfile(f"{self.prefix}{DATA}", kind, count, offset=entry["offset"])
        return values.reshape(entry["shape"])[()]

    def has_tensor(self, name: str) -> bool:
        """Whether there is such a name."""
        return name.removesuffix(ATTRIBUTE) in self.entries

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shapes, by the names as TensorFlow writes them."""
        return {f"{name}{ATTRIBUTE}": one["shape"] for name, one in self.entries.items()}

    def get_variable_to_dtype_map(self) -> dict[str, Any]:
        """The dtypes, by the names as TensorFlow writes them."""
        return {f"{name}{ATTRIBUTE}": as_dtype(one["dtype"]) for name, one in self.entries.items()}


ATTRIBUTE = "/.ATTRIBUTES/VARIABLE_VALUE"
