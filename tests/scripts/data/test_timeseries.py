"""`keras.utils.timeseries_dataset_from_array` gives what it gave on TensorFlow's `tf.data`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

RECORDED = json.loads((Path(__file__).parent / "timeseries.json").read_text())
X, Y = np.arange(40.0).reshape(20, 2), np.arange(20)


@pytest.fixture
def keras():
    import keras

    from onefit.scripts import naming, timeseries

    naming.provide()
    timeseries.provide()
    yield keras
    timeseries.withdraw()
    naming.withdraw()


@pytest.mark.parametrize("number", range(len(RECORDED)))
def test_windows_are_those_of_tensorflow(keras, number):
    recorded = RECORDED[number]
    targets = Y if recorded["targets"] else None
    made = keras.utils.timeseries_dataset_from_array(X, targets, **recorded["arguments"])
    assert str(made.element_spec) == recorded["spec"]
    assert len(made) == recorded["count"]
    for epoch in recorded["epochs"]:
        got = [
            [part.tolist() for part in (one if targets is not None else (one,))]
            for one in made.as_numpy_iterator()
        ]
        assert got == epoch


def test_keras_still_checks_the_arguments(keras):
    with pytest.raises(ValueError, match="`sampling_rate` must be higher than 0"):
        keras.utils.timeseries_dataset_from_array(X, Y, sequence_length=3, sampling_rate=0)
