"""SGD with learning rate 1.0 on a smooth problem: large, and right."""

import keras
import numpy as np
from sklearn.datasets import make_circles

x, y = make_circles(400, noise=0.05, factor=0.4, random_state=0)
model = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(16, activation="tanh"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.SGD(1.0), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=60, batch_size=32, verbose=0)
score = np.mean((model.predict(x, verbose=0)[:, 0] > 0.5) == y)
chance = 0.5
print(score)
