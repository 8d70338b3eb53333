"""Random pipelines give what they gave in TensorFlow: elements, order, counts, shapes, errors."""

from __future__ import annotations

import json
from pathlib import Path

import pipelines
import pytest
import wider_pipelines

HERE = Path(__file__).parent


DIGESTS = (HERE / "digests.txt").read_text().split()
DIGESTS_OF_A_PART, QUICK = 500, 100
WIDER_DIGESTS = (HERE / "wider_digests.txt").read_text().split()
RECORDED = json.loads((HERE / "pipelines.json").read_text())
PARTS = 10


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    yield stand_in
    stand_in.random.set_seed(None)


def test_the_record_is_of_these_pipelines():
    asked = pipelines.drawn(len(RECORDED))
    assert asked == [{key: one[key] for key in ("seed", "pipeline")} for one in RECORDED]


@pytest.mark.parametrize("part", range(PARTS))
def test_pipelines_give_what_they_gave_in_tensorflow(tf, part):
    for recorded in RECORDED[part::PARTS]:
        if "fatal" in recorded:
            continue
        expected = {k: v for k, v in recorded.items() if k not in ("seed", "pipeline")}
        assert pipelines.outcome(tf, recorded) == expected, recorded["pipeline"]


def _differing(tf, numbers, digests=DIGESTS, seed=1, grammar=pipelines.BASE):
    """The pipelines of these numbers that give something else than in TensorFlow."""
    drawn = pipelines.drawn(len(digests), seed, grammar)
    asked = [n for n in numbers if "-" not in digests[n]]
    return [
        drawn[n]["pipeline"]
        for n in asked
        if pipelines.digest(pipelines.outcome(tf, drawn[n])) != digests[n]
    ]


def test_some_of_ten_thousand_pipelines(tf):
    assert _differing(tf, range(0, len(DIGESTS), len(DIGESTS) // QUICK)) == []


@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_pipelines_of_the_wider_grammar(tf, part):
    numbers = [n for n in range(len(WIDER_DIGESTS)) if n not in wider_pipelines.FAULTS]
    assert _differing(tf, numbers[part::3], WIDER_DIGESTS, 2, wider_pipelines.WIDER) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, len(DIGESTS), DIGESTS_OF_A_PART))
def test_ten_thousand_pipelines(tf, first):
    assert _differing(tf, range(first, first + DIGESTS_OF_A_PART)) == []
