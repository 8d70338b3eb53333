"""Five blobs, logits and from_logits=True."""

import keras
import numpy as np
from sklearn.datasets import make_blobs
from sklearn.preprocessing import StandardScaler

x, y = make_blobs(1000, n_features=6, centers=5, cluster_std=3.0, random_state=3)
x = StandardScaler().fit_transform(x)
x_train, x_test, y_train, y_test = x[:750], x[750:], y[:750], y[750:]

model = keras.Sequential(
    [keras.layers.Input((6,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(5)]
)
model.compile(
    optimizer=keras.optimizers.Adam(1e-2),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=25, batch_size=32, verbose=0)
score = np.mean(model.predict(x_test, verbose=0).argmax(axis=1) == y_test)
chance = np.bincount(y_test).max() / len(y_test)
print("accuracy", score)
