"""The orders in which members read their rows: what `np.random` gives each of them.

A member's order in each epoch is `RandomState.permutation`. Shuffling a row in place draws the same
in less time. For a handful of rows even that is mostly Python's part of the call, so for those the
same algorithm is followed for all epochs of many members at once.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from onefit.population.models.random_streams import Stream

FEW = 7  # rows up to which all epochs are shuffled at once
TOGETHER = 1 << 17  # raw numbers that are looked at together: they stay in the cache


def draw(streams: list[Stream], rows: int, epochs: int, goes_on: bool = True) -> np.ndarray:
    """Draw each member's orders for the next epochs.

    Args:
        streams: A stream for each member.
        rows: How many rows each of them has.
        epochs: How many epochs to draw.
        goes_on: Whether the streams will be drawn from again. Defaults to `True`.

    Returns:
        int32 or int8 of shape `(members, epochs, rows)`.

    >>> own = np.random.RandomState(3)
    >>> draw([Stream(3)], 4, 1)[0, 0].tolist() == own.permutation(4).tolist()
    True
    """
    if not 1 < rows <= FEW:
        return in_place(streams, rows, epochs, goes_on)
    numbers = raw_numbers(rows, epochs)
    out = np.empty((rows, epochs, len(streams)), np.int8)
    edges = [*range(0, len(streams), max(1, TOGETHER // numbers)), len(streams)]
    for start, end in pairwise(edges):
        shuffle_all(out[:, :, start:end], streams[start:end], numbers, goes_on)
    return out.transpose(2, 1, 0)


def draw_onward(streams: list[Stream], rows: int, epochs: int) -> np.ndarray:
    """The same where each epoch shuffles the order of the epoch before, as Keras 1 and 2 did.

    Args:
        streams: A stream for each member, which keeps the order of its last epoch.
        rows: How many rows each of them has.
        epochs: How many epochs to draw.

    Returns:
        int32 of shape `(members, epochs, rows)`.

    >>> own = np.random.RandomState(3)
    >>> order = np.arange(10)
    >>> own.shuffle(order), own.shuffle(order)
    (None, None)
    >>> draw_onward([Stream(3)], 10, 2)[0, 1].tolist() == order.tolist()
    True
    """
    found = draw(streams, rows, epochs).astype(np.int32)
    for stream, orders in zip(streams, found):
        before = stream.order
        for order in orders:
            if before is not None:
                order[:] = before[order]  # to shuffle a list is to take it in a shuffled order
            before = order
        stream.order = None if before is None else before.copy()
    return found


def in_place(streams: list[Stream], rows: int, epochs: int, goes_on: bool) -> np.ndarray:
    """The orders, one after the other."""
    out = np.empty((len(streams), epochs, rows), np.int32)
    out[:] = np.arange(rows, dtype=np.int32)
    spare = np.random.RandomState()
    for own, stream in zip(out, streams):
        generator = stream.generator() if goes_on else stream.for_the_last_time(spare)
        for order in own:
            generator.shuffle(order)
    return out


def raw_numbers(rows: int, epochs: int) -> int:
    """How many raw numbers are surely enough for a member's shuffles.

    A place `i` is drawn from the numbers up to `mask(i)` until one is at most `i`: geometric, so
    the mean is known, and ten standard deviations are added.
    """
    shares = [(place + 1) / (mask(place) + 1) for place in range(1, rows)]
    mean = sum(1 / share for share in shares)
    variance = sum((1 - share) / share**2 for share in shares)
    return int(epochs * mean + 10 * np.sqrt(epochs * variance)) + 64


def mask(place: int) -> int:
    """The smallest number of ones in binary that is not below a place.

    >>> mask(4), mask(3)
    (7, 3)
    """
    return (1 << place.bit_length()) - 1


def shuffle_all(out: np.ndarray, streams: list[Stream], count: int, goes_on: bool) -> None:
    """Write the orders of all epochs of some members.

    NumPy's legacy shuffle swaps place `i` with a place drawn from `0..i`, from the last place to
    the second. It draws by taking the low bits of a raw 32-bit number until they are at most `i`.
    Where a shuffle that begins at a raw number would end is found for every number; then each
    member goes from one beginning to the next, and all shuffles are done side by side.

    Args:
        out: int8 of shape `(rows, epochs, members)`, to be filled.
        streams: The members' streams.
        count: How many raw numbers to take from each.
        goes_on: Whether to leave the streams behind the last number that was used.
    """
    rows, epochs, members = out.shape
    spare = np.random.RandomState()
    before = [s.generator().get_state(legacy=False) for s in streams] if goes_on else []
    bytes_of = np.empty((members, count), np.uint8)  # few rows need no more than the low bytes
    for own, stream in zip(bytes_of, streams):
        generator = stream.generator() if goes_on else stream.for_the_last_time(spare)
        own[:] = raw(generator, count)
    low = bytes_of.reshape(-1)
    taken = {place: accepted(low, place) for place in range(1, rows)}
    end: np.ndarray = np.arange(low.size, dtype=np.int32)
    for place in range(rows - 1, 0, -1):
        end = taken[place].take(end, mode="clip") + np.int32(1)
    first = np.arange(members, dtype=np.int32) * np.int32(count)
    at = np.empty((epochs + 1, members), np.int32)
    at[0] = first
    for here, following in pairwise(at):
        end.take(here, out=following, mode="clip")
    out[:] = np.arange(rows, dtype=np.int8)[:, None, None]
    swap(out, low, taken, at[:-1])
    for stream, state, used in zip(streams, before, at[-1] - first):
        # More was taken than needed: back to the begin, and on by as many as were used.
        stream.generator().set_state(state)
        raw(stream.generator(), int(used))


def raw(generator: np.random.RandomState, count: int) -> np.ndarray:
    """A generator's next raw numbers, uint32."""
    return generator.randint(0, 1 << 32, size=count, dtype=np.uint32)


def accepted(low: np.ndarray, place: int) -> np.ndarray:
    """For every raw number, where the first one is that will do for a place."""
    every = np.arange(low.size, dtype=np.int32)
    if mask(place) == place:
        return every
    will_do = (low & mask(place)) <= place
    found = np.where(will_do, every, np.int32(low.size - 1))[::-1]
    return np.minimum.accumulate(found)[::-1]


def swap(out: np.ndarray, low: np.ndarray, taken: dict[int, np.ndarray], begin: np.ndarray) -> None:
    """Do every shuffle's swaps, from where its raw numbers begin."""
    at = begin
    for place in range(len(out) - 1, 0, -1):
        at = taken[place].take(at)
        drawn = low.take(at) & np.uint8(mask(place))
        at = at + np.int32(1)
        for other in range(place):  # all of them change places with themselves or with `place`
            # Minus true is all ones in binary, and minus false none: a swap without a branch.
            apart = (out[place] ^ out[other]) & -(drawn == other).view(np.int8)
            out[place] ^= apart
            out[other] ^= apart
