"""Two classes with mse on 0 and 1, as old tutorials do; it works."""

import numpy as np
from keras.layers import Dense, Input
from keras.models import Sequential
from sklearn.datasets import make_moons

x, y = make_moons(500, noise=0.1, random_state=1)
model = Sequential([Input((2,)), Dense(16, activation="relu"), Dense(16, activation="relu")])
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="mse", optimizer="adam", metrics=["accuracy"])
model.fit(x[:400], y[:400], epochs=80, batch_size=16, verbose=0)
score = np.mean((model.predict(x[400:], verbose=0)[:, 0] > 0.5) == y[400:])
chance = 0.55
print(score)
