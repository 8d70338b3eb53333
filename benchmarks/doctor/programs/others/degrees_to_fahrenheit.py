"""Celsius to Fahrenheit, the first lesson of a well-known course."""

import keras
import numpy as np
from sklearn.metrics import r2_score

celsius = np.array([-40, -10, 0, 8, 15, 22, 38], dtype=float)
fahrenheit = np.array([-40, 14, 32, 46.4, 59, 71.6, 100.4], dtype=float)
layer = keras.layers.Dense(units=1)
model = keras.Sequential([keras.Input((1,)), layer])
model.compile(loss="mean_squared_error", optimizer=keras.optimizers.Adam(0.1))
history = model.fit(celsius[:, None], fahrenheit, epochs=500, verbose=False)
score = r2_score(fahrenheit, model.predict(celsius[:, None], verbose=0)[:, 0])
chance = 0.0
print(layer.get_weights())
