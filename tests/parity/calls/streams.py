"""Streams of batches: generators, iterators, datasets, with odd elements and side effects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import jax
import keras
import numpy as np

from .actions import ACTIONS, World
from .forms import formed
from .models import inputs_for, targets_for


@dataclass(frozen=True)
class Stream:
    """A stream, in plain values.

    Args:
        kind: How it is read: a key of `KINDS`.
        form: What an element is: a key of `ELEMENTS`.
        sizes: Rows of each batch.
        odd: The form of the inputs of the element `at`.
        odd_y: The form of the targets of the element `at`.
        action: What is done before the element `at`.
        at: The number of the odd element.
        buffer: Whether one buffer is filled again and again.
    """

    kind: str = "generator"
    form: str = "x, y"
    sizes: tuple[int, ...] = (4, 4, 4)
    odd: str = "array"
    odd_y: str = "array"
    action: str = ""
    at: int = 1
    buffer: bool = False


ELEMENTS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "x, y": lambda x, y, w: (x, y),
    "x, y, w": lambda x, y, w: (x, y, w),
    "x": lambda x, y, w: x,
    "(x,)": lambda x, y, w: (x,),
    "[x, y]": lambda x, y, w: [x, y],
    "x, None": lambda x, y, w: (x, None),
    "x, y, None": lambda x, y, w: (x, y, None),
    "x, y, w, w": lambda x, y, w: (x, y, w, w),
    "dict": lambda x, y, w: {"x": x, "y": y},
    "None": lambda x, y, w: None,
    "()": lambda x, y, w: (),
}


class Batches:
    """Makes the batches of a stream, and notes which were asked for."""

    def __init__(self, stream: Stream, model: str, world: World) -> None:
        self.stream, self.model, self.world = stream, model, world
        self.buffers: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self.stream.sizes)

    def batch(self, number: int) -> Any:
        stream, size = self.stream, self.stream.sizes[number]
        self.world.note("element", number)
        if number == stream.at and stream.action:
            ACTIONS[stream.action](self.world)
        x, y = inputs_for(self.model, size, number), targets_for(self.model, size, number)
        if number == stream.at:
            x, y = formed(x, stream.odd), formed(y, stream.odd_y)
        if stream.buffer:
            x, y = self._filled(0, x), self._filled(1, y)
        return ELEMENTS[stream.form](x, y, np.linspace(0, 1, size, dtype="float32"))

    def _filled(self, place: int, values: Any) -> Any:
        """The same arrays as last time with new numbers, where they fit."""
        before = self.buffers.setdefault(place, values)
        try:
            jax.tree.map(np.copyto, before, values)
        except (TypeError, ValueError):
            return values
        return before


class Dataset(keras.utils.PyDataset):
    """The batches as Keras's dataset."""

    def __init__(self, batches: Batches, length: bool = True) -> None:
        super().__init__()
        self.batches, self.length = batches, length

    def __len__(self) -> int:
        if not self.length:
            raise NotImplementedError
        return len(self.batches)

    def __getitem__(self, index: int) -> Any:
        return self.batches.batch(index)

    def on_epoch_begin(self) -> None:
        self.batches.world.note("epoch begins")

    def on_epoch_end(self) -> None:
        self.batches.world.note("epoch ends")


class Endless(Dataset):
    """A dataset that does not know its length."""

    @property
    def num_batches(self) -> None:
        return None

    def __getitem__(self, index: int) -> Any:
        return self.batches.batch(index % len(self.batches))


class Iterating:
    """An iterator of a class of its own."""

    def __init__(self, batches: Batches) -> None:
        self.batches, self.number = batches, 0

    def __iter__(self) -> Any:
        self.batches.world.note("iter")
        return self

    def __next__(self) -> Any:
        if self.number == len(self.batches):
            raise StopIteration
        self.number += 1
        return self.batches.batch(self.number - 1)


class Iterable:
    """A class that can be iterated again and again, as many loaders can."""

    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    def __iter__(self) -> Iterator[Any]:
        return (self.batches.batch(number) for number in range(len(self.batches)))

    def __repr__(self) -> str:
        return "Iterable()"


class Indexed:
    """A class with a length and items, as datasets of PyTorch have."""

    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> Any:
        if index >= len(self):
            raise IndexError(index)
        return self.batches.batch(index)

    def __repr__(self) -> str:
        return "Indexed()"


def _generator(batches: Batches) -> Iterator[Any]:
    try:
        for number in range(len(batches)):
            yield batches.batch(number)
    finally:
        batches.world.note("generator ends")


def _forever(batches: Batches) -> Iterator[Any]:
    number = 0
    while number < 1000:  # a mistake must not run for ever
        yield batches.batch(number % len(batches))
        number += 1


KINDS: dict[str, Callable[[Batches], Any]] = {
    "generator": _generator,
    "endless generator": _forever,
    "list iterator": lambda batches: iter([batches.batch(n) for n in range(len(batches))]),
    "map": lambda batches: map(batches.batch, range(len(batches))),
    "iterator": Iterating,
    "iterable": Iterable,
    "indexed": Indexed,
    "dataset": Dataset,
    "dataset without length": lambda batches: Dataset(batches, length=False),
    "endless dataset": Endless,
    "function": lambda batches: lambda: _generator(batches),
}


def made(stream: Stream, model: str, world: World) -> Any:
    """The stream itself. A list is made before the call, and does nothing in it."""
    if stream.kind == "list iterator":
        stream = replace(stream, action="")
    return KINDS[stream.kind](Batches(stream, model, world))
