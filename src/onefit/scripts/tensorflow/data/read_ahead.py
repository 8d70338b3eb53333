"""Elements made ahead in threads: what `prefetch` and `num_parallel_calls` ask for.

A thread pays where elements wait for something else than Python: files, pictures, a generator. A
pipeline of arrays gives its elements faster than threads hand them over, so `is_slow` tells them
apart. Elements come in their order, and one thread alone starts stages and draws random numbers.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any, NamedTuple
from weakref import WeakSet

import numpy as np

from onefit.scripts.tensorflow.data.stage import Stage
from onefit.scripts.tensorflow.data.structure import flatten
from onefit.scripts.tensorflow.turns import THREAD

DEFAULT_ROOM = 4
"""Elements that wait where TensorFlow tunes their number (`AUTOTUNE`)."""
PAYS = 0.002
"""Seconds of work for which it pays to hand elements from a thread to another."""
MOST = 16
"""Elements that are handed over at once."""
SECONDS = 0.1
"""How often a thread that has no room looks whether anybody still waits for it."""


def is_slow(stage: Stage) -> bool:
    """Whether elements of a stage come from files, texts or a generator, in the end.

    >>> from onefit.scripts.tensorflow.data import Dataset
    >>> is_slow(Dataset.range(3).batch(2).stage)
    False
    >>> is_slow(Dataset.from_tensor_slices(["a.png", "b.png"]).batch(2).stage)
    True
    """
    if stage.waits:
        return True
    if stage.table is not None:
        # A table without rows has nothing to wait for, and no first row to look at.
        leaves = flatten(stage.table.row(0)) if len(stage.table) else []
        return any(isinstance(leaf, np.ndarray) and leaf.dtype.kind == "O" for leaf in leaves)
    sources = flatten(getattr(stage, "sources", ()))
    before = (getattr(stage, name, None) for name in ("source", "first", "second"))
    return any(is_slow(one) for one in (*sources, *before) if isinstance(one, Stage))


class Reader(threading.Thread):
    """A thread that makes elements until there is no more room.

    Args:
        elements: The elements.
        room: How many may wait.
    """

    def __init__(self, elements: Iterator[Any], room: int) -> None:
        """Begin at once."""
        # Python waits for no such thread at its end, which could come in the middle of an element.
        super().__init__(daemon=True, name=THREAD)
        self.elements, self.left = elements, threading.Event()
        self.waiting: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(room)
        _readers.add(self)
        self.start()

    def run(self) -> None:
        """Make elements; what is raised goes to who waits for the next one."""
        error: BaseException = StopIteration()
        try:
            for element in self.elements:
                if not self.put(element, None):
                    return
        except BaseException as raised:
            error = raised
        self.put(None, error)

    def put(self, element: Any, error: BaseException | None) -> bool:
        """Let an element wait; say whether anybody still wants it."""
        while not self.left.is_set():
            try:
                self.waiting.put((element, error), timeout=SECONDS)
                return True
            except queue.Full:
                continue
        return False


_readers: WeakSet[Reader] = WeakSet()


@atexit.register
def _leave() -> None:
    """End all threads before Python's modules go."""
    readers = list(_readers)
    for reader in readers:
        reader.left.set()
    for reader in readers:
        reader.join(1.0)


def ahead(elements: Iterator[Any], room: int) -> Iterator[Any]:
    """The same elements; a thread makes the next ones.

    Args:
        elements: The elements.
        room: How many are made ahead; negative for some.

    >>> list(ahead(iter("abc"), 2))
    ['a', 'b', 'c']
    """
    reader = Reader(elements, room if room > 0 else DEFAULT_ROOM)
    try:
        while True:
            element, error = reader.waiting.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield element
    finally:
        reader.left.set()


def in_parallel(
    function: Callable[[Any], Any], elements: Iterator[Any], workers: int
) -> Iterator[Any]:
    """A function of each element, of several at a time, in the order of the elements.

    What is raised for an element, or where it is read, comes after what is before it.

    Args:
        function: The function.
        elements: The elements; they are asked for in the thread that asks for the results.
        workers: How many threads call it; negative for as many as there are processors.

    >>> list(in_parallel(str, iter([1, 2, 3]), 2))
    ['1', '2', '3']
    """
    count = workers if workers > 0 else os.cpu_count() or 1
    pool = ThreadPoolExecutor(count, THREAD)
    waiting: deque[Future[_Results]] = deque()
    # One element at first: nobody knows yet how long one takes.
    size, ended = 1, False
    try:
        while not ended or waiting:
            if not ended:
                group, error = _read(elements, size)
                ended = len(group) < size
                waiting.append(pool.submit(_results, function, group, error))
            # Some are ready while some are taken, and never more than these are held in memory.
            if ended or len(waiting) > 2 * count:
                results = waiting.popleft().result()
                size = results.size
                yield from results.made
                if results.error is not None:
                    raise results.error
    finally:
        # Who leaves a loop early does not wait for elements that nobody will take.
        pool.shutdown(wait=False, cancel_futures=True)


class _Results(NamedTuple):
    """What a function gave for some elements, and what it raised for the next one."""

    made: list[Any]
    error: Exception | None
    size: int
    """How many elements take as long as it pays to hand them over."""


def _read(elements: Iterator[Any], size: int) -> tuple[list[Any], Exception | None]:
    """So many elements, or those before the end, and what is raised there."""
    group: list[Any] = []
    try:
        # `extend` keeps what came before an error.
        group.extend(islice(elements, size))
    except Exception as error:
        return group, error
    return group, None


def _results(function: Callable[[Any], Any], group: list[Any], error: Exception | None) -> _Results:
    """The function of some elements; the error is that of the one behind them."""
    made: list[Any] = []
    start = time.perf_counter()
    try:
        made.extend(map(function, group))
    except Exception as raised:
        error = raised
    seconds = (time.perf_counter() - start) / max(len(group), 1)
    return _Results(made, error, min(max(int(PAYS / max(seconds, 1e-9)), 1), MOST))
