"""Which elements, in which order: take, skip, repeat, shard, cache, prefetch, shuffle."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Self

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.read_ahead import ahead, is_slow
from onefit.scripts.tensorflow.data.seeds import Generator, Seeds, numbers, seeds_of
from onefit.scripts.tensorflow.data.stage import AUTOTUNE, INFINITE, UNKNOWN, Order, Stage, concrete
from onefit.scripts.tensorflow.errors import InvalidArgumentError

Start = Callable[[], Iterator[Any]]


class Take(Order):
    """The first elements; all, if there should be fewer than none."""

    written = "Take"

    def __init__(self, source: Stage, most: int) -> None:
        """Keep how many."""
        super().__init__(source)
        self.most = most

    def order(self, start: Start) -> Iterator[Any]:
        """Stop after so many."""
        return start() if self.most < 0 else islice(start(), self.most)

    def count(self) -> int:
        """So many, if there are."""
        there = self.source.count()
        # Of nothing there is nothing, even where nobody knows how much there is.
        if self.most < 0 or (there == UNKNOWN and self.most):
            return there
        return self.most if there == INFINITE else min(max(there, 0), self.most)


class Skip(Order):
    """All but the first elements; none, if there should be fewer than none."""

    written = "Skip"

    def __init__(self, source: Stage, first: int) -> None:
        """Keep how many."""
        super().__init__(source)
        self.first = first

    def order(self, start: Start) -> Iterator[Any]:
        """Begin after so many."""
        return islice(start(), self.first, None) if self.first >= 0 else iter(())

    def count(self) -> int:
        """What is left."""
        there = self.source.count()
        return there if there < 0 else 0 if self.first < 0 else max(0, there - self.first)


class Repeat(Order):
    """All elements again and again, each time from a new start."""

    written = "Repeat"

    def __init__(self, source: Stage, times: int) -> None:
        """Keep how often; without end, if fewer than never."""
        super().__init__(source)
        self.times = times

    def order(self, start: Start) -> Iterator[Any]:
        """Start anew after each end; a start that gives nothing is the last."""
        if self.times == 1:  # TensorFlow leaves such a stage out
            return start()
        # `repeat(0)` does not start its input, which would draw seeds.
        again = not isinstance(self.source, Shuffle)
        return _repeated(start, start() if self.times else iter(()), self.times, again)

    def count(self) -> int:
        """The product."""
        there = self.source.count()
        if self.times == 0 or there == 0:
            return 0
        if self.times < 0:
            return INFINITE
        return there if there < 0 else there * self.times


def _repeated(start: Start, elements: Iterator[Any], times: int, again: bool) -> Iterator[Any]:
    """The elements of so many starts.

    TensorFlow's `repeat` starts its input after the last time, too, which takes seeds from a
    `shuffle` further up. With a `shuffle` right before it, it makes one stage, which does not.
    """
    done = 0
    while done != times:
        empty = True
        for element in elements:
            empty = False
            yield element
        done += 1
        if times < 0 and empty:
            return
        if done != times or again:
            elements = start()


class Shard(Order):
    """Every n-th element."""

    written = "Shard"

    def __init__(self, source: Stage, shards: int, index: int) -> None:
        """Keep which."""
        super().__init__(source)
        self.shards, self.index = shards, index

    def order(self, start: Start) -> Iterator[Any]:
        """From the index on, in steps."""
        return islice(start(), self.index, None, self.shards)

    def count(self) -> int:
        """How many of the elements are its own."""
        there = self.source.count()
        return there if there < 0 else len(range(self.index, there, self.shards))


class Cache(Order):
    """The elements of the first start that came to its end, kept in memory."""

    written = "Cache"

    def __init__(self, source: Stage) -> None:
        """Nothing is kept yet."""
        super().__init__(source)
        self.kept: list[Any] | None = None

    def order(self, start: Start) -> Iterator[Any]:
        """What is kept, or what it will be."""
        return self._filled(start()) if self.kept is None else iter(self.kept)

    def _filled(self, elements: Iterator[Any]) -> Iterator[Any]:
        # A start that is left before its end keeps nothing: TensorFlow discards a part, too.
        read = []
        for element in elements:
            read.append(element)
            yield element
        self.kept = read


class Prefetch(Order):
    """The same elements, made ahead by a thread where they take their time."""

    written = "Prefetch"

    def __init__(self, source: Stage, room: int) -> None:
        """Keep how many are made ahead."""
        super().__init__(source)
        self.room = room

    def start(self) -> Iterator[Any]:
        """The elements of the other stage."""
        # Started by the thread that asks, not by the reader: a `shuffle` further up draws its seeds
        # in turn.
        elements = super().start()
        return ahead(elements, self.room) if self.room and is_slow(self.source) else elements

    def order(self, start: Start) -> Iterator[Any]:
        """The order of the other stage."""
        return start()


class Shuffle(Order):
    """Elements drawn from a buffer, in TensorFlow's order for the same seeds."""

    written = "Shuffle"

    def __init__(self, source: Stage, size: int, seeds: Seeds, again: bool) -> None:
        """Keep the seeds; with `again`, each start takes two numbers of theirs for its own."""
        super().__init__(source)
        self.size, self.seeds = size, seeds
        self.drawn = Generator(seeds) if again else None

    def order(self, start: Start) -> Iterator[Any]:
        """One start: with its own seeds, or always with the same.

        The other stage is started when the first element is asked for, as TensorFlow does.
        """
        seeds = self.seeds if self.drawn is None else self.drawn.next_seeds()
        return shuffled(_later(start), self.size, numbers(seeds))


def _later(start: Start) -> Iterator[Any]:
    yield from start()


def shuffled(elements: Iterator[Any], size: int, drawn: Iterator[int]) -> Iterator[Any]:
    """The elements in the order of a buffer that is filled, drawn from and filled again.

    The buffer is a ring. A number r takes the element r places from its start; the one at the start
    moves there.

    Args:
        elements: What is to be shuffled.
        size: The length of the buffer; for all elements if it is negative.
        drawn: Random numbers.

    >>> list(shuffled(iter("abc"), 2, iter([1, 0, 0])))
    ['b', 'a', 'c']
    """
    ring = list(islice(elements, size)) if size >= 0 else list(elements)
    length, start = len(ring), 0
    # A buffer that the elements do not fill is never refilled: the second loop draws from it.
    while length == size:
        # A remainder favours the first places by a hair, as it does in TensorFlow's kernel.
        place = (start + next(drawn) % length) % length
        chosen, ring[place] = ring[place], ring[start]
        yield chosen
        following = next(elements, _END)
        if following is _END:
            ring = ring[start + 1 :] + ring[:start]
            break
        ring[start] = following
        start = (start + 1) % length
    for left in range(len(ring)):
        place = left + next(drawn) % (len(ring) - left)
        chosen, ring[place] = ring[place], ring[left]
        yield chosen


_END: Any = object()


class Orders(Methods):
    """The methods of `tf.data.Dataset` that choose and order elements."""

    def take(self, count: Any, name: str | None = None) -> Self:
        """The first `count` elements; all if it is -1.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> list(Dataset.range(10).take(2).as_numpy_iterator())
        [np.int64(0), np.int64(1)]
        """
        return self.of(Take(self.stage, concrete(count)))

    def skip(self, count: Any, name: str | None = None) -> Self:
        """All but the first `count` elements; none if it is -1."""
        return self.of(Skip(self.stage, concrete(count)))

    def repeat(self, count: Any = None, name: str | None = None) -> Self:
        """All elements `count` times; without end by default, or if it is -1."""
        return self.of(Repeat(self.stage, -1 if count is None else concrete(count)))

    def shard(self, num_shards: Any, index: TensorLike, name: str | None = None) -> Self:
        """Every element whose place leaves the remainder `index` when divided by `num_shards`."""
        shards, own = concrete(num_shards), concrete(index)
        if shards < 1 or not 0 <= own < shards:
            raise InvalidArgumentError(
                f"Expected `num_shards` of at least 1 and `index` from 0 to before it. Received: "
                f"num_shards={shards}, index={own}."
            )
        return self.of(Shard(self.stage, shards, own))

    def cache(self, filename: Any = "", name: str | None = None) -> Self:
        """The elements, kept once they have been gone through to the end.

        Args:
            filename: Where to keep them, also for later runs, in onefit's own format. Defaults to
                `""`: in memory.
            name: Taken, and of no effect.
        """
        where = array(filename)[()]
        if not where:
            return self.of(Cache(self.stage))
        from onefit.scripts.tensorflow.data.storage import FileCache

        return self.of(FileCache(self.stage, os.fsdecode(where)))

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Self:
        """The same elements; a thread makes some ahead if they come from files or a generator."""
        size = concrete(buffer_size)
        if size < AUTOTUNE:
            raise InvalidArgumentError(f"buffer_size must be >= {AUTOTUNE}. Received: {size}.")
        return self.of(Prefetch(self.stage, size))

    def shuffle(
        self,
        buffer_size: Any,
        seed: Any = None,
        reshuffle_each_iteration: bool | None = None,
        name: str | None = None,
    ) -> Self:
        """The elements in random order: each is drawn from a buffer of the next ones.

        Args:
            buffer_size: The length of the buffer; `tf.data.UNKNOWN_CARDINALITY` takes in all.
            seed: A seed; with it, or after `tf.random.set_seed`, the order is TensorFlow's.
            reshuffle_each_iteration: Whether each iteration has another order. Defaults to `True`.
            name: Taken, and of no effect.

        >>> from onefit.scripts.tensorflow.data import Dataset, seeds
        >>> seeds.set_global(None)
        >>> [int(n) for n in Dataset.range(6).shuffle(4, seed=1).as_numpy_iterator()]
        [0, 4, 5, 2, 3, 1]
        """
        size = concrete(buffer_size)
        if size < 1 and size != UNKNOWN:
            raise InvalidArgumentError(
                f"Expected `buffer_size` greater than zero. Received: buffer_size={size}."
            )
        again = reshuffle_each_iteration is not False
        return self.of(Shuffle(self.stage, size, seeds_of(seed), again))
