"""Elements in files: `Dataset.save`, `Dataset.load` and `cache(filename)`.

The format is onefit's own, because TensorFlow's is that of its library: a folder with
`onefit-dataset.json`, which says so and what the elements are, and `elements.npy`, the arrays of
all elements one behind the other as NumPy writes them. Text is an array of bytes behind its
lengths.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import shutil
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Self

import numpy as np

from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.stage import Elements, Stage
from onefit.scripts.tensorflow.data.structure import Element, flatten, map_leaves
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import FailedPreconditionError, NotFoundError
from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.tensor_spec import TensorSpec

HEADER, ELEMENTS = "onefit-dataset.json", "elements.npy"
FORMAT = "a dataset as onefit saves it; TensorFlow does not read it"


class Stored(Stage):
    """The elements of a folder."""

    written = "Load"
    waits = True

    def __init__(self, path: str) -> None:
        """Read what the elements are."""
        self.path = path
        self.header = _header(path)
        self.spec = _spec(self.header["spec"])

    def start(self) -> Elements:
        """Element after element."""
        with _opened(self.path, self.header["compression"], "rb") as file:
            for _ in range(self.header["count"]):
                yield map_leaves(lambda spec: _read(file, spec), self.spec)

    def count(self) -> int:
        """How many they are."""
        count: int = self.header["count"]
        return count


class FileCache(Stage):
    """The elements of the first start that came to its end, kept in a folder for later runs."""

    written = "Cache"
    waits = True

    def __init__(self, source: Stage, path: str) -> None:
        """Keep the path of the folder."""
        self.source, self.path = source, path

    @cached_property
    def spec(self) -> Element:
        """Those of the other stage."""
        return self.source.spec

    def start(self) -> Elements:
        """What is kept, or what it will be."""
        if not os.path.exists(os.path.join(self.path, HEADER)):
            return self._filled(self.source.start())
        kept = Stored(self.path)
        if kept.spec != self.spec:
            raise FailedPreconditionError(
                f"Expected elements of {self.spec} in the cache {self.path}. It holds elements of "
                f"{kept.spec}: delete it if the pipeline has changed."
            )
        return kept.start()

    def _filled(self, elements: Elements) -> Elements:
        written = Writer(self.path, self.spec)
        # Where a loop stops before the end, the generator is closed and the draft is thrown away: a
        # part would pass for the whole at the next start.
        with written:
            for element in elements:
                written.add(element)
                yield element
            written.finish()

    def count(self) -> int:
        """That of the other stage."""
        return self.source.count()


class Writer:
    """Writes elements to a folder, which is there when all are written.

    Args:
        path: The folder.
        spec: What the elements are.
        compression: `""` or `"GZIP"`. Defaults to none.
    """

    def __init__(self, path: str, spec: Element, compression: str = "") -> None:
        """Begin in a folder beside it."""
        self.path, self.spec, self.compression, self.count = path, spec, compression, 0
        # A draft of its own, which is renamed as a whole: nobody reads half of one. Two loops over
        # a cache that is not there yet write one each.
        self.draft = f"{path}.part{os.getpid()}-{next(_drafts)}"
        os.makedirs(self.draft, exist_ok=True)
        self.file = _opened(self.draft, compression, "wb")

    def add(self, element: Element) -> None:
        """Write an element."""
        for leaf in flatten(element):
            _write(self.file, leaf)
        self.count += 1

    def finish(self) -> None:
        """Write what the elements are, and give the folder its name."""
        # gzip writes its last bytes when it is closed.
        self.file.close()
        header = {"format": FORMAT, "count": self.count, "compression": self.compression}
        text = json.dumps({**header, "spec": _described(self.spec)}, indent=1)
        Path(self.draft, HEADER).write_text(text, encoding="utf-8")
        # `os.replace` does not put a folder in the place of one that has files in it.
        shutil.rmtree(self.path, ignore_errors=True)
        os.replace(self.draft, self.path)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind that is not finished."""
        self.file.close()
        shutil.rmtree(self.draft, ignore_errors=True)


_drafts = itertools.count()


class Storage(Methods):
    """The methods of `tf.data.Dataset` that keep elements in files."""

    def save(
        self,
        path: Any,
        compression: Any = None,
        shard_func: Callable[..., Any] | None = None,
        checkpoint_args: Any = None,
    ) -> None:
        """Write all elements to a folder, in onefit's own format.

        Args:
            path: The folder; what is in it is replaced.
            compression: `"GZIP"` or none. Defaults to none.
            shard_func: Not there.
            checkpoint_args: Not there.

        >>> import tempfile
        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> path = tempfile.mkdtemp()
        >>> Dataset.range(3).map(lambda n: (n, n * 2)).save(path)
        >>> [tuple(map(int, pair)) for pair in Dataset.load(path).as_numpy_iterator()]
        [(0, 0), (1, 2), (2, 4)]
        """
        for name, value in {"shard_func": shard_func, "checkpoint_args": checkpoint_args}.items():
            if value is not None:
                refuse_argument("tensorflow.data.Dataset.save", name)
        with Writer(_path(path), self.stage.spec, _checked(compression)) as written:
            for element in self.stage.start():
                written.add(element)
            written.finish()

    @classmethod
    def load(
        cls,
        path: Any,
        element_spec: Any = None,
        compression: Any = None,
        reader_func: Callable[..., Any] | None = None,
        wait: bool = False,
    ) -> Self:
        """The elements that `save` wrote to a folder.

        Args:
            path: The folder.
            element_spec: Taken, and of no effect: the folder knows.
            compression: Taken, and of no effect: the folder knows.
            reader_func: Not there.
            wait: Taken, and of no effect.

        Raises:
            NotFoundError: If there is no such folder, or it is not of onefit's.
        """
        if reader_func is not None:
            refuse_argument("tensorflow.data.Dataset.load", "reader_func")
        return cls.of(Stored(_path(path)))


def _path(path: Any) -> str:
    from onefit.scripts.tensorflow.io.files import path_of

    # With a separator at its end the draft beside the folder would be a file inside of it.
    return path_of(path).rstrip(os.sep)


def _checked(compression: Any) -> str:
    if compression not in (None, "", "NONE", "GZIP"):
        raise ValueError(f"Expected the compression 'GZIP' or none. Received: {compression!r}.")
    return "GZIP" if compression == "GZIP" else ""


def _header(path: str) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads(Path(path, HEADER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFoundError(
            f"{path}; Expected a folder that Dataset.save of onefit wrote: there is no {HEADER} in "
            "it. What TensorFlow saved has to be loaded with TensorFlow."
        ) from None
    return header


def _opened(folder: str, compression: str, mode: str) -> IO[bytes]:
    path = os.path.join(folder, ELEMENTS)
    file: Any = gzip.open(path, mode) if compression else open(path, mode)  # noqa: SIM115
    return file


def _write(file: IO[bytes], leaf: np.ndarray) -> None:
    leaf = np.asarray(leaf, order="C")
    if leaf.dtype.kind == "O":
        words = leaf.reshape(-1).tolist()
        np.save(file, np.array([len(word) for word in words], np.int64).reshape(leaf.shape))
        leaf = np.frombuffer(b"".join(words), np.uint8)
    elif leaf.dtype.kind == "V":  # bfloat16 and its like, of which NumPy's files know nothing
        leaf = leaf.view(f"u{leaf.dtype.itemsize}")
    np.save(file, leaf)


def _read(file: IO[bytes], spec: TensorSpec) -> np.ndarray:
    # A pickle could run code of whoever wrote the file.
    leaf: np.ndarray = np.load(file, allow_pickle=False)
    if spec.dtype == "string":
        letters = np.load(file, allow_pickle=False).tobytes()
        ends = np.cumsum(leaf).tolist()
        words = np.empty(leaf.size, object)
        words[:] = [letters[end - size : end] for end, size in zip(ends, leaf.ravel().tolist())]
        return words.reshape(leaf.shape)
    dtype = np.dtype(spec.dtype.as_numpy_dtype)
    return leaf.view(dtype) if dtype.kind == "V" else leaf


def _described(spec: Element) -> Any:
    """The shapes and dtypes of elements in JSON's types."""
    if isinstance(spec, tuple):
        return {"tuple": [_described(part) for part in spec]}
    if isinstance(spec, dict):
        return {"dict": {key: _described(spec[key]) for key in sorted(spec)}}
    if not isinstance(spec, TensorSpec):
        raise TypeError(f"Expected elements of tensors. Received: {spec}.")
    shape = None if spec.shape is None else list(spec.shape)
    return {"dtype": spec.dtype.name, "shape": shape}


def _spec(described: Any) -> Element:
    if "tuple" in described:
        return tuple(_spec(part) for part in described["tuple"])
    if "dict" in described:
        return {key: _spec(part) for key, part in described["dict"].items()}
    return TensorSpec(described["shape"], as_dtype(described["dtype"]))
