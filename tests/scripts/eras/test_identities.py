"""Variables and symbolic tensors in sets, dicts and comparisons, as in TensorFlow 1 and 2.

What is expected here was printed by Keras 1.2.2, Keras 2.2.4 and tf.keras 2.15.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named


@pytest.fixture
def model(request):
    era = request.node.callspec.params["era"]
    activation.activate(named(era))
    yield keras.Sequential([keras.Input((2,)), keras.layers.Dense(2), keras.layers.Dense(3)])
    activation.deactivate()


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_variables_of_tensorflow_1_are_equal_to_themselves_alone(era, model):
    first, bias, second, _ = model.trainable_weights
    assert len(set(model.trainable_weights)) == 4
    assert len(set(model.weights) - set(model.layers[0].weights)) == 2
    assert {first: 1}[first] == 1
    assert (first == first) is True and (first == second) is False
    assert (first != first) is False and (first != second) is True
    assert (first == None) is False and (first == 1.0) is False  # noqa: E711
    assert second not in [first, bias] and [first, bias, second].index(second) == 2


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_symbolic_tensors_of_tensorflow_1_too(era, model):
    x, y = model.input, model.output
    assert len({x, y, model.layers[-1].output}) == 2
    assert (x != y) is True and (y != y) is False and (y != None) is True  # noqa: E711
    assert x not in [y]


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_models_train_as_before(era, model):
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 3)), verbose=0)


@pytest.mark.parametrize("era", ["tf2"])
def test_comparisons_of_tensorflow_2_are_computed(era, model):
    first, bias, _, last = model.trainable_weights
    assert np.asarray(first == first).tolist() == [[True, True], [True, True]]
    assert not np.asarray(first == bias).any()
    assert (first == last) is False and (first != last) is True and last not in [first]
    x, y = model.input, model.output
    assert isinstance(x == 0, keras.KerasTensor) and isinstance(x != 0, keras.KerasTensor)
    assert (y == None) is False and (y != None) is True  # noqa: E711
    counted = keras.Model(x, keras.ops.cast(x == 1.0, "float32"))
    assert counted.predict(np.array([[1.0, 2.0]]), verbose=0).tolist() == [[1.0, 0.0]]
    with pytest.raises(TypeError):
        set(model.weights)


@pytest.mark.parametrize("era", ["tf2"])
def test_references_are_what_a_set_holds(era, model):
    first = model.weights[0]
    assert len({one.ref() for one in (*model.weights, first)}) == 4
    assert first.ref().deref() is first and first.experimental_ref() == first.ref()
    assert len({model.output.ref(), model.output.ref(), model.input.ref()}) == 2
