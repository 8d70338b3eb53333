"""What is kept of models that are gone."""

from __future__ import annotations

import gc
import weakref

import keras
import numpy as np

import onefit


def test_a_model_that_has_predicted_one_batch_goes() -> None:
    """The prediction that is kept ready for it does not hold it."""
    x = np.ones((32, 3), "float32")
    gone = []
    for _ in range(2):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        with onefit.installed():
            model.predict(x, verbose=0)
            model.predict(x, verbose=0)
        gone.append(weakref.ref(model))
        del model
        gc.collect()
    assert gone[0]() is None  # the plan of the last call may be asked for
