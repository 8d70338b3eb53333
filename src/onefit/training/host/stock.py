"""Keras's own methods, kept from before onefit takes their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onefit.training.host.backend import keras_trainer

if TYPE_CHECKING:
    from keras import Model

JAXTrainer = keras_trainer()

FIT = JAXTrainer.fit
EVALUATE = JAXTrainer.evaluate
PREDICT = JAXTrainer.predict
TRAIN_ON_BATCH = JAXTrainer.train_on_batch


def symbolic_build(model: Model, iterator: Any) -> None:
    """Build what Keras's `fit` and `evaluate` build, and draw from `np.random` as they do for it.

    From Keras 3.16 on a model that is built already is not looked at, and nothing is drawn.

    Args:
        model: The model.
        iterator: Keras's iterator over its data.
    """
    build = getattr(model, "_maybe_symbolic_build", None) or model._symbolic_build
    build(iterator=iterator)
