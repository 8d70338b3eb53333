"""Models of every family train, evaluate and predict to the bit as with stock Keras."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import Model, Sequential, layers, ops

from .both import Way, differences
from .data import BINARY, CLASSES, IMAGES, ROWS, SERIES, TOKENS, VOLUMES, X


def stack(shape: tuple[int, ...], *hidden: Any, classes: int = 1) -> Model:
    last = layers.Dense(classes, activation="sigmoid" if classes == 1 else "softmax")
    return Sequential([keras.Input(shape), *hidden, last])


def on_images(*hidden: Any) -> Model:
    return stack((6, 6, 2), *hidden, layers.Flatten(), classes=3)


def on_series(*hidden: Any) -> Model:
    return stack((5, 3), *hidden)


def on_tokens(*hidden: Any) -> Model:
    return stack((5,), layers.Embedding(9, 4, mask_zero=True), *hidden)


def attention() -> Model:
    inputs = keras.Input((5, 3))
    seen = layers.MultiHeadAttention(2, 2, dropout=0.1)(inputs, inputs)
    seen = layers.LayerNormalization()(inputs + seen)
    outputs = layers.Dense(1, activation="sigmoid")(layers.GlobalAveragePooling1D()(seen))
    return Model(inputs, outputs)


class Subclassed(Model):
    """With a loss of its own in `call`, and unbuilt until it sees data."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.drop = layers.Dense(4, activation="tanh"), layers.Dropout(0.2)
        self.last = layers.Dense(1, activation="sigmoid")

    def call(self, x: Any, training: bool = False) -> Any:
        hidden = self.drop(self.hidden(x), training=training)
        self.add_loss(0.01 * ops.mean(hidden**2))
        return self.last(hidden)


class OwnSteps(Subclassed):
    """Its steps log more than Keras's."""

    def train_step(self, state: Any, data: Any) -> Any:
        logs, state = super().train_step(state, data)
        return logs | {"twice": logs["loss"] * 2}, state

    def test_step(self, state: Any, data: Any) -> Any:
        logs, state = super().test_step(state, data)
        return logs | {"half": logs["loss"] / 2}, state


class OwnLoss(Subclassed):
    """It computes loss and metrics itself."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True) -> Any:
        return ops.mean(ops.abs(y_pred[:, 0] - ops.cast(y, "float32")) ** 1.5) + sum(self.losses)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        found = super().compute_metrics(x, y, y_pred, sample_weight)
        return found | {"largest": ops.max(y_pred)}


def frozen() -> Model:
    model = stack((4,), layers.Dense(4), layers.BatchNormalization(), layers.Dense(3))
    model.layers[0].trainable = model.layers[1].trainable = False
    return model


def with_policy(policy: str) -> Model:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        return stack((4,), layers.Dense(4, activation="relu"), layers.BatchNormalization())
    finally:
        keras.config.set_dtype_policy(before)


def constant() -> Model:
    """A layer that closes over arrays, a small and a large one."""
    small = ops.convert_to_tensor(np.linspace(0.3, 3, 4, dtype="float32"))
    large = ops.convert_to_tensor(np.linspace(0.3, 3, 4 * 2000, dtype="float32").reshape(4, 2000))
    divide = layers.Lambda(
        lambda x: ops.matmul(x / small, large / 7.0), output_shape=(2000,), name="divide"
    )
    return stack((4,), divide)


TABULAR = {
    "dense": lambda: stack((4,), layers.Dense(5, activation="relu")),
    "noise and normalization": lambda: stack(
        (4,), layers.Dense(4), layers.BatchNormalization(), layers.Dropout(0.3),
        layers.GaussianNoise(0.1), layers.GaussianDropout(0.1), layers.AlphaDropout(0.1),
    ),
    "regularized": lambda: stack(
        (4,), layers.Dense(
            4, kernel_regularizer="l2", bias_regularizer="l1", activity_regularizer="l2",
            kernel_constraint="max_norm",
        ),
    ),
    "other normalizations": lambda: stack(
        (4,), layers.LayerNormalization(), layers.GroupNormalization(2),
        layers.SpectralNormalization(layers.Dense(3)), layers.UnitNormalization(),
    ),
    "unbuilt": lambda: Sequential([layers.Dense(3), layers.Dense(1, activation="sigmoid")]),
    "nested": lambda: stack(
        (4,), Sequential([layers.Dense(3), layers.Dropout(0.2), layers.BatchNormalization()])
    ),
    "subclassed": Subclassed,
    "own steps": OwnSteps,
    "own loss and metrics": OwnLoss,
    "frozen": frozen,
    "constants": constant,
    "mixed float16 with loss scaling": lambda: with_policy("mixed_float16"),
    "mixed bfloat16": lambda: with_policy("mixed_bfloat16"),
    "float64 layer": lambda: stack((4,), layers.Dense(3, dtype="float64")),
}  # fmt: skip
ON_IMAGES = {
    "conv2d": lambda: on_images(
        layers.Conv2D(3, 3, padding="same", activation="relu"), layers.BatchNormalization(),
        layers.MaxPooling2D(), layers.Conv2D(2, 2, strides=2), layers.GlobalAveragePooling2D(),
    ),
    "depthwise and transposed": lambda: on_images(
        layers.DepthwiseConv2D(3), layers.Conv2DTranspose(2, 2, strides=2),
        layers.AveragePooling2D(2),
    ),
    "groups and dilation": lambda: on_images(
        layers.Conv2D(4, 2, groups=2), layers.Conv2D(2, 2, dilation_rate=2)
    ),
    "augmented": lambda: on_images(
        layers.RandomFlip(), layers.RandomRotation(0.1), layers.RandomZoom(0.1),
        layers.RandomTranslation(0.1, 0.1), layers.RandomContrast(0.1),
    ),
}  # fmt: skip
ON_SERIES = {
    "conv1d": lambda: on_series(
        layers.Conv1D(3, 2, padding="causal"), layers.MaxPooling1D(),
        layers.SpatialDropout1D(0.2), layers.Flatten(),
    ),
    "lstm": lambda: on_series(layers.LSTM(3, dropout=0.2, recurrent_dropout=0.1)),
    "attention": attention,
}  # fmt: skip
ON_TOKENS = {
    "bidirectional gru with mask": lambda: on_tokens(layers.Bidirectional(layers.GRU(2))),
    "lstm with mask": lambda: on_tokens(
        layers.LSTM(2, return_sequences=True), layers.TimeDistributed(layers.Dense(2)),
        layers.GlobalAveragePooling1D(),
    ),
}  # fmt: skip


def _same(make: Any, x: Any, y: Any, loss: str, recording: bool = False) -> None:
    def case(way: Way) -> None:
        model = make()
        model.compile("adam", loss, metrics=["accuracy"])
        way.fit(model, x, y, epochs=2, batch_size=8)
        way.evaluate(model, x, y, batch_size=11)
        way.predict(model, x, batch_size=11)

    assert differences(case, recording=recording) == []


OLD = pytest.mark.xfail(keras.__version__ < "3.14", reason="Keras 3.13 gives arrays, onefit floats")


@pytest.mark.filterwarnings("ignore:Explicitly requested dtype float64")
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[OLD] * n.startswith("own ")) for n in TABULAR]
)
def test_tabular(name):
    _same(TABULAR[name], X, BINARY, "binary_crossentropy", recording=name == "subclassed")


@pytest.mark.parametrize("name", ON_IMAGES)
def test_images(name):
    _same(ON_IMAGES[name], IMAGES, CLASSES, "sparse_categorical_crossentropy")


@pytest.mark.parametrize("name", ON_SERIES)
def test_series(name):
    _same(ON_SERIES[name], SERIES, BINARY, "binary_crossentropy")


@pytest.mark.parametrize("name", ON_TOKENS)
def test_tokens(name):
    _same(ON_TOKENS[name], TOKENS, BINARY, "binary_crossentropy")


def test_volumes():
    def make() -> Model:
        return stack((3, 3, 3, 1), layers.Conv3D(2, 2), layers.MaxPooling3D(), layers.Flatten())

    _same(make, VOLUMES, BINARY, "binary_crossentropy")


def test_a_state_that_goes_from_batch_to_batch():
    def case(way: Way) -> None:
        model = Sequential(
            [keras.Input(batch_shape=(11, 5, 3)), layers.GRU(2, stateful=True), layers.Dense(1)]
        )
        model.compile("sgd", "mse")
        way.fit(model, SERIES, BINARY, epochs=2, batch_size=11, shuffle=False)
        way.predict(model, SERIES, batch_size=11)

    assert differences(case, recording=False) == []


def test_several_inputs_and_outputs():
    def case(way: Way) -> None:
        a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
        hidden = layers.Dense(3, activation="relu")(layers.Concatenate()([a, b]))
        model = Model(
            {"a": a, "b": b},
            {
                "p": layers.Dense(1, activation="sigmoid", name="p")(hidden),
                "q": layers.Dense(3, activation="softmax", name="q")(hidden),
            },
        )
        model.compile(
            "adam",
            {"p": "binary_crossentropy", "q": "sparse_categorical_crossentropy"},
            metrics={"p": ["accuracy", "auc"], "q": "accuracy"},
            weighted_metrics={"p": ["mae"], "q": []},
            loss_weights={"p": 1.0, "q": 0.5},
        )
        x, y = {"a": X, "b": X[:, :2]}, {"p": BINARY, "q": CLASSES}
        weights = {"p": np.linspace(0, 1, ROWS), "q": np.ones(ROWS)}
        way.fit(model, x, y, epochs=2, batch_size=8, sample_weight=weights)
        way.evaluate(model, x, y, return_dict=True)
        way.evaluate(model, x, y)
        way.predict(model, x, batch_size=11)

    assert differences(case) == []


def test_nested_inputs_and_outputs():
    class Nested(Model):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = layers.Dense(2), layers.Dense(1)

        def call(self, x: Any) -> Any:
            return {"o": (self.first(x["u"]["v"]), [self.second(x["t"][0])])}

    def case(way: Way) -> None:
        model = Nested()
        model.compile("sgd", {"o": ("mse", ["mae"])})
        x, y = {"u": {"v": X}, "t": [X]}, {"o": (X[:, :2], [X[:, :1]])}
        way.fit(model, x, y, epochs=2, batch_size=11)
        way.predict(model, x)

    assert differences(case, recording=False) == []
