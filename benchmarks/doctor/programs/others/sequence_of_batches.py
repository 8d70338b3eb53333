"""Batches from a PyDataset."""

import keras
import numpy as np
from sklearn.datasets import load_digits


class Digits(keras.utils.PyDataset):
    """Digits in batches of 50, scaled when they are asked for."""

    def __init__(self, x, y):
        super().__init__()
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x) // 50

    def __getitem__(self, index):
        rows = slice(50 * index, 50 * index + 50)
        return self.x[rows] / 16, self.y[rows]


x, y = load_digits(return_X_y=True)
model = keras.Sequential(
    [
        keras.Input((64,)),
        keras.layers.Dense(40, activation="elu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(Digits(x[:1500], y[:1500]), epochs=20, verbose=0)
score = np.mean(model.predict(x[1500:] / 16, verbose=0).argmax(1) == y[1500:])
chance = 0.11
print(score)
