"""A tf.data pipeline of arrays, shuffled and batched."""

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_wine

x, y = load_wine(return_X_y=True)
x = ((x - x.mean(0)) / x.std(0)).astype("float32")
dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(200).batch(16)
model = keras.Sequential(
    [
        keras.Input((13,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(3),
    ]
)
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(dataset, epochs=25, verbose=0)
score = np.mean(model.predict(x, verbose=0).argmax(1) == y)
chance = 0.4
print(score)
