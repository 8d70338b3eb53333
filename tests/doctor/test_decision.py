"""Intervals beside published and simulated ones."""

import numpy as np
import pytest
from scipy import stats

from onefit.doctor.decision import difference, share, shares_differ


def test_the_interval_of_a_difference_is_the_paired_t_interval():
    rows = np.random.default_rng(1)
    ones, others = rows.normal(0.6, 0.2, 12), rows.normal(0.3, 0.2, 12)
    found = difference(ones, others)
    low, high = stats.ttest_rel(ones, others).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_a_difference_by_chance_is_seldom_told():
    rows = np.random.default_rng(2)
    told = [
        difference(rows.normal(0.5, 0.3, 8), rows.normal(0.5, 0.3, 8), candidates=10).helps
        for _ in range(2000)
    ]
    assert np.mean(told) < 0.01


def test_what_helps_a_little_is_not_told():
    assert not difference(np.full(8, 0.55) + np.arange(8) * 1e-3, np.full(8, 0.5)).helps


@pytest.mark.parametrize(
    # Newcombe 1998, table II, method 10: the cases (a) to (d)
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_shares_differ_as_in_newcombes_table(one, other, low, high):
    assert shares_differ(one, other) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_a_share_is_wilsons():
    assert share(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)  # Newcombe 1998, table I
