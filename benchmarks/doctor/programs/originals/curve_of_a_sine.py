"""A curve through points: the regression of every first lesson."""

import keras
import numpy as np
from sklearn.metrics import r2_score

rng = np.random.default_rng(1)
x = rng.uniform(-3, 3, size=(500, 1))
y = 2 * np.sin(2 * x) + 0.1 * rng.normal(size=x.shape)
x_train, y_train = x[:400], y[:400]
x_test, y_test = x[400:], y[400:]

model = keras.Sequential(
    [
        keras.Input((1,)),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
model.fit(x_train, y_train, epochs=80, batch_size=32, verbose=0)
score = r2_score(y_test, model.predict(x_test, verbose=0))
chance = 0.0
print("R2:", score)
