"""From a table in memory to a final model with an honest estimate."""

import keras
import numpy as np
from sklearn.datasets import load_breast_cancer

import onefit

x, y = load_breast_cancer(return_X_y=True)
x, y = x.astype("float32"), y.astype("float32")


def build(units, learning_rate):
    scale = keras.layers.BatchNormalization(center=False, scale=False)
    hidden = keras.layers.Dense(units, activation="relu")
    out = keras.layers.Dense(1, activation="sigmoid")
    net = keras.Sequential([keras.Input((30,)), scale, hidden, out])
    net.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return net


stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
nets = onefit.fit_many(
    build,
    x,
    y,
    folds=5,
    stratify=True,
    sweep={"units": [4, 16], "learning_rate": [1e-3, 3e-3, 1e-2]},
    epochs=40,
    callbacks=[stop],
    exact=True,
    verbose=0,
)
print(nets)
choice = nets.choose()
print(choice)

model = nets.final(choice)
print("epochs:", choice.epochs, "rows:", len(x))
print("the first five:", np.round(model.predict(x[:5], verbose=0).ravel(), 3))
