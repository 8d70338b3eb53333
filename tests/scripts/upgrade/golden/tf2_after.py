"""A script for tf.keras 2: lists as data, lr, and what was experimental."""

import keras
import numpy as np
from keras import ops
from keras.layers import Dense, Flatten
from keras.layers import Rescaling


def with_small_slope(_):
    """`LeakyReLU` has its small slope at 0, too, where Keras 3 on JAX has 1."""

    def call(self, inputs):
        return ops.where(inputs > 0, inputs, self.negative_slope * inputs)

    return call


@keras.saving.register_keras_serializable("onefit")
class LeakyReLU(keras.layers.LeakyReLU):
    """LeakyReLU as tf.keras 2 computed it."""

    call = with_small_slope(keras.layers.LeakyReLU.call)


xs = [[-1.0], [0.0], [1.0], [2.0]]
model = keras.Sequential([
    Rescaling(0.5, input_shape=[1]),
    Flatten(),
    Dense(2),
    LeakyReLU(negative_slope=0.1),
    keras.layers.Dense(1),
])
model.compile(keras.optimizers.Adam(learning_rate=0.01), loss="mean_squared_error", metrics=["mae"])
print(model.fit(np.array(xs), np.array([-3.0, -1.0, 1.0, 3.0]), epochs=3, verbose=0).history)
print(model.predict(np.array([[10.0]]), verbose=0).shape)
model.compile(keras.optimizers.SGD(learning_rate=keras.optimizers.schedules.InverseTimeDecay(0.01, decay_steps=1, decay_rate=1e-3)), "mse", metrics=[])
model.fit(np.array(xs), np.array([-3.0, -1.0, 1.0, 3.0]), epochs=2, verbose=0)
