"""Random pipelines give what they gave in TensorFlow: elements, order, counts, shapes, errors."""

from __future__ import annotations

import json
from pathlib import Path

import pipelines
import pytest

HERE = Path(__file__).parent


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
