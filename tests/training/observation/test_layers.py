"""The layers of a model as values, beside what Keras itself says of the model."""

import keras

from onefit.training.observation.layers import layers


def test_a_graph_with_a_shared_layer_a_function_and_a_model_inside():
    first, second = keras.Input((4,), name="first"), keras.Input((4,), name="second")
    shared = keras.layers.Dense(4, name="shared")
    total = keras.layers.Add(name="total")([shared(first), shared(second)])
    inside = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)], name="inside")
    model = keras.Model([first, second], inside(keras.ops.relu(total)))
    shared(keras.Input((4,), name="of another model"))
    found = {layer.name: layer for layer in layers(model)}
    assert found["shared"].inputs == ["first", "second"]
    assert found["total"].inputs == ["shared"]
    (relu,) = [layer for layer in found.values() if layer.kind.lower() == "relu"]
    assert found["inside"].inputs == [relu.name] and found["inside"].shape == [2]
    assert sum(layer.weights for layer in found.values()) == model.count_params()


def test_sizes_that_vary_and_models_that_are_not_built():
    model = keras.Sequential([keras.Input((None, 3)), keras.layers.LSTM(5, name="lstm")])
    assert [layer.shape for layer in layers(model)] == [[None, 3], [5]]
    assert layers(model, most=1)[0].kind == "InputLayer"
    (unbuilt,) = layers(keras.Sequential([keras.layers.Dense(3)]))
    assert (unbuilt.shape, unbuilt.weights) == ([], 0)


def test_a_subclassed_model():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.one, self.two = keras.layers.Dense(3), keras.layers.Dense(1)

        def call(self, x):
            return self.two(self.one(x))

    model = Own()
    model(keras.ops.ones((1, 2)))
    assert [layer.weights for layer in layers(model)] == [9, 4]
