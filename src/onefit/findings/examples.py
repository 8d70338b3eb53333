"""For the page of a code: a small program that draws it, and the lines that cure it."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = """\
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.normal(size=(200, 4))
"""
"""The lines that each of the programs begins with."""


@dataclass(frozen=True)
class Example:
    """A program that draws a finding, and its cure.

    Args:
        program: The lines behind `HEAD`.
        line: The line of it that has to change.
        cure: What stands there in its place.
        trained: Whether the finding shows in the History of a training only. Defaults to `False`.
    """

    program: str
    line: str
    cure: str
    trained: bool = False

    @property
    def broken(self) -> str:
        """The whole program."""
        return HEAD + self.program

    @property
    def cured(self) -> str:
        """The whole program with its cure."""
        return self.broken.replace(self.line, self.cure)


def _example(data: str, *model: str, to: tuple[str, str], trained: bool = False) -> Example:
    """An example of some lines of data, and those of a model."""
    return Example("\n".join([data, *model]) + "\n", *to, trained=trained)


REAL = "y = x @ [[1.0], [-2.0], [0.5], [0.0]]"
BINARY = "y = (x[:, 0] > 0).astype(int)"
THREE = "y = rng.integers(0, 3, 200)"
FIT = "model.fit(x, y, epochs=100, verbose=0)"


def _model(*layers: str) -> str:
    inner = "".join(f"    {one},\n" for one in layers)
    return f"model = keras.Sequential([\n{inner}])"


INPUT = "layers.Input((4,))"
COIN = "y = rng.integers(0, 2, 200)"
HIDDEN = 'layers.Dense(16, activation="relu")'
BCE = 'model.compile("adam", "binary_crossentropy")'
MSE = 'model.compile("adam", "mse")'
SPARSE = 'model.compile("adam", "sparse_categorical_crossentropy")'
SOFTMAX = 'layers.Dense(3, activation="softmax")'
SIGMOID = 'layers.Dense(1, activation="sigmoid")'
LINEAR = "layers.Dense(1)"


EXAMPLES: dict[str, Example] = {
    "OF501": _example(
        BINARY, _model(HIDDEN, 'layers.Dense(1, activation="softmax")'), BCE, FIT,
        to=('layers.Dense(1, activation="softmax")', SIGMOID),
    ),
    "OF502": _example(
        REAL, _model(HIDDEN, SIGMOID), MSE, FIT, to=(SIGMOID, LINEAR),
    ),
    "OF503": _example(
        REAL, _model(HIDDEN, 'layers.Dense(1, activation="relu")'), MSE, FIT,
        to=('layers.Dense(1, activation="relu")', LINEAR),
    ),
    "OF504": _example(
        THREE, _model(HIDDEN, 'layers.Dense(3, activation="sigmoid")'), SPARSE, FIT,
        to=('layers.Dense(3, activation="sigmoid")', SOFTMAX),
    ),
    "OF505": _example(
        THREE, _model(HIDDEN, "layers.Dense(3)"), SPARSE, FIT, to=("layers.Dense(3)", SOFTMAX),
    ),
    "OF507": _example(
        f"{REAL}\nx = 500 + 200 * x", _model(HIDDEN, LINEAR), MSE, FIT,
        to=("x = 500 + 200 * x", "x = 500 + 200 * x\nx = (x - x.mean(0)) / x.std(0)"),
    ),
    "OF508": _example(
        f"{REAL}\ny = 4000 + 900 * y", _model(HIDDEN, LINEAR), MSE, FIT,
        to=("y = 4000 + 900 * y", "y = 4000 + 900 * y\ny = (y - y.mean()) / y.std()"),
    ),
    "OF509": _example(
        "y = np.eye(3)[rng.integers(0, 3, 200)]", _model(HIDDEN, SOFTMAX), MSE, FIT,
        to=(MSE, 'model.compile("adam", "categorical_crossentropy")'),
    ),
    "OF510": _example(
        REAL, _model(HIDDEN, LINEAR), MSE, "model.fit(x, y, epochs=1, verbose=0)",
        to=("epochs=1,", "epochs=200,"),
    ),
    "OF511": _example(
        BINARY, _model(HIDDEN, SIGMOID),
        'model.compile(keras.optimizers.Adam(1.0), "binary_crossentropy")', FIT,
        to=("Adam(1.0)", "Adam(0.01)"),
    ),
    "OF512": _example(
        BINARY, _model(HIDDEN, SIGMOID),
        'model.compile(keras.optimizers.Adam(1e-6), "binary_crossentropy")', FIT,
        to=("Adam(1e-6)", "Adam(0.001)"),
    ),
    "OF513": _example(
        REAL, "low = keras.initializers.Constant(-100.0)",
        _model(INPUT, 'layers.Dense(16, activation="relu", bias_initializer=low)', LINEAR),
        MSE, FIT,
        to=(", bias_initializer=low", ""),
    ),
    "OF514": _example(
        BINARY, _model(*['layers.Dense(16, activation="sigmoid")'] * 4, SIGMOID), BCE, FIT,
        to=('layers.Dense(16, activation="sigmoid")', HIDDEN),
    ),
    "OF515": _example(
        "x, y = rng.normal(size=(200, 50, 2)), rng.normal(size=(200, 1))",
        _model('layers.LSTM(16, activation="relu")', LINEAR), MSE, FIT,
        to=(', activation="relu"', ""),
    ),
    "OF516": _example(
        REAL, _model('layers.Dense(16, activation="relu", kernel_initializer="zeros")', LINEAR),
        MSE, FIT, to=(', kernel_initializer="zeros"', ""),
    ),
    "OF518": _example(
        "y = x[:, :1] ** 2", _model("layers.Dense(16)", LINEAR), MSE, FIT,
        to=("layers.Dense(16)", HIDDEN),
    ),
    "OF519": _example(
        f"x = np.ones((200, 4))\n{THREE}", _model(HIDDEN, SOFTMAX), SPARSE, FIT,
        to=("x = np.ones((200, 4))", "x = rng.normal(size=(200, 4))"),
    ),
    "OF520": _example(
        "y = (np.arange(200) % 20 == 0).astype(int)", _model(HIDDEN, SIGMOID), BCE, FIT,
        to=("epochs=100,", "epochs=100, class_weight={0: 0.53, 1: 10.0},"),
    ),
    "OF521": _example(
        BINARY.replace("> 0", "+ 3 * rng.normal(size=200) > 0"),
        _model('layers.Dense(256, activation="relu")', SIGMOID),
        'model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")',
        "stop = []",
        "model.fit(x, y, epochs=100, validation_split=0.5, callbacks=stop, verbose=0)",
        to=("stop = []", "stop = keras.callbacks.EarlyStopping(patience=2)"), trained=True,
    ),
    "OF522": _example(
        "y = np.sort(np.arange(200) % 3)", _model(HIDDEN, SOFTMAX), SPARSE,
        "model.fit(x, y, epochs=100, validation_split=0.3, verbose=0)",
        to=("y = np.sort(np.arange(200) % 3)",
            "y = np.sort(np.arange(200) % 3)\norder = rng.permutation(200)\n"
            "x, y = x[order], y[order]"),
    ),
    "OF523": _example(
        f"{BINARY}\nx[:, 3] = y", _model(HIDDEN, SIGMOID), BCE, FIT,
        to=("x[:, 3] = y", "x = x[:, :3]"),
    ),
    "OF524": _example(
        BINARY, _model(HIDDEN, "layers.BatchNormalization()", SIGMOID), BCE,
        "model.fit(x, y, epochs=20, verbose=0)",
        to=("BatchNormalization()", "BatchNormalization(momentum=0.9)"),
    ),
    "OF525": _example(
        BINARY,
        _model(*['layers.Dense(16, activation="relu", kernel_regularizer="l2")'] * 2, SIGMOID),
        BCE, FIT, to=('kernel_regularizer="l2"', "kernel_regularizer=keras.regularizers.L2(1e-4)"),
    ),
    "OF526": _example(
        REAL, _model(HIDDEN, LINEAR), 'model.compile("adam", "mse", metrics=["accuracy"])', FIT,
        to=('metrics=["accuracy"]', 'metrics=["mae"]'), trained=True,
    ),
    "OF527": _example(
        f"x = rng.normal(size=(400, 2))\nx[:, 0] += 6 * (x[:, 1] > 0)\n"
        f"{BINARY.replace('> 0', '> 3')}\ny[::10] = 1 - y[::10]",
        _model(HIDDEN, SIGMOID), BCE, FIT,
        to=("\ny[::10] = 1 - y[::10]", ""),
    ),
    "OF528": _example(
        REAL, _model(INPUT, HIDDEN, LINEAR), "model.trainable = False", MSE, FIT,
        to=("model.trainable = False", "model.trainable = True"),
    ),
    "OF529": _example(
        f"x = rng.integers(0, 20, (200, 5))\n{COIN}",
        _model("layers.Embedding(10, 4)", "layers.Flatten()", SIGMOID), BCE, FIT,
        to=("layers.Embedding(10, 4)", "layers.Embedding(20, 4)"),
    ),
    "OF530": _example(
        f"x = rng.normal(size=(200, 3, 16, 16))\n{COIN}",
        _model('layers.Conv2D(4, 3, activation="relu")', "layers.Flatten()", SIGMOID), BCE, FIT,
        to=("x = rng.normal(size=(200, 3, 16, 16))",
            "x = rng.normal(size=(200, 3, 16, 16))\nx = np.moveaxis(x, 1, -1)"),
    ),
    "OF601": _example(
        REAL, _model("layers.Input((5,))", HIDDEN, LINEAR), MSE, FIT,
        to=("layers.Input((5,))", "layers.Input((4,))"),
    ),
    "OF602": _example(
        f"x = rng.normal(size=(200, 8, 8))\n{COIN}",
        _model("layers.Conv2D(4, 3)", "layers.Flatten()", SIGMOID), BCE, FIT,
        to=("x = rng.normal(size=(200, 8, 8))", "x = rng.normal(size=(200, 8, 8))[..., None]"),
    ),
    "OF603": _example(
        f"{REAL}\nx = x[1:]", _model(HIDDEN, LINEAR), MSE, FIT,
        to=("x = x[1:]", "x, y = x[1:], y[1:]"),
    ),
    "OF604": _example(
        THREE, _model(HIDDEN, SOFTMAX), 'model.compile("adam", "categorical_crossentropy")', FIT,
        to=('model.compile("adam", "categorical_crossentropy")', SPARSE),
    ),
    "OF605": _example(
        REAL, _model(HIDDEN, LINEAR), "model.summary()", FIT, to=("model.summary()", MSE),
    ),
    "OF606": _example(
        'y = np.array(["yes", "no"] * 100)', _model(HIDDEN, SIGMOID), BCE, FIT,
        to=('y = np.array(["yes", "no"] * 100)',
            'y = (np.array(["yes", "no"] * 100) == "yes").astype(int)'),
    ),
    "OF607": _example(
        REAL, "a, b = layers.Input((4,)), layers.Input((4,))",
        "model = keras.Model([a, b], layers.Dense(1)(a + b))", MSE, FIT,
        to=("model.fit(x, y", "model.fit([x, x], y"),
    ),
    "OF608": _example(
        REAL, _model(HIDDEN, LINEAR), 'model.compile("adam", "mean_square_error")', FIT,
        to=("mean_square_error", "mean_squared_error"),
    ),
    "OF609": _example(
        f"x = rng.normal(size=(200, 8, 8, 1))\n{COIN}",
        _model("layers.Conv2D(4, 3)", "layers.MaxPooling2D(8)", "layers.Flatten()", SIGMOID), BCE,
        FIT, to=("layers.MaxPooling2D(8)", "layers.MaxPooling2D(2)"),
    ),
    "OF610": _example(
        "x, y = x.tolist(), x[:, 0].tolist()", _model(HIDDEN, LINEAR), MSE, FIT,
        to=("x, y = x.tolist(), x[:, 0].tolist()", "y = x[:, 0]"),
    ),
}  # fmt: skip
"""An example for each code that a program can draw by itself."""
