"""A residual network on a table."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import make_friedman1
from sklearn.metrics import r2_score

x, y = make_friedman1(1000, noise=0.3, random_state=0)
y = (y - y.mean()) / y.std()
inputs = keras.Input((10,))
h = layers.Dense(32)(inputs)
for _ in range(3):
    step = layers.Dense(32, activation="relu")(layers.LayerNormalization()(h))
    h = layers.add([h, layers.Dense(32)(step)])
model = keras.Model(inputs, layers.Dense(1)(h))
model.compile(optimizer=keras.optimizers.AdamW(0.003), loss="mse")
model.fit(x[:800], y[:800], epochs=40, batch_size=32, verbose=0)
score = r2_score(y[800:], model.predict(x[800:], verbose=0)[:, 0])
chance = 0.0
print(np.round(score, 3))
