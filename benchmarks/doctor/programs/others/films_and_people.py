"""Ratings from embeddings of people and films: collaborative filtering."""

import keras
import numpy as np
from keras import layers
from sklearn.metrics import r2_score

rng = np.random.default_rng(33)
people, films = rng.normal(size=(60, 3)), rng.normal(size=(40, 3))
who, what = rng.integers(0, 60, 3000), rng.integers(0, 40, 3000)
rating = (people[who] * films[what]).sum(1)
a, b = keras.Input((), dtype="int32"), keras.Input((), dtype="int32")
p, f = layers.Embedding(60, 6)(a), layers.Embedding(40, 6)(b)
model = keras.Model([a, b], layers.Dot(axes=1)([p, f]))
model.compile(keras.optimizers.Adam(0.02), "mse")
model.fit([who[:2600], what[:2600]], rating[:2600], epochs=25, batch_size=64, verbose=0)
score = r2_score(rating[2600:], model.predict([who[2600:], what[2600:]], verbose=0)[:, 0])
chance = 0.0
print(score)
