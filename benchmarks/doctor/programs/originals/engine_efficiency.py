"""Two targets at once from engine measurements in their own units."""

import keras
import numpy as np
from keras.layers import Dense, Input
from sklearn.metrics import r2_score
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(40)
speed = rng.uniform(800, 6000, 1500)
load = rng.uniform(0.1, 1.0, 1500)
heat = rng.uniform(60, 110, 1500)
power = speed * load / 40 + 5 * np.sin(heat / 8) + rng.normal(0, 2, 1500)
waste = 300 + 120 * (load - 0.6) ** 2 + heat * speed / 4000 + rng.normal(0, 2, 1500)
x = np.column_stack([speed, load, heat])
y = np.column_stack([power, waste])
x = StandardScaler().fit_transform(x)
y = StandardScaler().fit_transform(y)
x_train, x_test, y_train, y_test = x[:1200], x[1200:], y[:1200], y[1200:]

model = keras.Sequential(
    [Input((3,)), Dense(32, activation="relu"), Dense(32, activation="relu"), Dense(2)]
)
model.compile(optimizer="adam", loss="mae", metrics=["mse"])
model.fit(x_train, y_train, epochs=50, batch_size=32, validation_split=0.15, verbose=0)
score = r2_score(y_test, model.predict(x_test, verbose=0))
chance = 0.0
print("R2", score)
