"""One in fifteen rows is positive, and the network finds them without any weights."""

import keras
import numpy as np
from sklearn.metrics import balanced_accuracy_score

rng = np.random.default_rng(12)
x = rng.normal(size=(3000, 6))
y = (x[:, 0] + x[:, 1] > 2.1).astype(int)
model = keras.Sequential(
    [
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile("adam", "binary_crossentropy", metrics=[keras.metrics.AUC(name="auc")])
model.fit(x[:2400], y[:2400], epochs=25, batch_size=32, verbose=0)
score = balanced_accuracy_score(y[2400:], model.predict(x[2400:], verbose=0)[:, 0] > 0.5)
chance = 0.5
print(score)
