"""A script that knows only TensorFlow; `onefit run` serves its tf.keras and its array functions."""

import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Dense, Input
from tensorflow.keras.models import Sequential

tf.keras.utils.set_random_seed(1)
print("GPUs:", len(tf.config.list_physical_devices("GPU")))

# Three spirals.
turn = np.repeat(np.arange(3), 100)
radius = np.tile(np.linspace(0.1, 1, 100), 3)
angle = 4 * radius + turn * 2 * np.pi / 3
x = tf.constant(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), tf.float32)
y = tf.one_hot(turn, depth=3)


def confidence(y_true, y_pred):
    """The mean of the highest probability."""
    return tf.reduce_mean(tf.reduce_max(y_pred, axis=-1))


model = Sequential([Input((2,)), Dense(32, activation=tf.nn.relu), Dense(3, activation="softmax")])
model.compile(
    optimizer=tf.keras.optimizers.Adam(learning_rate=0.02),
    loss=tf.keras.losses.CategoricalCrossentropy(),
    metrics=["accuracy", confidence],
)
model.fit(x, y, epochs=100, verbose=0)

loss, accuracy, sure = model.evaluate(x, y, verbose=0)
print(f"loss {loss:.4f}, accuracy {accuracy:.4f}, confidence {sure:.4f}")
classes = tf.argmax(model.predict(x, verbose=0), axis=1)
print("rows a class:", [int(tf.reduce_sum(tf.cast(classes == c, tf.int32))) for c in range(3)])
