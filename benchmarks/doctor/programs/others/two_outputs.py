"""A digit, and whether it is even: two outputs with their own losses."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

x, digit = load_digits(return_X_y=True)
x = x / 16
even = (digit % 2 == 0).astype("float32")
inputs = keras.Input((64,))
h = layers.Dense(64, activation="relu")(inputs)
which = layers.Dense(10, activation="softmax", name="which")(h)
parity = layers.Dense(1, activation="sigmoid", name="parity")(h)
model = keras.Model(inputs, {"which": which, "parity": parity})
model.compile(
    "adam",
    loss={"which": "sparse_categorical_crossentropy", "parity": "binary_crossentropy"},
    loss_weights={"which": 1.0, "parity": 0.5},
    metrics={"which": "accuracy", "parity": "accuracy"},
)
model.fit(x[:1400], {"which": digit[:1400], "parity": even[:1400]}, epochs=20, verbose=0)
answer = model.predict(x[1400:], verbose=0)
score = np.mean(answer["which"].argmax(1) == digit[1400:])
chance = 0.11
print(score, np.mean((answer["parity"][:, 0] > 0.5) == even[1400:]))
