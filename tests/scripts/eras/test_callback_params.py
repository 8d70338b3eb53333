"""Callbacks find in `params` what Keras 1.2.2 and 2.2.4 told them."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named
from onefit.scripts.eras.stand_ins.training import multi_gpu_model

X, Y = np.ones((20, 2), "float32"), np.ones(20, "float32")
NAMES = ["loss", "mean_absolute_error"]
BOTH = [*NAMES, "val_loss", "val_mean_absolute_error"]


def batches():
    while True:
        yield X[:4], Y[:4]


# What the Kerases of then had in `params` of a callback, beside `epochs` and `verbose`.
OF_KERAS_1 = {
    "plain": {"batch_size": 8, "nb_sample": 20, "do_validation": False, "metrics": NAMES},
    "default": {"batch_size": 32, "nb_sample": 20, "do_validation": False, "metrics": NAMES},
    "held out": {"batch_size": 8, "nb_sample": 20, "do_validation": True, "metrics": BOTH},
    "split": {"batch_size": 8, "nb_sample": 15, "do_validation": True, "metrics": BOTH},
    "generator": {"nb_sample": 12, "do_validation": False, "metrics": BOTH},
}
OF_KERAS_2 = {
    "plain": {"batch_size": 8, "samples": 20, "steps": None, "metrics": NAMES},
    "default": {"batch_size": 32, "samples": 20, "steps": None, "metrics": NAMES},
    "held out": {"batch_size": 8, "samples": 20, "steps": None, "metrics": BOTH},
    "split": {"batch_size": 8, "samples": 15, "steps": None, "metrics": BOTH},
    "generator": {"steps": 3, "do_validation": False, "metrics": BOTH},
}
GIVEN = {
    "plain": {"batch_size": 8},
    "default": {},
    "held out": {"batch_size": 8, "validation_data": (X, Y)},
    "split": {"batch_size": 8, "validation_split": 0.25},
}
CASES = [
    *(("keras1", name, expected) for name, expected in OF_KERAS_1.items()),
    *(("keras2", name, expected) for name, expected in OF_KERAS_2.items()),
]


@pytest.mark.parametrize(("era", "name", "expected"), CASES)
def test_what_callbacks_are_told(era, name, expected):
    found = {}

    class Telling(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            found.update(self.params)

    activation.activate(named(era))
    try:
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse", metrics=["mae"])
        epochs = {"nb_epoch" if era == "keras1" else "epochs": 2}
        settings = {"callbacks": [Telling()], "verbose": 0, **epochs}
        if name == "generator":
            count = 12 if era == "keras1" else 3  # rows; batches
            model.fit_generator(batches(), count, **settings)
        else:
            model.fit(X, Y, **GIVEN[name], **settings)
    finally:
        activation.deactivate()
    assert {key: found[key] for key in expected} == expected
    assert found[next(iter(epochs))] == 2 and found["verbose"] == 0
    others = {"keras1": {"epochs", "samples", "steps"}, "keras2": {"nb_epoch", "nb_sample"}}[era]
    assert not others & found.keys()
    if name == "generator":  # by these names scripts tell arrays
        assert not {"samples", "batch_size"} & found.keys()


def test_a_model_for_several_gpus_is_the_model_with_a_word():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.warns(UserWarning, match=r"multi_gpu_model\(gpus=2\) gives the model itself"):
        assert multi_gpu_model(model, gpus=2) is model
