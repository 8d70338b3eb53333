"""Cross-validation with early stopping and an honest choice among learning rates."""

import numpy as np
from sklearn.datasets import load_breast_cancer

import onefit

onefit.install()

import keras  # noqa: E402

x, y = load_breast_cancer(return_X_y=True)
x = ((x - x.mean(0)) / x.std(0)).astype("float32")
y = y.astype("float32")

net = keras.Sequential(
    [
        keras.Input((30,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
net.compile("adam", "binary_crossentropy", metrics=["accuracy"])

nets = onefit.fit_many(
    net,
    x,
    y,
    folds=5,
    stratify=True,
    restarts=2,
    sweep={"learning_rate": [1e-3, 1e-2]},
    validation_split=0.2,
    epochs=30,
    callbacks=[keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)],
    verbose=0,
)
outer = nets.nested()
print(f"{len(nets)} networks, {nets.epochs.min()} to {nets.epochs.max()} epochs each")
mean, error = outer["accuracy"].mean(), outer["accuracy"].std() / np.sqrt(len(outer))
print(f"accuracy on rows that neither training nor choice has seen: {mean:.3f} ± {error:.3f}")
