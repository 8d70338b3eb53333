"""A picture of a digit and a number: is the digit larger than the number?"""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

rng = np.random.default_rng(17)
images, digits = load_digits(return_X_y=True)
images = images / 16.0
numbers = rng.integers(0, 10, len(digits))
hints = np.eye(10)[numbers]
y = (digits > numbers).astype("float32")
split = 1400

image = layers.Input((64,), name="image")
hint = layers.Input((10,), name="hint")
a = layers.Dense(32, activation="relu")(image)
b = layers.Dense(8, activation="relu")(hint)
both = layers.Concatenate()([a, b])
both = layers.Dense(32, activation="relu")(both)
out = layers.Dense(1, activation="sigmoid")(both)
model = keras.Model([image, hint], out)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit([images[:split], hints[:split]], y[:split], epochs=40, batch_size=32, verbose=0)

answer = model.predict([images[split:], hints[split:]], verbose=0)[:, 0] > 0.5
score = np.mean(answer == y[split:])
chance = max(y[split:].mean(), 1 - y[split:].mean())
print("accuracy", score)
