"""Numbers that are drawn until one is accepted, made as TensorFlow's kernels make them on a CPU.

Each number has counters of Philox of its own, so all numbers of an operation are drawn side by
side: a step goes over those that have not been accepted yet. A kernel takes its uniform numbers in
pairs, one a counter, the second first.

Sources: gamma, Marsaglia and Tsang, *A Simple Method for Generating Gamma Variables*, 2000;
Poisson and binomial, Hormann, *The transformed rejection method for generating Poisson random
variables* and *The generation of binomial random variates*, 1993, with the constants there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from onefit.scripts.tensorflow.data.seeds import Seeds
from onefit.scripts.tensorflow.random.distributions import (
    RESERVED,
    doubles,
    normals_64,
    philox_at,
)

RESERVED_OF_RARE = 42  # counters that each number has of a binomial one that happens rarely
FEW = 10.0  # expected events; below, they are counted one by one
Array = np.ndarray
Sampler = Callable[..., Array]

_TAILS = np.array([
    0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509,
    0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.0104112652619720,
    0.00925546218271273, 0.00833056343336287,
])  # fmt: skip
"""What Stirling's formula leaves of `log(k!)`, for `k` to 9."""


def numbers(
    sampler: Sampler, seeds: Seeds, start: int, shape: tuple[int, ...], *parameters: Array
) -> Array:
    """Numbers of distributions, in the order in which TensorFlow draws them.

    Args:
        sampler: `gamma`, `poisson` or `binomial`.
        seeds: The key and the upper half of the counter.
        start: The lower half of the first counter.
        shape: The shape of the result; it ends with that of the parameters.
        parameters: The parameters of each distribution.

    >>> numbers(poisson, Seeds(1, 2), 0, (2, 3), np.array([1.0, 2.0, 50.0])).shape
    (2, 3)
    """
    inner = np.broadcast_shapes(*map(np.shape, parameters))
    kinds = int(np.prod(inner, dtype=np.int64))
    each = int(np.prod(shape, dtype=np.int64)) // max(kinds, 1)
    spread = [
        np.repeat(np.broadcast_to(np.asarray(one, np.float64), inner).reshape(-1), each)
        for one in parameters
    ]
    with np.errstate(all="ignore"):
        # The draws of one distribution have neighbouring counters, and lie along the first axes.
        return sampler(seeds, start, *spread).reshape(kinds, each).T.reshape(shape)


class Stream:
    """Doubles for many numbers, each from its own counters on.

    Args:
        seeds: The key and the upper half of the counter.
        counters: The lower half of each number's first counter.
    """

    def __init__(self, seeds: Seeds, counters: Array) -> None:
        """Begin before the first number."""
        self._seeds, self._counters = seeds, counters.astype(np.uint64)
        self._uniform, self._normal = (_Pairs(one, len(counters)) for one in (doubles, normals_64))

    def uniform(self, places: Array) -> Array:
        """The next number from 0 to before 1 at each of these places."""
        return self._next(self._uniform, places)

    def normal(self, places: Array) -> Array:
        """The next number of the normal distribution at each of these places."""
        return self._next(self._normal, places)

    def _next(self, kind: _Pairs, places: Array) -> Array:
        empty = places[kind.left[places] == 0]
        if empty.size:
            words = philox_at(self._seeds, self._counters[empty]).astype(np.uint32)
            kind.pairs[empty] = kind.made_of(words.reshape(-1)).reshape(-1, 2)
            kind.left[empty] = 2
            self._counters[empty] += np.uint64(1)
        kind.left[places] -= 1
        return kind.pairs[places, kind.left[places]]


class _Pairs:
    """The numbers of the last counter of each place, and how many of them are left."""

    def __init__(self, made_of: Callable[[Array], Array], count: int) -> None:
        self.made_of = made_of
        self.pairs, self.left = np.empty((count, 2)), np.zeros(count, np.int64)


def gamma(seeds: Seeds, start: int, shapes: Array) -> Array:
    """Numbers of gamma distributions of these shape parameters."""
    stream, made = _stream(seeds, start, np.arange(len(shapes))), np.full(len(shapes), np.nan)
    places = np.flatnonzero(shapes == 1)
    # With shape 1 it is the exponential distribution, which needs no trial.
    made[places] = -np.log1p(-stream.uniform(places))
    is_small = shapes < 1
    # The method is for shapes from 1 on. A smaller one is drawn as if it were larger by one, and
    # brought down at the end by a power of a uniform number.
    mode = shapes + np.where(is_small, 2 / 3, -1 / 3)
    slope = 1 / 3 / np.sqrt(mode)
    places = np.flatnonzero((shapes != 1) & (shapes >= 0))
    while places.size:
        normal = stream.normal(places)
        cube = 1 + slope[places] * normal
        is_positive = cube > 0  # no uniform number is taken for the others
        tried, normal, cube = places[is_positive], normal[is_positive], cube[is_positive] ** 3
        uniform = stream.uniform(tried)
        fits = uniform < 1 - 0.0331 * (normal * normal) * (normal * normal)
        bound = 0.5 * normal * normal + mode[tried] * (1 - cube + np.log(cube))
        fits |= np.log(uniform) < bound
        done = tried[fits]
        made[done] = mode[done] * cube[fits]
        small = done[is_small[done]]
        made[small] *= stream.uniform(small) ** (1 / shapes[small])
        places = np.setdiff1d(places, done, assume_unique=True)
    return made


def poisson(seeds: Seeds, start: int, rates: Array) -> Array:
    """Numbers of Poisson distributions of these rates; NaN where a rate is none."""
    # SciPy, which JAX brings, is slow to import, and few scripts draw such numbers.
    from scipy.special import gammaln

    stream, made = _stream(seeds, start, np.arange(len(rates))), np.full(len(rates), np.nan)
    places = np.flatnonzero((rates >= 0) & (rates < FEW))
    product, count = np.ones(len(rates)), np.zeros(len(rates))
    while places.size:
        product[places] *= stream.uniform(places)
        done = product[places] <= np.exp(-rates[places])
        made[places[done]] = count[places[done]]
        places = places[~done]
        count[places] += 1
    places = np.flatnonzero(np.isfinite(rates) & (rates >= FEW))
    while places.size:
        rate = rates[places]
        b = 0.931 + 2.53 * np.sqrt(rate)
        a = -0.059 + 0.02483 * b
        inverse = 1.1239 + 1.1328 / (b - 3.4)
        u = stream.uniform(places) - 0.5
        v = stream.uniform(places)
        shifted = 0.5 - np.abs(u)
        found = np.floor((2 * a / shifted + b) * u + rate + 0.43)
        is_within = (shifted >= 0.07) & (v <= 0.9277 - 3.6224 / (b - 2))
        is_without = (found < 0) | ((shifted < 0.013) & (v > shifted))
        likely = -rate + found * np.log(rate) - gammaln(found + 1)
        fits = np.log(v * inverse / (a / (shifted * shifted) + b)) <= likely
        fits = is_within | (~is_without & fits)
        made[places[fits]] = found[fits]
        places = places[~fits]
    return made


def binomial(seeds: Seeds, start: int, counts: Array, chances: Array) -> Array:
    """How often something of these chances happens in so many tries; NaN where there is none."""
    made = np.full(len(counts), np.nan)
    never = (counts <= 0) | (chances <= 0)
    always = ~never & (chances >= 1)
    made[never], made[always] = 0, counts[always]
    is_drawn = ~never & ~always & ~np.isnan(chances)
    is_likely = chances > 0.5
    # What is likely is drawn as what does not happen.
    rarer = np.where(is_likely, 1 - chances, chances)
    is_rare = counts * rarer < FEW
    for sampler, places in (
        (_rare, np.flatnonzero(is_drawn & is_rare)),
        (_frequent, np.flatnonzero(is_drawn & ~is_rare)),
    ):
        reserved = RESERVED_OF_RARE if sampler is _rare else RESERVED
        stream = _stream(seeds, start, places, reserved)
        made[places] = sampler(stream, counts[places], rarer[places])
    turned = is_drawn & is_likely
    made[turned] = counts[turned] - made[turned]
    return made


def _rare(stream: Stream, counts: Array, chances: Array) -> Array:
    """Tries until something happens, added up until there are no more tries."""
    made, tries, places = np.zeros(len(counts)), np.zeros(len(counts)), np.arange(len(counts))
    while places.size:
        tries[places] += np.ceil(np.log(stream.uniform(places)) / np.log1p(-chances[places]))
        places = places[~(tries[places] > counts[places])]
        made[places] += 1
    return made


def _frequent(stream: Stream, counts: Array, chances: Array) -> Array:
    made, places = np.zeros(len(counts)), np.arange(len(counts))
    while places.size:
        count, chance = counts[places], chances[places]
        spread = np.sqrt(count * chance * (1 - chance))
        b = 1.15 + 2.53 * spread
        a = -0.0873 + 0.0248 * b + 0.01 * chance
        odds = chance / (1 - chance)
        alpha = (2.83 + 5.1 / b) * spread
        mode = np.floor((count + 1) * chance)
        u = stream.uniform(places) - 0.5
        v = stream.uniform(places)
        shifted = 0.5 - np.abs(u)
        found = np.floor((2 * a / shifted + b) * u + count * chance + 0.5)
        is_within = (shifted >= 0.07) & (v <= 0.92 - 4.2 / b)
        is_possible = (found >= 0) & (found <= count)
        bound = (
            (mode + 0.5) * np.log((mode + 1) / (odds * (count - mode + 1)))
            + (count + 1) * np.log((count - mode + 1) / (count - found + 1))
            + (found + 0.5) * np.log(odds * (count - found + 1) / (found + 1))
            + _tail(mode)
            + _tail(count - mode)
            - _tail(found)
            - _tail(count - found)
        )
        # TensorFlow compares with this logarithm, which the paper lacks.
        fits = np.log(v * alpha / (a / (shifted * shifted) + b)) <= bound
        fits = is_within | (is_possible & fits)
        made[places[fits]] = found[fits]
        places = places[~fits]
    return made


def _tail(number: Array) -> Array:
    """What Stirling's formula leaves of `log(number!)`."""
    square = (number + 1) ** 2
    formula = (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (number + 1)
    # `where` computes both sides, so that large numbers need a place in the table, too.
    return np.where(number <= 9, _TAILS[np.clip(number, 0, 9).astype(np.int64)], formula)


def _stream(seeds: Seeds, start: int, places: Array, reserved: int = RESERVED) -> Stream:
    return Stream(seeds, np.uint64(start) + np.uint64(reserved) * places.astype(np.uint64))
