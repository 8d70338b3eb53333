"""A linear regression written as a network, on purpose."""

import keras
import numpy as np
from sklearn.metrics import r2_score

rng = np.random.default_rng(0)
x = rng.normal(size=(400, 5))
y = x @ np.array([1.0, -2.0, 0.5, 0.0, 3.0]) + 4 + 0.1 * rng.normal(size=400)

model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse")
model.fit(x, y, epochs=30, verbose=0)
score = r2_score(y, model.predict(x, verbose=0)[:, 0])
chance = 0.0
print(model.get_weights(), score)
