"""Draws whose numbers are not TensorFlow's follow the distributions that TensorFlow names."""

from __future__ import annotations

import numpy as np
from scipy import stats

from onefit.scripts.tensorflow import random

MANY = 20_000


def test_gamma():
    drawn = random.gamma([MANY], [0.5, 3.0], beta=2.0, seed=1).numpy()
    again = random.stateless_gamma([MANY, 2], [1, 2], [0.5, 3.0], beta=2.0).numpy()
    for place, alpha in enumerate((0.5, 3.0)):
        for found in (drawn[:, place], again[:, place]):
            assert stats.kstest(found, stats.gamma(alpha, scale=0.5).cdf).pvalue > 1e-3


def test_poisson_and_binomial():
    drawn = random.poisson([MANY], [0.7, 9.0], seed=1).numpy()
    again = random.stateless_poisson([MANY, 2], [1, 2], [0.7, 9.0]).numpy()
    for place, rate in enumerate((0.7, 9.0)):
        for found in (drawn[:, place], again[:, place]):
            assert is_like(found, stats.poisson(rate))
    tries = random.stateless_binomial([MANY], [3, 4], counts=10.0, probs=0.3).numpy()
    assert is_like(tries, stats.binom(10, 0.3))


def is_like(found, law):
    """Whether the shares of the values are those of a law, by Pearson's test."""
    values = np.arange(int(found.max()) + 1)
    expected = MANY * law.pmf(values)
    kept = expected > 5
    seen = np.bincount(found.astype(int), minlength=len(values))[kept]
    rest = MANY - seen.sum(), MANY - expected[kept].sum()
    seen, expected = [*seen, rest[0]], [*expected[kept], rest[1]]
    return stats.chisquare(seen, expected).pvalue > 1e-3
