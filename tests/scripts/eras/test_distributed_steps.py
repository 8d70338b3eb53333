"""A layer in a `TimeDistributed` sees the steps of all rows as one batch.

Recorded with Keras 1.2.2 and 2.2.4 on TensorFlow 1.15 and with tf.keras 2.15: the losses of two
steps of training, the averages of the normalization inside, and predictions.
"""

from __future__ import annotations

import contextlib
import io
import json

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named
from onefit.scripts.upgrade import upgraded

from .results import printed

SCRIPT = """
import json
import numpy as np
from keras.layers import BatchNormalization, Dense, Flatten, GaussianNoise, TimeDistributed
from keras.models import Sequential

draw = np.random.RandomState(3)
x, y = draw.rand(6, 4, 3) * np.arange(1, 5)[:, None], draw.rand(6, 1)

def show(layer, *layers):
    model = Sequential([*layers, GaussianNoise(1e-9), Flatten(), Dense(1)])
    model.set_weights([w if w.ndim == 1 else np.linspace(-1, 1, w.size).reshape(w.shape)
                       for w in model.get_weights()])
    model.compile("sgd", "mse")
    lost = [float(model.train_on_batch(x, y)) for _ in range(2)]
    results = [lost, *layer.get_weights()[2:], model.predict(x, batch_size=6).ravel()]
    print(json.dumps([[round(float(one), 4) for one in row] for row in results]))

"""
PLAIN = """
part = BatchNormalization(momentum=0.5)
show(part, TimeDistributed(part, input_shape=(4, 3)))
"""
MODEL = """
part = BatchNormalization(momentum=0.5, input_shape=(3,))
show(part, TimeDistributed(Sequential([part, Dense(2)]), input_shape=(4, 3)))
"""
OF_TOLD_SIZE = """
part = BatchNormalization(momentum=0.5)
show(part, TimeDistributed(part, batch_input_shape=(6, 4, 3)))
"""
OWN_BUILD = """
class Steps(TimeDistributed):
    def build(self, input_shape):
        self.layer.build((input_shape[0],) + tuple(input_shape[2:]))
        self.built = True

part = BatchNormalization(momentum=0.5)
show(part, Steps(part, input_shape=(4, 3)))
"""
MASKED = """
from keras.layers import Masking
part = BatchNormalization(momentum=0.5)
x[:, 2:] *= draw.rand(6, 1, 1) > 0.5
model = Sequential([Masking(input_shape=(4, 3)), part])
model.compile("sgd", "mse")
model.train_on_batch(x, x)
print(json.dumps([[round(float(one), 4) for one in row] for row in part.get_weights()[2:]]))
"""
STILL = [[0.0] * 3, [1.0] * 3]
RECORDED = {
    ("keras1", PLAIN): [
        [22.739, 11.0251],
        *STILL,
        [0.3421, 1.1506, 1.8745, 2.1163, 3.9014, 2.6972],
    ],
    ("keras2", PLAIN): [
        [22.739, 11.0251],
        [1.2288, 1.0997, 1.1836],
        [1.1181, 0.5975, 0.8466],
        [0.3639, 1.4791, 2.1043, 2.4476, 4.4152, 3.2357],
    ],
    ("tf2", PLAIN): [
        [22.739, 11.0251],
        [0.9216, 0.8248, 0.8877],
        [1.0536, 0.6795, 0.8585],
        [0.392, 1.414, 2.0817, 2.3977, 4.3399, 3.1389],
    ],
    ("keras2", MODEL): [
        [9.6677, 5.4537],
        [1.2288, 1.0997, 1.1836],
        [1.1181, 0.5975, 0.8466],
        [0.1774, -1.6001, -2.0106, -1.0422, 1.2895, 3.0347],
    ],
    # tf.keras asked the model what it masks by another call, which moved the averages again.
    ("tf2", MODEL): [
        [9.6677, 5.4537],
        [1.152, 1.031, 1.1096],
        [1.067, 0.5993, 0.8231],
        [0.2183, -1.5926, -2.0215, -1.0347, 1.3272, 3.117],
    ],
    ("keras2", OF_TOLD_SIZE): [
        [12.0203, 9.071],
        *STILL,
        [0.9056, 2.2796, 3.143, 3.5125, 5.545, 3.98],
    ],
    ("tf2", OF_TOLD_SIZE): [
        [22.739, 11.0251],
        [0.9216, 0.8248, 0.8877],
        [1.0536, 0.6795, 0.8585],
        [0.392, 1.414, 2.0817, 2.3977, 4.3399, 3.1389],
    ],
}
# A normalization that is handed a mask.
MASKED_AVERAGES = {
    "keras1": [[0.2719, 0.318, 0.354], [0.7556, 0.7672, 0.8543]],
    "keras2": [[0.5438, 0.636, 0.7079], [0.5334, 0.5577, 0.7395]],
}


def of_era(era, lines):
    script = SCRIPT + lines
    return script.replace("from keras", "from tensorflow.keras") if era == "tf2" else script


@pytest.mark.parametrize(("era", "lines"), RECORDED)
def test_a_run_takes_all_steps_at_once(era, lines, tmp_path):
    (found,) = printed(of_era(era, lines), era, tmp_path)
    for ours, theirs in zip(found, RECORDED[era, lines], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.filterwarnings("ignore:Do not pass an")
@pytest.mark.parametrize(("era", "lines"), [one for one in RECORDED if one[1] != OF_TOLD_SIZE])
def test_an_upgraded_script_does_too(era, lines):
    found = upgraded(of_era(era, lines), era)
    with contextlib.redirect_stdout(io.StringIO()) as text:
        exec(found.after, {"__name__": "__main__"})
    for ours, theirs in zip(json.loads(text.getvalue()), RECORDED[era, lines], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_averages_that_stood_still_for_a_told_size_are_listed(era):
    remains = upgraded(of_era(era, OF_TOLD_SIZE), era).remains
    assert any("where the size of a batch was told" in one.told for one in remains)


def test_a_layer_that_knows_no_batch_is_left_as_it_is():
    source = SCRIPT + PLAIN.replace("TimeDistributed(part", "TimeDistributed(Dense(3)")
    assert "class TimeDistributed" not in upgraded(source, "keras2").after


def test_a_subclass_may_build_itself(tmp_path):
    (found,) = printed(SCRIPT + OWN_BUILD, "keras2", tmp_path)
    for ours, theirs in zip(found, RECORDED["keras2", PLAIN], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.parametrize(("era", "recorded"), MASKED_AVERAGES.items())
def test_masked_steps_count_in_averages(era, recorded, tmp_path):
    (found,) = printed(SCRIPT + MASKED, era, tmp_path)
    np.testing.assert_allclose(found, recorded, atol=2e-4)


@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_without_a_normalization_it_has_the_bits_of_keras_3(era):
    """So that an upgraded script, which runs under plain Keras 3, computes the same."""
    rows = np.random.default_rng(0).random((50, 7, 5)).astype("float32")
    model = keras.Sequential([keras.layers.TimeDistributed(keras.layers.Dense(9))])
    expected = model.predict(rows, verbose=0)
    activation.activate(named(era))
    try:
        again = keras.Sequential([keras.layers.TimeDistributed(keras.layers.Dense(9))])
        again.build((None, 7, 5))
        again.set_weights(model.get_weights())
        np.testing.assert_array_equal(again.predict(rows, verbose=0), expected)
    finally:
        activation.deactivate()
