"""The populations that are measured: networks, data and what members there are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Case:
    """A population.

    Args:
        what: In words.
        inputs: The shape of a row.
        widths: The units of the dense layers.
        data: Gives `x` and `y`.
        members: What `fit_many` is asked for; `folds` is a function that makes a splitter.
        epochs: Epochs of each member.
        batch: Rows a batch.
        rate: The learning rate of Adam.
        patience: That of early stopping by the validation loss; 0 for none.
        filters: Filters of a 3 x 3 convolution before the dense layers; 0 for none.
        sample: Members that a loop trains; its time is multiplied to all.
    """

    what: str
    inputs: tuple
    widths: tuple
    data: object
    members: dict = field(default_factory=dict)
    epochs: int = 1
    batch: int = 32
    rate: float = 1e-3
    patience: int = 0
    filters: int = 0
    sample: int = 4

    @property
    def classes(self):
        """Classes to tell apart; 1 for yes or no."""
        return self.widths[-1]


def xor():
    """The four rows of XOR."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    return x, np.array([0, 1, 1, 0], "float32")


def cancer():
    """569 rows of scikit-learn's breast cancer table, standardised."""
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    return ((x - x.mean(0)) / x.std(0)).astype("float32"), y.astype("float32")


def noise(rows, shape, classes):
    """Rows of random numbers; two classes follow from the first two columns."""

    def data():
        source = np.random.RandomState(0)
        x = source.randn(rows, *shape).astype("float32")
        if classes == 1:
            return x, (x[:, 0] * x[:, 1] > 0).astype("float32")
        return x, source.randint(0, classes, rows)

    return data


def splitter():
    """10 folds, each with both classes in their proportion."""
    from sklearn.model_selection import StratifiedKFold

    return StratifiedKFold(10, shuffle=True, random_state=0)


def rates(count):
    """Learning rates from 1e-4 to 1e-1, evenly in their logarithm."""
    return [float(rate) for rate in np.geomspace(1e-4, 1e-1, count)]


CASES = {
    "xor": Case(
        "1,000 starts of the tutorial's network, 1,000 epochs each",
        (2,), (4, 1), xor, {"restarts": 1000}, epochs=1000, sample=20,
    ),
    "folds": Case(
        "10 folds x 10 seeds of a 30-64-64-1 network on breast cancer, up to 100 epochs",
        (30,), (64, 64, 1), cancer, {"folds": splitter, "restarts": 10},
        epochs=100, patience=10, sample=6,
    ),
    "rates": Case(
        "256 learning rates of a 20-32-32-1 network, 30 epochs of 512 rows",
        (20,), (32, 32, 1), noise(512, (20,), 1), {"sweep": {"learning_rate": rates(256)}},
        epochs=30, sample=6,
    ),
    "wide": Case(
        "8 starts of a 784-512-512-10 network, 3 epochs of 2,560 rows",
        (784,), (512, 512, 10), noise(2560, (784,), 10), {"restarts": 8},
        epochs=3, batch=128, sample=2,
    ),
    "convolutional": Case(
        "8 starts of a small convolutional network, 3 epochs of 640 pictures",
        (28, 28, 1), (10,), noise(640, (28, 28, 1), 10), {"restarts": 8},
        epochs=3, batch=64, filters=16, sample=2,
    ),
}  # fmt: skip


def keras_model(case, rate=None):
    """The network in Keras, compiled."""
    import keras
    from keras import layers

    first = []
    if case.filters:
        convolution = layers.Conv2D(case.filters, 3, activation="relu")
        first = [convolution, layers.MaxPooling2D(), layers.Flatten()]
    hidden = [layers.Dense(width, activation="relu") for width in case.widths[:-1]]
    last = layers.Dense(case.classes, activation="sigmoid" if case.classes == 1 else "softmax")
    net = keras.Sequential([keras.Input(case.inputs), *first, *hidden, last])
    loss = "binary_crossentropy" if case.classes == 1 else "sparse_categorical_crossentropy"
    optimizer = keras.optimizers.Adam(case.rate if rate is None else rate)
    net.compile(optimizer, loss, metrics=["accuracy"])
    return net


def arguments(case):
    """The arguments of `fit` that all members share."""
    import keras

    found = {"epochs": case.epochs, "batch_size": case.batch, "verbose": 0}
    if case.patience:
        stop = keras.callbacks.EarlyStopping(patience=case.patience, restore_best_weights=True)
        found["callbacks"] = [stop]
    return found


def alone(case, members):
    """Seed, rows to train on, rows to validate on and learning rate of some members.

    Args:
        case: The case.
        members: How many, from the first.
    """
    restarts, found = case.members.get("restarts", 1), []
    chosen = case.members.get("sweep", {}).get("learning_rate", [case.rate])
    parts = [(None, None)]
    if "folds" in case.members:
        parts = list(case.members["folds"]().split(*case.data()))
    for rate in chosen:
        for train, valid in parts:
            found += [(seed, train, valid, rate) for seed in range(restarts)]
    return found[:: max(1, len(found) // members)][:members] if members else found
