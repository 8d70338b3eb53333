"""A GRU forecasts a noisy wave from windows of it."""

import keras
import numpy as np
from keras.layers import GRU, Dense, Input
from sklearn.metrics import r2_score

rng = np.random.default_rng(13)
t = np.arange(1000)
series = np.sin(t / 8) + 0.5 * np.sin(t / 21) + rng.normal(0, 0.05, len(t))
window = 16
x = np.stack([series[i : i + window] for i in range(len(series) - window)])[..., None]
y = series[window:]
x_train, x_test, y_train, y_test = x[:800], x[800:], y[:800], y[800:]

model = keras.Sequential([Input((window, 1)), GRU(16), Dense(1)])
model.compile(loss="mse", optimizer=keras.optimizers.Adam(learning_rate=0.005))
model.fit(x_train, y_train, batch_size=32, epochs=15, verbose=0)

score = r2_score(y_test, model.predict(x_test, verbose=0)[:, 0])
chance = 0.0
print("R2", score)
