"""The orders in which members read their rows: what `np.random` gives each of them.

A member's order in each epoch is `RandomState.permutation`, which is a loop in C and fast for
long tables. For a handful of rows and thousands of epochs Python's part of each call is what costs,
so for those the same algorithm is followed for all members at once: the raw numbers of each
member's generator come in one call, and the shuffle of every epoch is done side by side.
"""

from __future__ import annotations

import numpy as np

SHORT = 64  # rows up to which members are shuffled side by side
MANY = 32  # members from which that pays


def draw(generators: list[np.random.RandomState], rows: int, epochs: int) -> np.ndarray:
    """Draw each member's orders for the next epochs; its generator goes on from there.

    Args:
        generators: A generator for each member.
        rows: How many rows each of them has.
        epochs: How many epochs to draw.

    Returns:
        int32 of shape `(members, epochs, rows)`.

    >>> one, two = np.random.RandomState(3), np.random.RandomState(3)
    >>> draw([one], 4, 1)[0, 0].tolist() == two.permutation(4).tolist()
    True
    """
    if 1 < rows <= SHORT and len(generators) >= MANY:
        return side_by_side(generators, rows, epochs)
    out = np.empty((len(generators), epochs, rows), np.int32)
    for member, generator in enumerate(generators):
        for epoch in range(epochs):
            out[member, epoch] = generator.permutation(rows)
    return out


def side_by_side(generators: list[np.random.RandomState], rows: int, epochs: int) -> np.ndarray:
    """The same orders, all members at once.

    NumPy's legacy shuffle swaps place `i` with a place drawn from `0..i`, from the last place to
    the second. It draws by taking the low bits of a 32-bit number until they are at most `i`.
    """
    members = len(generators)
    raw = Raw(generators, int(1.5 * epochs * rows) + 64)
    out = np.empty((epochs, rows, members), np.int32)
    out[:] = np.arange(rows, dtype=np.int32)[:, None]
    every = np.arange(members)
    for order in out:
        flat = order.reshape(-1)
        for place in range(rows - 1, 0, -1):
            other = raw.below(place)
            other *= members
            other += every
            kept = flat.take(other)
            flat[other] = order[place]
            order[place] = kept
    raw.leave()
    return out.transpose(2, 0, 1)


class Raw:
    """The raw 32-bit numbers of many generators, each read at a pace of its own.

    Args:
        generators: The generators; `leave` puts each where it would stand after what was read.
        ahead: How many numbers to read from each at a time.
    """

    def __init__(self, generators: list[np.random.RandomState], ahead: int) -> None:
        """Read ahead."""
        self.generators, self.ahead = generators, ahead
        self.states = [generator.get_state(legacy=False) for generator in generators]
        self.at = np.zeros(len(generators), np.int64)  # places in the flat numbers
        self.numbers = np.empty((len(generators), 0), np.uint32)
        self.calls = 0
        self._read()

    def _read(self) -> None:
        used = self.at - np.arange(len(self.generators)) * self.numbers.shape[1]
        more = [g.randint(0, 1 << 32, size=self.ahead, dtype=np.uint32) for g in self.generators]
        self.numbers = np.concatenate([self.numbers, np.stack(more)], axis=1)
        self.start = np.arange(len(self.generators)) * self.numbers.shape[1]
        self.at, self.flat = used + self.start, self.numbers.reshape(-1)
        self.left = int(self.numbers.shape[1] - used.max())

    def below(self, most: int) -> np.ndarray:
        """A number from `0..most` for each member, as NumPy's `random_interval` draws it."""
        mask = np.uint32((1 << int(most).bit_length()) - 1)
        self._need_one()
        found = self.flat.take(self.at).astype(np.int64)
        found &= mask
        self.at += 1
        if mask == most:  # every number will do
            return found
        again = np.flatnonzero(found > most)
        while again.size:
            self._need_one()
            found[again] = self.flat.take(self.at[again]) & mask
            self.at[again] += 1
            again = again[found[again] > most]
        return found

    def _need_one(self) -> None:
        """Read more where a member might be at the end of what was read."""
        self.left -= 1
        if self.left <= 0:
            self.left = int(self.numbers.shape[1] - (self.at - self.start).max()) - 1
            if self.left < 0:
                self._read()
                self.left -= 1

    def leave(self) -> None:
        """Put every generator behind the last number that was used."""
        for generator, state, used in zip(self.generators, self.states, self.at - self.start):
            generator.set_state(state)
            if used:
                generator.randint(0, 1 << 32, size=int(used), dtype=np.uint32)
