"""Averages in a model that is called as a layer move if they were trainable at the call.

Recorded with Keras 2.2.4 on TensorFlow 1.15: the moving mean after one step, which is the mean of
the batch, or 0.
"""

from __future__ import annotations

import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

from .results import printed

SCRIPT = """
import json
import numpy as np
from keras.layers import BatchNormalization, Dense, Flatten, Input, TimeDistributed
from keras.models import Model, Sequential

draw = np.random.RandomState(0)
x, y = draw.rand(8, 2), draw.rand(8, 1)

def base():
    part = BatchNormalization(input_shape=(2,))
    return part, Sequential([part, Dense(2)])

def show(part, model):
    model.compile("sgd", "mse")
    model.train_on_batch(x, y)
    print(json.dumps([round(float(one), 4) for one in part.get_weights()[2]]))

# Frozen after the model around it is made: its averages move.
part, inner = base()
model = Sequential([inner, Dense(1)])
part.trainable = False
show(part, model)
# Frozen before: they stand still, and go on doing so when it is not frozen any more.
part, inner = base()
part.trainable = False
model = Sequential([inner, Dense(1)])
show(part, model)
part.trainable = True
show(part, model)
# The same in a functional model, and in a model within a model within a model.
part, inner = base()
start = Input((2,))
model = Model(start, Dense(1)(inner(start)))
part.trainable = False
show(part, model)
part, inner = base()
middle = Sequential([inner, Dense(2)])
inner.trainable = False
model = Sequential([middle, Dense(1)])
show(part, model)
part, inner = base()
middle = Sequential([inner, Dense(2)])
model = Sequential([middle, Dense(1)])
inner.trainable = False
show(part, model)
# Frozen between two layers that are added.
part, inner = base()
model = Sequential()
model.add(inner)
part.trainable = False
model.add(Dense(1))
show(part, model)
# No model is called as a layer: the layer's own flag counts.
part, inner = base()
part.trainable = False
show(part, Sequential([part, Dense(1)]))
# In a TimeDistributed.
x = x.reshape(8, 1, 2)
part, inner = base()
model = Sequential([TimeDistributed(inner, input_shape=(1, 2)), Flatten(), Dense(1)])
part.trainable = False
show(part, model)
part, inner = base()
part.trainable = False
model = Sequential([TimeDistributed(inner, input_shape=(1, 2)), Flatten(), Dense(1)])
part.trainable = True
show(part, model)
"""
MOVED, STILL = [0.5509, 0.5904], [0.0, 0.0]
RECORDED = [MOVED, STILL, STILL, MOVED, STILL, MOVED, MOVED, STILL, MOVED, STILL]


def test_a_run_moves_what_moved(tmp_path):
    np.testing.assert_allclose(printed(SCRIPT, "keras2", tmp_path), RECORDED, atol=2e-4)


HEAD = """
from keras.applications import {0}
from keras.layers import Dense
from keras.models import Sequential
base = {0}(include_top=False, pooling="avg")
"""
AROUND = "model = Sequential([base, Dense(1)])\n"
LOOP = "for layer in base.layers:\n    layer.trainable = False\n"
TRAINED = "model.compile('sgd', 'mse')\nmodel.fit(x, y)\n"
TOLD = "was called while this layer was trainable"


@pytest.mark.parametrize(
    ("lines", "is_left"),
    [
        (HEAD.format("ResNet50") + AROUND + LOOP + TRAINED, True),
        (HEAD.format("ResNet50") + LOOP + AROUND + TRAINED, False),
        (HEAD.format("VGG16") + AROUND + LOOP + TRAINED, False),  # has no normalization
        (HEAD.format("ResNet50") + AROUND + "base.trainable = False\n" + TRAINED, False),
    ],
)
def test_layers_that_are_frozen_late_are_listed(lines, is_left):
    remains = upgraded(lines, "keras2").remains
    assert any(TOLD in one.told for one in remains) == is_left
