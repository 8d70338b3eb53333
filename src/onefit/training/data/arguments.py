"""What Keras makes of the arguments of `fit`: the same checks, the same iterators, the same errors.

Nothing is checked here that Keras checks: its own iterators are made from the arguments, in the
order in which its `fit` makes them, so that a user's mistake raises what Keras raises, and
`np.random` is drawn from as Keras draws from it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from keras import callbacks as callbacks_module
from keras import config

from onefit.training.data.batches import check_steps
from onefit.training.data.ordered_tables import steady_table_of, table_of
from onefit.training.data.tables import Table
from onefit.training.host.interrupts import Answered
from onefit.training.host.keras_private import JAXEpochIterator, array_slicing, data_adapter_utils
from onefit.training.host.stock import symbolic_build
from onefit.training.host.zeros_and_ones import on_the_host


@dataclass
class Work:
    """A fit, ready to be planned.

    Args:
        model: The model, built and compiled.
        iterator: Keras's iterator over the training data.
        table: The training data as a table; `None` for a stream or for sparse data.
        valid: Keras's iterator over the validation data, or `None`.
        valid_table: The validation data as a table, or `None`.
        validation_freq: As the user gave it.
        first: The first epoch.
        last: The one after the last epoch.
        given: The arguments with which Keras's own `fit` would go on from here.
        callbacks: Keras's list of callbacks, History and progress bar included.
        by_step: Whether each step is a call, so that no size but a batch's is compiled.
    """

    model: Any
    iterator: Any
    table: Table | None
    valid: Any
    valid_table: Table | None
    validation_freq: Any
    first: int
    last: int
    given: dict[str, Any]
    callbacks: Any = None
    by_step: bool = False


def prepare(model: Any, given: dict[str, Any]) -> Work:
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
    return Work(
        model=model,
        iterator=iterator,
        table=table_of(iterator),
        valid=valid,
        valid_table=None,
        validation_freq=given["validation_freq"],
        first=given["initial_epoch"],
        last=given["epochs"],
        given=given,
    )


def prepare_validation(work: Work) -> None:
    """Make the validation's iterator, which Keras makes when the first validation is due."""
    if work.valid is None:
        return
    x, y, weights = work.valid
    given = work.given
    iterator = JAXEpochIterator(
        x=x,
        y=y,
        sample_weight=weights,
        batch_size=given["validation_batch_size"] or given["batch_size"],
        steps_per_execution=work.model.steps_per_execution,
        steps_per_epoch=given["validation_steps"],
        shuffle=False,
    )
    work.valid = iterator
    work.valid_table = steady_table_of(iterator)
    if work.valid_table is not None:
        check_steps(work.valid_table.steps)


def prepare_callbacks(work: Work) -> None:
    """Make Keras's list of callbacks, with History and the progress bar."""
    callbacks, verbose = work.given["callbacks"], work.given["verbose"]
    if not isinstance(callbacks, callbacks_module.CallbackList):
        callbacks = callbacks_module.CallbackList(
            callbacks,
            add_history=True,
            add_progbar=verbose != 0,
            verbose=verbose,
            epochs=work.last,
            steps=work.iterator.num_batches,
            model=work.model,
        )
    work.callbacks = callbacks


def epochs_of(work: Work) -> range:
    """The epochs that are trained; none where Keras's loop over them ends with an error."""
    try:
        return range(work.first, work.last)
    except TypeError:
        return range(0)


def is_validated(work: Work) -> bool:
    """Whether a validation is due in any epoch of the fit.

    Raises:
        ValueError: Keras's error about a wrong `validation_freq`.
    """
    should_validate(work, work.first)
    return any(should_validate(work, epoch) for epoch in epochs_of(work))


def should_validate(work: Work, epoch: int) -> bool:
    """Keras's rule for `validation_freq`, with Keras's error."""
    return work.valid is not None and bool(work.model._should_eval(epoch, work.validation_freq))
