"""Categories as embeddings beside numbers, as in the structured-data examples."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(25)
town, job = rng.integers(0, 12, 1500), rng.integers(0, 6, 1500)
age = rng.uniform(18, 80, 1500)
liking = rng.normal(size=12)[town] + rng.normal(size=6)[job] + (age - 49) / 30
y = (liking + 0.3 * rng.normal(size=1500) > 0).astype(int)
inputs = [keras.Input((1,), name=name) for name in ("town", "job", "age")]
parts = [
    layers.Flatten()(layers.Embedding(12, 4)(inputs[0])),
    layers.Flatten()(layers.Embedding(6, 3)(inputs[1])),
    layers.Rescaling(1 / 30, offset=-1.6)(inputs[2]),
]
h = layers.Dense(24, activation="relu")(layers.concatenate(parts))
model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(h))
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
x = {"town": town, "job": job, "age": age}
train = {name: column[:1200] for name, column in x.items()}
test = {name: column[1200:] for name, column in x.items()}
model.fit(train, y[:1200], epochs=20, verbose=0)
score = np.mean((model.predict(test, verbose=0)[:, 0] > 0.5) == y[1200:])
chance = max(y[1200:].mean(), 1 - y[1200:].mean())
print(score)
