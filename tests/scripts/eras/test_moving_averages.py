"""Averages of normalizations move if all was trainable when the model began to train.

Recorded with Keras 2.2.4 on TensorFlow 1.15. A discriminator that is frozen between its `compile`
and its first step goes on training its weights, but its averages stand still.
"""

from __future__ import annotations

import contextlib
import io
import json

import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

from .results import printed

SCRIPT = """
import json
import numpy as np
from keras.layers import Dense, Input
from keras.layers.normalization import BatchNormalization
from keras.models import Model, Sequential

draw = np.random.RandomState(5)
rows, noise = draw.rand(8, 3), draw.rand(8, 2)

def network(inputs, outputs):
    made = Sequential([Dense(outputs, input_dim=inputs), BatchNormalization(momentum=0.8)])
    made.set_weights([w if w.ndim == 1 else draw.uniform(-1, 1, w.shape)
                      for w in made.get_weights()])
    return made

def show(model):
    print(json.dumps([[round(float(x), 4) for x in w] for w in model.get_weights()[-2:]]))

def step(model, x):
    model.train_on_batch(x, np.ones((8, 2)))

# The usual order of a GAN: the critic is frozen before it takes its first step.
critic, maker = network(3, 2), network(2, 3)
critic.compile("sgd", "mse")
critic.trainable = False
z = Input((2,))
both = Model(z, critic(maker(z)))
both.compile("sgd", "mse")
for _ in range(2):
    step(critic, rows)
    step(both, noise)
show(critic)
show(maker)

# Trained once before it is frozen, the averages go on.
critic = network(3, 2)
critic.compile("sgd", "mse")
step(critic, rows)
critic.trainable = False
step(critic, rows + 1)
show(critic)
"""
RECORDED = [
    [[0.0, 0.0], [1.0, 1.0]],
    [[0.3927, 0.2234, 0.2065], [0.1274, 0.0393, 0.0532]],
    [[-0.7528, -1.0554], [0.2182, 0.0896]],
]


def test_a_run_moves_what_moved(tmp_path):
    found = printed(SCRIPT, "keras2", tmp_path)
    for ours, theirs in zip(found, RECORDED, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.filterwarnings("ignore:Do not pass an")
def test_an_upgraded_script_does_too():
    found = upgraded(SCRIPT)
    assert found.era.name == "keras2"
    with contextlib.redirect_stdout(io.StringIO()) as text:
        exec(found.after, {"__name__": "__main__"})
    for line, theirs in zip(text.getvalue().splitlines(), RECORDED, strict=True):
        np.testing.assert_allclose(json.loads(line), theirs, atol=2e-4)
