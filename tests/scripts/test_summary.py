from __future__ import annotations

from onefit.findings import Finding
from onefit.runs.journal import Tally, Total
from onefit.scripts.summary import line


def test_nothing_ran():
    assert line(Total()) == "onefit: no fit, evaluate or predict ran"


def test_verbs_in_the_order_of_their_calls_with_fits_first():
    total = Total(
        {"predict": Tally(1, 0, 0.25, 0.001), "fit": Tally(12, 0, 1.5, 0.5)},
    )
    assert line(total) == (
        "onefit: 12 fits, 1 predict as one program each; XLA compile 1.75 s, run 0.50 s"
    )


def test_what_fell_back_is_counted_by_code():
    eager = [Finding("OF101", where=str(number)) for number in range(3)]
    total = Total({"fit": Tally(0, 4, 0.0, 3.0)}, {eager[0]: 2, eager[1]: 1, eager[2]: 1})
    assert line(total) == (
        "onefit: 0 fits as one program each; XLA compile 0.0 ms, run 3.00 s; "
        f"step by step: 4 fits, because OF101 {eager[0].title} (4 times)"
    )


def test_verbs_without_calls_are_left_out():
    total = Total({"predict": Tally(0, 1, 0.0, 0.5), "fit": Tally(1, 0, 0.25, 0.5)})
    assert line(total) == (
        "onefit: 1 fit as one program each; XLA compile 0.25 s, run 1.00 s; step by step: 1 predict"
    )
    assert line(Total({"predict": Tally(2, 0, 0.0, 0.5)})).startswith("onefit: 2 predicts as one ")


def test_remarks_are_lines_of_their_own():
    told = line(Total({"fit": Tally(1, 0, 0.0, 0.5)}, {}, ("one thing", "another")))
    assert told.splitlines()[1:] == ["onefit: one thing", "onefit: another"]
    assert line(Total({}, {}, ("one thing",))).splitlines()[1:] == ["onefit: one thing"]
