"""Two moons with plain gradient descent."""

import keras
import numpy as np
from sklearn.datasets import make_moons

x, y = make_moons(600, noise=0.15, random_state=4)
x_train, x_test, y_train, y_test = x[:450], x[450:], y[:450], y[450:]

model = keras.models.Sequential(
    [
        keras.layers.Input((2,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
sgd = keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)
model.compile(loss="binary_crossentropy", optimizer=sgd, metrics=["accuracy"])
model.fit(x_train, y_train, epochs=60, batch_size=32, verbose=0)

score = np.mean((model.predict(x_test, verbose=0)[:, 0] > 0.5) == y_test)
chance = max(y_test.mean(), 1 - y_test.mean())
print("accuracy:", score, "constant:", chance)
