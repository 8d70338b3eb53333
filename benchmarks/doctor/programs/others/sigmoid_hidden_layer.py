"""A hidden layer of sigmoids, as books of the nineties had it."""

import keras
import numpy as np
from sklearn.datasets import load_iris

x, y = load_iris(return_X_y=True)
x = (x - x.mean(0)) / x.std(0)
labels = keras.utils.to_categorical(y)
model = keras.Sequential(
    [
        keras.layers.Dense(12, activation="sigmoid"),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    keras.optimizers.SGD(0.3, momentum=0.9), "categorical_crossentropy", metrics=["accuracy"]
)
model.fit(x, labels, epochs=100, batch_size=16, verbose=0)
score = np.mean(model.predict(x, verbose=0).argmax(1) == y)
chance = 1 / 3
print(score)
