"""What rows that a network cannot tell apart cost, of networks whose answers are written down."""

import keras
import numpy as np
import pytest

from onefit.doctor.causes import causes
from onefit.doctor.examination import Examination
from onefit.doctor.experiment import Result
from onefit.doctor.training import setup_of
from onefit.training.observation.case import given_of

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
Y = np.array([[0], [1], [0], [0]], "float32")


@pytest.mark.parametrize("logits", [False, True])
def test_answers_to_rows_that_are_not_told_apart_are_probabilities(logits):
    """A network that knows only that a quarter is 1 answers 0.25, of which the entropy is 0.5623.

    With `from_logits=True` what it gives is the logarithm of the odds, -1.0986.
    """
    odds = np.log(0.25 / 0.75)
    entropy = -0.25 * np.log(0.25) - 0.75 * np.log(0.75)
    last = keras.layers.Dense(1, activation=None if logits else "sigmoid")
    model = keras.Sequential([keras.Input((2,)), last])
    model.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=logits))
    last.set_weights([np.zeros((2, 1)), np.array([odds])])
    setup = setup_of(model, given_of(X, Y))
    skills = np.zeros(4)
    seen = Examination(setup, Result(setup, skills, skills, range(4)), 4)
    found = causes(model, seen, {"loss": [0.7, entropy]})
    assert "apart: it answers 0.25 to each of them" in found[0]
    assert found[1].startswith(f"{entropy:.4f} is exactly what that costs")


def test_of_logits_beyond_what_an_exponential_holds_nothing_is_tied():
    """Answers of 10,000 and -10,000: probabilities of 1 and 0."""
    last = keras.layers.Dense(1)
    model = keras.Sequential([keras.Input((2,)), last])
    model.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=True))
    last.set_weights([np.array([[1e4], [-1e4]]), np.zeros(1)])
    setup = setup_of(model, given_of(X[1:3], Y[1:3]))
    skills = np.zeros(4)
    seen = Examination(setup, Result(setup, skills, skills, range(4)), 4)
    assert causes(model, seen, {"loss": [0.7]}) == []
