"""The AND of two bits with a single neuron."""

import keras
import numpy as np

x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([0, 0, 0, 1])
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.SGD(1.0), loss="binary_crossentropy")
model.fit(x, y, epochs=600, batch_size=4, verbose=0)
score = np.mean((model.predict(x, verbose=0)[:, 0] > 0.5) == y)
chance = 0.75
print(score)
