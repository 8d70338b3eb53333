"""Methods between the loss and the step, which `fit` called then."""

import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import SGD, Adam

x = np.random.RandomState(1).rand(20, 3)
y = np.random.RandomState(2).rand(20, 1)


class Centred(Adam):
    def apply_gradients(self, grads_and_vars, *args, **kwargs):
        pairs = [
            (g - tf.reduce_mean(g, axis=0, keepdims=True) if len(g.shape) > 1 else g, v)
            for g, v in grads_and_vars
        ]
        return super().apply_gradients(pairs, *args, **kwargs)


class Doubled(SGD):
    def minimize(self, loss, var_list, tape=None):
        pairs = self.compute_gradients(loss, var_list, tape)
        self.apply_gradients([(2.0 * g, v) for g, v in pairs])


class Halved(SGD):
    def compute_gradients(self, loss, var_list, tape=None):
        return [(0.5 * g, v) for g, v in super().compute_gradients(loss, var_list, tape)]


class Scaled(SGD):
    def __init__(self, by=3.0, **kwargs):
        self.by = by
        super().__init__(**kwargs)

    def aggregate_gradients(self, grads_and_vars):
        return [(self.by * g, v) for g, v in super().aggregate_gradients(grads_and_vars)]


for made in (Centred, Doubled, Halved, Scaled):
    draws = np.random.RandomState(0)
    model = Sequential([Dense(4, input_dim=3, activation="tanh"), Dense(1)])
    model.set_weights([draws.uniform(-0.3, 0.3, one.shape) for one in model.get_weights()])
    model.compile(made(learning_rate=0.02), "mse")
    h = model.fit(x, y, batch_size=6, epochs=3, shuffle=False, verbose=0)
    print(made.__name__, ["%.4f" % one for one in h.history["loss"]])
