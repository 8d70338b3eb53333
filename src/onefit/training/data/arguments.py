"""What Keras makes of the arguments of `fit`: the same checks, the same iterators, the same errors.

Nothing is checked here that Keras checks: its own iterators are made from the arguments, in the
order in which its `fit` makes them, so that a user's mistake raises what Keras raises, and
`np.random` is drawn from as Keras draws from it.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

from keras import Model, config
from keras import callbacks as callbacks_module

from onefit.training.host.interrupts import Answered
from onefit.training.host.keras_private import JAXEpochIterator, array_slicing, data_adapter_utils
from onefit.training.host.stock import symbolic_build
from onefit.training.host.zeros_and_ones import on_the_host


class Prepared(NamedTuple):
    """What Keras's `fit` has made of its arguments before its callbacks.

    Args:
        iterator: Keras's iterator over the training data; the model is built and compiled for it.
        validation: The validation data as `(x, y, sample_weight)`, or `None`.
        given: The arguments with which Keras's own `fit` would go on from here.
    """

    iterator: Any
    validation: Any
    given: dict[str, Any]


def prepare(model: Model, given: dict[str, Any]) -> Prepared:
    """Do what Keras's `fit` does before its first epoch, up to the callbacks.

    Args:
        model: A Keras model.
        given: The arguments of `keras.Model.fit`, all of them.

    Raises:
        Whatever Keras raises for arguments that it does not take.
    """
    given = dict(given)
    model._assert_compile_called("fit")
    if (most := config.max_epochs()) and most < given["epochs"]:
        warnings.warn(f"Limiting epochs to {most}", stacklevel=2)
        given["epochs"] = most
    model._eval_epoch_iterator = None
    x, y, weights = given["x"], given["y"], given["sample_weight"]
    validation = given["validation_data"]
    if given["validation_split"] and validation is None:
        (x, y, weights), validation = array_slicing.train_validation_split(
            (x, y, weights), validation_split=given["validation_split"]
        )
    valid = None
    if validation is not None:
        valid = data_adapter_utils.unpack_x_y_sample_weight(validation)
    iterator = JAXEpochIterator(
        x=x,
        y=y,
        sample_weight=weights,
        batch_size=given["batch_size"],
        steps_per_epoch=given["steps_per_epoch"],
        shuffle=given["shuffle"],
        class_weight=given["class_weight"],
        steps_per_execution=model.steps_per_execution,
    )
    with on_the_host(), Answered():
        symbolic_build(model, iterator)
    iterator.reset()
    # Keras's fit takes an adapter in the place of data: it would go on from exactly here
    given |= {
        "x": iterator.data_adapter,
        "y": None,
        "sample_weight": None,
        "class_weight": None,
        "validation_split": 0.0,
        "validation_data": valid,
    }
    return Prepared(iterator, valid, given)


def validation_iterator(model: Model, given: dict[str, Any], validation: Any) -> Any:
    """The validation's iterator, which Keras makes when the first validation is due.

    Args:
        model: The model.
        given: The arguments of `fit`.
        validation: `(x, y, sample_weight)`.
    """
    x, y, weights = validation
    return JAXEpochIterator(
        x=x,
        y=y,
        sample_weight=weights,
        # `or`, as in Keras: a size of 0 means that of the training.
        batch_size=given["validation_batch_size"] or given["batch_size"],
        steps_per_execution=model.steps_per_execution,
        steps_per_epoch=given["validation_steps"],
        shuffle=False,
    )


def listed_callbacks(model: Model, given: dict[str, Any], steps: int | None) -> Any:
    """Keras's list of callbacks, with History and the progress bar.

    Args:
        model: The model.
        given: The arguments of `fit`.
        steps: How many batches an epoch has; `None` if that is not known.
    """
    callbacks, verbose = given["callbacks"], given["verbose"]
    if isinstance(callbacks, callbacks_module.CallbackList):
        return callbacks
    return callbacks_module.CallbackList(
        callbacks,
        add_history=True,
        add_progbar=verbose != 0,
        verbose=verbose,
        epochs=given["epochs"],
        steps=steps,
        model=model,
    )
