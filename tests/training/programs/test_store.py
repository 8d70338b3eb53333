"""Programs that are lowered to one text and still are two: the structure of what they are given."""

from __future__ import annotations

import keras
import numpy as np

import onefit


class OfTuple(keras.Model):
    def call(self, inputs):
        a, b = inputs
        return a + b


class OfDict(keras.Model):
    def call(self, inputs):
        return inputs["a"] + inputs["b"]


def test_a_tuple_and_a_dict_of_inputs_do_not_share_an_executable():
    a, b = np.random.default_rng(0).random((2, 3, 4)).astype("float32")
    np.testing.assert_array_equal(onefit.predict(OfTuple(), (a, b), verbose=0), a + b)
    np.testing.assert_array_equal(onefit.predict(OfDict(), {"a": a, "b": b}, verbose=0), a + b)


def test_outputs_of_other_names_do_not_share_an_executable():
    def build(name):
        inputs = keras.Input((2,))
        outputs = {name: keras.layers.Dense(1, kernel_initializer="ones")(inputs)}
        return keras.Model(inputs, outputs)

    x = np.ones((4, 2), "float32")
    assert list(onefit.predict(build("first"), x, verbose=0)) == ["first"]
    assert list(onefit.predict(build("second"), x, verbose=0)) == ["second"]
