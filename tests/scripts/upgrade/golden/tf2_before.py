"""A script for tf.keras 2: lists as data, lr, and what was experimental."""

import tensorflow as tf
from tensorflow.keras.layers import Dense, Flatten, LeakyReLU
from tensorflow.keras.layers.experimental.preprocessing import Rescaling

xs = [[-1.0], [0.0], [1.0], [2.0]]
model = tf.keras.Sequential([
    Rescaling(0.5, input_shape=[1]),
    Flatten(),
    Dense(2),
    LeakyReLU(alpha=0.1),
    tf.keras.layers.Dense(1),
])
model.compile(tf.keras.optimizers.Adam(lr=0.01), loss="mean_squared_error", metrics=["mae"])
print(model.fit(xs, [-3.0, -1.0, 1.0, 3.0], epochs=3, verbose=0, workers=2).history)
print(model.predict([[10.0]]).shape)
model.compile(tf.keras.optimizers.SGD(lr=0.01, decay=1e-3), "mse")
model.fit(xs, [-3.0, -1.0, 1.0, 3.0], epochs=2, verbose=0)
