"""Why the tutorial's network learns XOR in half of its starts, and what helps.

    python xor.py [starts]

Trains every network from so many random starts (1,000 if none are named), counts those that get all
four rows right, and prints the tables of docs/tutorial.md.
"""

import sys

import numpy as np

import onefit

onefit.install()

import keras  # noqa: E402
from keras.layers import Dense  # noqa: E402

x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
y = np.array([[0], [1], [1], [0]], "float32")

CHANGES = {
    "none": {},
    "`epochs=5000`": {"epochs": 5000},
    "`epochs=20000`": {"epochs": 20000},
    "`Adam(0.01)`": {"rate": 0.01},
    '`activation="leaky_relu"`, which has no dead units': {"activation": "leaky_relu"},
    "`Dense(8)`, twice as many units": {"units": 8},
    '`activation="gelu"`': {"activation": "gelu"},
    '`activation="gelu"` and `Adam(0.01)`': {"activation": "gelu", "rate": 0.01},
}


def train(starts, units=4, activation="relu", rate=0.001, epochs=1000):
    """Train the tutorial's network, or one that differs from it, from many starts."""
    layers = [Dense(units, activation=activation), Dense(1, activation="sigmoid")]
    model = keras.Sequential([keras.Input((2,)), *layers])
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return onefit.fit_many(model, x, y, restarts=starts, epochs=epochs, verbose=0)


def learned(nets):
    """For each start, whether the network gets all four rows right at the end."""
    return nets.history["accuracy"][:, -1] == 1


def dead_units(starts):
    """For each start, how many hidden units are 0 for every row before the training.

    The hidden layer alone has the same random weights, and a learning rate of 0 keeps them.
    """
    hidden = keras.Sequential([keras.Input((2,)), Dense(4, activation="relu")])
    hidden.compile(keras.optimizers.SGD(0.0), "mse")
    nets = onefit.fit_many(hidden, x, np.zeros((4, 4)), restarts=starts, epochs=1, verbose=0)
    return np.sum(np.all(nets.predict_each(x) == 0, axis=1), axis=1)


def best_of(nets, group):
    """The share of groups of starts in which the start with the lowest loss has learned XOR."""
    loss, right = nets.history["loss"][:, -1], learned(nets)
    groups = [slice(at, at + group) for at in range(0, len(nets) - group + 1, group)]
    return np.mean([right[one][np.argmin(loss[one])] for one in groups])


def percent(share):
    """A share as a person reads it: not 0 % unless it is none, not 100 % unless it is all."""
    return f"{100 * share:.{int(0 < share < 0.01 or 0.99 < share < 1)}f} %"


def main(starts=1000):
    """Print both tables."""
    plain = train(starts)
    dead = dead_units(starts)
    print("| Dead units at the start | Starts | Of these learn XOR |\n|---|---|---|")
    for count in range(5):
        here = dead == count
        share = percent(learned(plain)[here].mean()) if here.any() else "–"
        print(f"| {count} | {percent(here.mean())} | {share} |")
    print("\n| Change | Starts that learn XOR |\n|---|---|")
    for name, change in CHANGES.items():
        nets = train(starts, **change) if change else plain
        print(f"| {name} | {percent(learned(nets).mean())} |")
    print(f"| the best of 8 starts, nothing else changed | {percent(best_of(plain, 8))} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
