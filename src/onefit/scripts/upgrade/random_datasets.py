"""Random numbers in place of `keras.datasets` for a proof where nothing can be downloaded.

A proof compares two runs with each other, so any data of the right shapes and types will do. They
are written as the files that Keras would have fetched: Keras reads both runs' data from them, with
the arguments that the script gives to `load_data`. Nothing of onefit is imported here.
"""

from __future__ import annotations

import functools
import gzip
import json
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

WORDS = 88_584
"""As many words as the index of `keras.datasets.imdb` has."""


def answer_downloads(keras: Any, folder: str, told: Callable[[str], None]) -> None:
    """Let the loaders of `keras.datasets` read random files where a download fails.

    Args:
        keras: The module.
        folder: Where the files are kept, for both runs.
        told: Called with the name of each file that was replaced.
    """
    loaders = [one.load_data for one in vars(keras.datasets).values() if hasattr(one, "load_data")]
    for module in {one.__module__ for one in loaders}:
        names = vars(sys.modules[module])
        # Each of these modules has imported the function under a name of its own.
        names["get_file"] = _or_random(names["get_file"], folder, told)


def _or_random(
    get_file: Callable[..., str], folder: str, told: Callable[[str], None]
) -> Callable[..., str]:
    @functools.wraps(get_file)
    def get(fname: str, *args: Any, **kwargs: Any) -> str:
        try:
            return get_file(fname, *args, **kwargs)
        except Exception:  # Keras raises no narrower class
            path = random_file(os.path.basename(fname), Path(folder))
            if path is None:
                raise
            told(path.name)
            return str(path)

    return get


def random_file(name: str, folder: Path) -> Path | None:
    """Write the random file, or folder, of that name, unless it is there; its path.

    Args:
        name: What Keras calls it; `None` is returned where that is not known.
        folder: Where to write it.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = random_file("boston_housing.npz", Path(folder))
    ...     with np.load(path) as file:
    ...         print(path.name, file["x"].shape, file["y"].shape)
    boston_housing.npz (506, 13) (506,)
    """
    write = _WRITERS.get(name)
    path = folder / name
    if write is not None and not path.exists():
        write(path, np.random.RandomState(0))
    return path if write is not None else None


def _pixels(draw: np.random.RandomState, *shape: int) -> np.ndarray:
    return np.frombuffer(draw.bytes(int(np.prod(shape))), np.uint8).reshape(shape)


def _classes(draw: np.random.RandomState, rows: int, classes: int) -> np.ndarray:
    """Labels in which no class is missing."""
    labels = np.arange(rows) % classes
    draw.shuffle(labels)
    return labels


def _sequences(draw: np.random.RandomState, lengths: np.ndarray) -> np.ndarray:
    """Lists of words, each the more frequent the lower its number."""
    found = np.empty(len(lengths), dtype=object)
    ends = np.cumsum(lengths)
    words = np.minimum(draw.zipf(1.3, ends[-1]), WORDS)
    for row, (begin, end) in enumerate(zip([0, *ends[:-1]], ends)):
        found[row] = words[begin:end].tolist()
    return found


def _digits(path: Path, draw: np.random.RandomState) -> None:
    x, x_test = _pixels(draw, 60_000, 28, 28), _pixels(draw, 10_000, 28, 28)
    y, y_test = (_classes(draw, rows, 10).astype("uint8") for rows in (60_000, 10_000))
    np.savez(path, x_train=x, y_train=y, x_test=x_test, y_test=y_test)


def _idx(shape: Sequence[int], path: Path, draw: np.random.RandomState) -> None:
    """A file of MNIST's own format: images, or labels of ten classes."""
    values = _pixels(draw, *shape) if len(shape) > 1 else _classes(draw, shape[0], 10)
    head = bytes([0, 0, 8, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)
    # Random bytes do not get smaller, and trying takes seconds.
    with gzip.open(path, "wb", compresslevel=0) as file:
        file.write(head + values.astype("uint8").tobytes())


def _cifar(
    inner: str,
    batches: dict[str, int],
    labels: dict[bytes, int],
    path: Path,
    draw: np.random.RandomState,
) -> None:
    """A folder of pickled batches, as the archives of CIFAR unpack."""
    (path / inner).mkdir(parents=True)
    for name, rows in batches.items():
        # The keys are bytes, as Keras finds them in the archives, which Python 2 has pickled.
        batch: dict[bytes, Any] = {b"data": _pixels(draw, rows, 3072)}
        batch |= {key: _classes(draw, rows, size).tolist() for key, size in labels.items()}
        (path / inner / name).write_bytes(pickle.dumps(batch))


def _reviews(path: Path, draw: np.random.RandomState) -> None:
    rows = 25_000
    lengths = draw.randint(20, 180, rows)
    x, x_test = (_sequences(draw, lengths) for _ in range(2))
    y, y_test = (_classes(draw, rows, 2) for _ in range(2))
    np.savez(path, x_train=x, y_train=y, x_test=x_test, y_test=y_test)


def _newswires(path: Path, draw: np.random.RandomState) -> None:
    short, rows = 1_994, 11_228  # so many have less than 50 words, where scripts often cut
    lengths = np.concatenate([draw.randint(10, 49, short), draw.randint(50, 300, rows - short)])
    np.savez(path, x=_sequences(draw, lengths), y=_classes(draw, rows, 46))


def _index(path: Path, draw: np.random.RandomState) -> None:
    words = {f"word{number}": number for number in range(1, WORDS + 1)}
    path.write_text(json.dumps(words), "utf-8")


def _houses(rows: int, columns: int, most: float, path: Path, draw: np.random.RandomState) -> None:
    np.savez(path, x=draw.rand(rows, columns), y=draw.rand(rows) * most)


_WRITERS: dict[str, Callable[[Path, np.random.RandomState], None]] = {
    "mnist.npz": _digits,
    "train-images-idx3-ubyte.gz": functools.partial(_idx, (60_000, 28, 28)),
    "train-labels-idx1-ubyte.gz": functools.partial(_idx, (60_000,)),
    "t10k-images-idx3-ubyte.gz": functools.partial(_idx, (10_000, 28, 28)),
    "t10k-labels-idx1-ubyte.gz": functools.partial(_idx, (10_000,)),
    "cifar-10-batches-py-target": functools.partial(
        _cifar,
        "cifar-10-batches-py",
        {**{f"data_batch_{number}": 10_000 for number in range(1, 6)}, "test_batch": 10_000},
        {b"labels": 10},
    ),
    "cifar-100-python-target": functools.partial(
        _cifar,
        "cifar-100-python",
        {"train": 50_000, "test": 10_000},
        {b"fine_labels": 100, b"coarse_labels": 20},
    ),
    "imdb.npz": _reviews,
    "imdb_word_index.json": _index,
    "reuters.npz": _newswires,
    "reuters_word_index.json": _index,
    "boston_housing.npz": functools.partial(_houses, 506, 13, 50.0),
    "california_housing.npz": functools.partial(_houses, 20_640, 8, 500_000.0),
}
