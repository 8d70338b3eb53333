"""Topics from bags of words, multi-hot, as in the Reuters example."""

import keras
import numpy as np

rng = np.random.default_rng(10)
topics = rng.integers(0, 6, 1500)
rates = rng.gamma(0.3, 1.0, size=(6, 250))
x = (rng.poisson(rates[topics]) > 0).astype("float32")
model = keras.Sequential(
    [
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(6, activation="softmax"),
    ]
)
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:1200], topics[:1200], epochs=12, batch_size=64, validation_split=0.1, verbose=0)
score = np.mean(model.predict(x[1200:], verbose=0).argmax(1) == topics[1200:])
chance = 0.2
print(score)
