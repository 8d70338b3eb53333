"""What GANs of Keras 1 and 2 ask for: labels that are lists, shared critics, linear accuracies."""

from __future__ import annotations

import numpy as np
import pytest

from onefit.scripts.eras.stand_ins.metrics import old_accuracy
from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.proof import prove

CYCLE = """\
import numpy as np
from keras.layers import Dense, Input
from keras.models import Model, Sequential
from keras.layers.advanced_activations import LeakyReLU

class Cycle:
    def __init__(self):
        self.critic = Sequential([Dense(2, input_dim=2), LeakyReLU(alpha=0.2), Dense(1)])
        self.critic.compile(loss='mse', optimizer='sgd', metrics=['accuracy'])
        self.maker = Sequential([Dense(2, input_dim=2)])
        a, b = Input(shape=(2,)), Input(shape=(2,))
        fake_a, fake_b = self.maker(b), self.maker(a)
        self.critic.trainable = False
        valid_a, valid_b = self.critic(fake_a), self.critic(fake_b)
        self.both = Model([a, b], [valid_a, valid_b])
        self.both.compile(loss=['mse', 'mae'], optimizer='sgd')

    def train(self, rows):
        rng = np.random.RandomState(0)
        a, b = rng.rand(rows, 2), 2 * rng.rand(rows, 2)
        y = [1] * rows + [0] * rows
        print(self.critic.train_on_batch(np.concatenate([a, b]), y))
        print(self.both.train_on_batch([a, b], [np.ones((rows, 1)), 3 * np.ones((rows, 1))]))

Cycle().train(8)
"""


@pytest.mark.slow
@pytest.mark.usefixtures("forked_trials")
def test_a_critic_of_two_outputs_and_labels_in_a_list(tmp_path):
    found = upgraded(CYCLE)
    for part in ("np.array(y)", "with_own_names(Model(", "MeanMetricWrapper(old_accuracy"):
        assert part in found.after
    assert found.remains == ()
    proof = prove(found.before, found.after, tmp_path / "gan.py", "keras2")
    assert proof.verdict == "same", proof.told


def test_layers_that_a_function_makes_are_not_one():
    source = CYCLE.replace("self.critic(fake", "block(fake") + "\ndef block(x):\n    pass\n"
    assert "with_own_names" not in upgraded(source).after


def test_a_cross_entropy_keeps_keras_3s_accuracy():
    source = CYCLE.replace("loss='mse'", "loss='binary_crossentropy'")
    assert "old_accuracy" not in upgraded(source).after


def test_accuracy_of_one_column_rounds():
    """`K.mean(K.equal(y_true, K.round(y_pred)), axis=-1)` in keras/metrics.py of 2.2.4."""
    answers, labels = np.array([[0.4], [0.6], [1.6], [-0.7]]), np.array([[0], [1], [1], [-1]])
    expected = np.mean(labels == np.round(answers), axis=-1)
    np.testing.assert_array_equal(old_accuracy(labels, answers), expected)
    np.testing.assert_array_equal(old_accuracy(labels[:, 0], answers), expected)
    several = np.array([[0.1, 0.9], [0.8, 0.2]])
    np.testing.assert_array_equal(old_accuracy(np.array([[0, 1], [0, 1]]), several), [1, 0])
