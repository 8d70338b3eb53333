"""Digits through sixteen numbers and back."""

import keras
import numpy as np
from keras.layers import Dense, Input
from sklearn.datasets import load_digits

x = load_digits().data.astype("float32")
x = x / 16.0
x_train, x_test = x[:1400], x[1400:]

image = Input((64,))
code = Dense(16, activation="relu")(Dense(64, activation="relu")(image))
decoded = Dense(64, activation="relu")(code)
decoded = Dense(64, activation="sigmoid")(decoded)
autoencoder = keras.Model(image, decoded)
autoencoder.compile(optimizer=keras.optimizers.Adam(0.003), loss="mse")
autoencoder.fit(x_train, x_train, epochs=30, batch_size=32, shuffle=True, verbose=0)

error = np.mean((autoencoder.predict(x_test, verbose=0) - x_test) ** 2)
score = 1 - error / np.mean((x_train.mean(axis=0) - x_test) ** 2)
chance = 0.0
print("explained:", score)
