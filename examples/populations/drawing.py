"""Populations as pictures: curves of one configuration, a sweep over one number and over two.

python drawing.py [folder]
"""

import sys
from pathlib import Path

from sklearn.datasets import load_breast_cancer

import onefit

onefit.install()

import keras  # noqa: E402

x, y = load_breast_cancer(return_X_y=True)
x = ((x - x.mean(0)) / x.std(0)).astype("float32")
y = y.astype("float32")

layers = [
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dropout(0.3, name="dropout"),
    keras.layers.Dense(1, activation="sigmoid"),
]
net = keras.Sequential([keras.Input((30,)), *layers])
net.compile("adam", "binary_crossentropy", metrics=["accuracy"])

arguments = {"folds": 5, "stratify": True, "verbose": 0}
rates = onefit.log_uniform(1e-3, 1e-1, n=6)
drops = [0.1, 0.2, 0.3, 0.4, 0.5]
wide = onefit.log_uniform(1e-4, 1e-1, n=12)
starts = onefit.fit_many(net, x, y, restarts=4, epochs=60, **arguments)
swept = onefit.fit_many(net, x, y, sweep={"learning_rate": wide}, epochs=20, **arguments)
sweep = {"learning_rate": rates, "layers.dropout.rate": drops}
both = onefit.fit_many(net, x, y, sweep=sweep, epochs=15, **arguments)

if __name__ == "__main__" and sys.argv[1:]:
    import matplotlib

    matplotlib.use("svg")
    folder = Path(sys.argv[1])
    starts.plot(path=folder / "drawing-curves.svg")
    swept.plot(path=folder / "drawing-sweep.svg")
    both.plot(kind="sweep", path=folder / "drawing-two.svg")
else:
    for nets in (starts, swept, both):
        print(nets.summary(baselines=False))
