"""Handwritten digits with two hidden layers and one-hot labels."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

digits = load_digits()
x = digits.data.astype("float32")
x = x / 16.0
y = keras.utils.to_categorical(digits.target, 10)

order = np.random.default_rng(3).permutation(len(x))
x, y = x[order], y[order]
x_train, y_train = x[:1400], y[:1400]
x_test, y_test = x[1400:], y[1400:]

model = keras.Sequential(
    [
        layers.Input(shape=(64,)),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=20, verbose=0, validation_data=(x_test, y_test))

score = np.mean(model.predict(x_test, verbose=0).argmax(1) == y_test.argmax(1))
chance = y_test.mean(axis=0).max()
print("Test accuracy:", score)
