"""`get_updates` and gradients with respect to weights do what they did in Keras 1.2.2 and 2.2.4.

The numbers are theirs, with the updates of a step held back until its gradients were there.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named
from onefit.scripts.eras.stand_ins import backend as K
from onefit.scripts.eras.stand_ins import graph


@pytest.fixture(params=["keras1", "keras2"])
def era(request):
    activation.activate(named(request.param))
    yield request.param
    activation.deactivate()


def policy():
    inputs = layers.Input((3,))
    hidden = layers.Dense(4, activation="tanh")(inputs)
    model = keras.Model(inputs, layers.Dense(2, activation="softmax")(hidden))
    draw = np.random.RandomState(0)
    model.set_weights([draw.uniform(-1, 1, one.shape) for one in model.get_weights()])
    return model


DRAW = np.random.RandomState(1)
STATES, ACTIONS, REWARDS = DRAW.rand(6, 3), np.eye(2)[DRAW.randint(0, 2, 6)], DRAW.rand(6)
CASES = {
    "sgd": (lambda: keras.optimizers.SGD(lr=0.1, momentum=0.9), [0.7027, 0.6725, 0.6216], 12.3069),
    "adam": (lambda: keras.optimizers.Adam(lr=0.05), [0.7027, 0.6041, 0.5389], 12.1045),
}


@pytest.mark.parametrize("name", CASES)
def test_a_policy_is_trained_by_a_function(era, name):
    make, losses, total = CASES[name]
    optimizer, model = make(), policy()
    actions, rewards = layers.Input((2,)), layers.Input(())
    chosen = keras.ops.sum(model.output * actions, axis=1)
    loss = -keras.ops.mean(keras.ops.log(chosen + 1e-7) * rewards)
    if era == "keras1":
        updates = optimizer.get_updates(model.trainable_weights, [], loss)
    else:
        updates = optimizer.get_updates(params=model.trainable_weights, loss=loss)
    train = graph.function([model.input, actions, rewards], [loss], updates=updates)
    found = [float(train([STATES, ACTIONS, REWARDS])[0]) for _ in range(3)]
    np.testing.assert_allclose(found, losses, atol=1e-4)
    assert abs(sum(np.abs(one).sum() for one in model.get_weights()) - total) < 2e-4
    assert int(K.get_value(optimizer.iterations)) == 3


def test_gradients_with_respect_to_weights(era):
    model = policy()
    model.compile("sgd", "mse")
    loss = keras.ops.mean(model.output[:, 0])
    for gradients in (
        graph.gradients(loss, model.trainable_weights),
        model.optimizer.get_gradients(loss, model.trainable_weights),
    ):
        found = graph.function([model.input], gradients)([STATES])
        sums = [float(np.abs(one).sum()) for one in found]
        np.testing.assert_allclose(sums, [0.3216, 0.2949, 0.5358, 0.2633], atol=1e-4)


def test_gradients_are_clipped_as_the_optimizer_does_it(era):
    model = policy()
    loss = 100 * keras.ops.mean(model.output[:, 0])
    gradients = keras.optimizers.SGD(clipnorm=1.0).get_gradients(loss, model.trainable_weights)
    found = graph.function([model.input], gradients)([STATES])
    assert abs(sum(float((one**2).sum()) for one in found) - 1.0) < 1e-5
