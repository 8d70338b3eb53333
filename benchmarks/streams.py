"""What training from a stream costs with stock Keras and onefit: ``python streams.py [WORD]``.

Prints, for each case whose name holds the word, the time of a step (the least and the median of
several epochs, the two ways in turns, after a warm-up) and the peak of the memory that came on top
of what the process had. Run it with onefit installed; the case of a DataLoader needs torch.
"""

from __future__ import annotations

import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from onefit.training.host.backend import choose_jax

choose_jax()

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

import onefit  # noqa: E402
from onefit.training.host import stock  # noqa: E402

WAYS = {"stock": stock.FIT, "onefit": onefit.fit}
EPOCHS = 5


def dense(inputs: int, hidden: int) -> Any:
    """A net of two layers."""
    net = [keras.Input((inputs,)), layers.Dense(hidden, "relu"), layers.Dense(1)]
    model = keras.Sequential(net)
    model.compile("adam", "mse")
    return model


def pictures() -> Any:
    """A small net for large pictures."""
    net = [keras.Input((128, 128, 3)), layers.AveragePooling2D(16), layers.Flatten()]
    model = keras.Sequential([*net, layers.Dense(1)])
    model.compile("adam", "mse")
    return model


def batch(size: int, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and targets."""
    draw = np.random.default_rng(0)
    return draw.random((size, *shape), "float32"), draw.random((size, 1), "float32")


def generator(x: np.ndarray, y: np.ndarray, count: int, seconds: float = 0.0) -> Iterator[Any]:
    """The batch again and again, each after so many seconds of waiting."""
    for _ in range(count):
        if seconds:
            time.sleep(seconds)
        yield x, y


def working(x: np.ndarray, y: np.ndarray, count: int) -> Iterator[Any]:
    """Batches that take some arithmetic to make."""
    for number in range(count):
        yield np.sqrt(x * number), y


class Dataset(keras.utils.PyDataset):
    """A table, batch by batch."""

    def __init__(self, x: np.ndarray, y: np.ndarray, count: int) -> None:
        """Keep the batch."""
        super().__init__()
        self.x, self.y, self.count = x, y, count

    def __len__(self) -> int:
        """How many batches."""
        return self.count

    def __getitem__(self, at: int) -> Any:
        """A batch of its own."""
        return self.x + at, self.y


def loader(x: np.ndarray, y: np.ndarray, count: int) -> Any:
    """A DataLoader of torch."""
    import torch

    rows = torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y))
    return torch.utils.data.DataLoader(rows, batch_size=len(x) // count)


Case = tuple[Callable[[], Any], Callable[[], Any], int]
ROWS, WIDE, MORE = batch(32, 16), batch(128, 784), batch(32 * 200, 16)
LARGE = batch(32, 128, 128, 3)
CASES: dict[str, Case] = {
    "generator, 10^2 weights": (lambda: dense(16, 8), lambda: generator(*ROWS, 1000), 1000),
    "generator, 10^5 weights": (lambda: dense(784, 128), lambda: generator(*WIDE, 300), 300),
    "generator, 10^6 weights": (lambda: dense(784, 1300), lambda: generator(*WIDE, 60), 60),
    "generator that works": (lambda: dense(784, 128), lambda: working(*WIDE, 200), 200),
    "generator that waits 1 ms": (
        lambda: dense(784, 128), lambda: generator(*WIDE, 200, 0.001), 200,
    ),
    "generator that waits 20 ms": (
        lambda: dense(784, 1300), lambda: generator(*WIDE, 20, 0.02), 20,
    ),
    "PyDataset, 10^2 weights": (lambda: dense(16, 8), lambda: Dataset(*ROWS, 1000), 1000),
    "PyDataset, 10^5 weights": (lambda: dense(784, 128), lambda: Dataset(*WIDE, 300), 300),
    "DataLoader, 10^2 weights": (lambda: dense(16, 8), lambda: loader(*MORE, 200), 200),
    "large pictures": (pictures, lambda: generator(*LARGE, 100), 100),
}  # fmt: skip


class Peak:
    """The peak of the process's memory while a block runs, above what it had before."""

    def __enter__(self) -> Peak:
        """Look every few milliseconds."""
        self.start = self.most = resident()
        self.over = threading.Event()
        self.looking = threading.Thread(target=self.look)
        self.looking.start()
        return self

    def look(self) -> None:
        """Keep the most."""
        while not self.over.wait(0.005):
            self.most = max(self.most, resident())

    def __exit__(self, *raised: object) -> None:
        """Stop looking."""
        self.over.set()
        self.looking.join()


def resident() -> int:
    """Bytes of memory in use."""
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main(word: str) -> None:
    """Measure the cases and print a line for each."""
    for name, (make, source, steps) in CASES.items():
        if word not in name:
            continue
        try:
            taken, peaks = measured(make, source)
        except ImportError as missing:
            print(f"{name}: skipped: {missing}")
            continue
        told = [way_of(way, taken[way], max(peaks[way]), steps) for way in WAYS]
        print(f"{name}: {', '.join(told)}", flush=True)


def way_of(way: str, times: list[float], peak: int, steps: int) -> str:
    """What one way took, in words."""
    least, median = (1e6 * seconds / steps for seconds in (min(times), statistics.median(times)))
    return f"{way} {least:.0f} us ({median:.0f}) +{peak / 2**20:.0f} MiB"


def measured(make: Callable[[], Any], source: Callable[[], Any]) -> tuple[Any, Any]:
    """The seconds and the peaks of some epochs of each way."""
    models = {way: make() for way in WAYS}
    taken: dict[str, list[float]] = {way: [] for way in WAYS}
    peaks: dict[str, list[int]] = {way: [] for way in WAYS}
    for epoch in range(EPOCHS + 1):
        for way, fit in WAYS.items():
            data = source()
            start = time.perf_counter()
            with Peak() as peak:
                fit(models[way], data, verbose=0, shuffle=False)
            if epoch:
                taken[way].append(time.perf_counter() - start)
                peaks[way].append(peak.most - peak.start)
    return taken, peaks


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main(sys.argv[1] if len(sys.argv) > 1 else "")
