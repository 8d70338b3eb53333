"""Curves with fewer points tell what the whole ones tell."""

import math

import pytest

from onefit.reports.curves import Curve, thinned


@pytest.mark.parametrize("place", [0, 1, 499, 500, 737, 998, 999])
@pytest.mark.parametrize("odd", [math.nan, math.inf])
def test_an_epoch_without_a_number_stays_a_gap(place, odd):
    values = [1.0 + at % 7 for at in range(1000)]
    values[place] = odd
    few = thinned(Curve("loss", range(1, 1001), values), 40)
    gaps = [epoch for epoch, one in zip(few.epochs, few.values) if not math.isfinite(one)]
    assert gaps == [place + 1]
    assert few.epochs[0] == 1 and few.epochs[-1] == 1000
    assert len(few.values) <= 44
