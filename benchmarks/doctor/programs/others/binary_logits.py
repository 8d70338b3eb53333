"""One linear unit and a loss that knows it: from_logits=True."""

import keras
import numpy as np
from sklearn.datasets import make_classification

x, y = make_classification(900, 12, n_informative=6, random_state=2)
model = keras.Sequential([keras.layers.Dense(24, activation="gelu"), keras.layers.Dense(1)])
model.compile(
    optimizer="adam",
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],
)
model.fit(x[:700], y[:700], epochs=30, validation_data=(x[700:], y[700:]), verbose=0)
score = np.mean((model.predict(x[700:], verbose=0)[:, 0] > 0) == y[700:])
chance = 0.52
print(score)
