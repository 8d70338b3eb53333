"""What a user has given to one `fit`, as Keras reads it: read once, and not changed any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onefit.findings import Finding
from onefit.training.data.arguments import listed_callbacks, prepare, validation_iterator
from onefit.training.data.batches import check_steps
from onefit.training.data.ordered_tables import steady_table_of, table_of
from onefit.training.data.tables import Table
from onefit.training.host import switches
from onefit.training.host.faults import is_ours

if TYPE_CHECKING:
    from keras import Model


@dataclass(frozen=True)
class Inputs:
    """The inputs of a fit.

    Args:
        model: The model, built and compiled.
        given: The arguments with which Keras's own `fit` would go on from here.
        iterator: Keras's iterator over the training data.
        table: The training data as a table; `None` for a stream or for sparse data.
        valid: Keras's iterator over the validation data; where the training is a stream,
            `(x, y, sample_weight)`, of which Keras makes it later; `None` if nothing is validated.
        valid_table: The validation data as a table, or `None`.
        callbacks: Keras's list of callbacks, History and progress bar included.
        first: The first epoch.
        last: The one after the last epoch.
        mistake: What is wrong with the validation, which Keras says after the first epoch.
    """

    model: Any
    given: dict[str, Any]
    iterator: Any
    table: Table | None
    valid: Any
    valid_table: Table | None
    callbacks: Any
    first: Any
    last: Any
    mistake: Finding | None = None

    @property
    def epochs(self) -> range:
        """The epochs that are trained; none where Keras's loop over them ends with an error."""
        try:
            return range(self.first, self.last)
        except TypeError:
            return range(0)

    def validates(self, epoch: int) -> bool:
        """Keras's rule for `validation_freq`, with Keras's error."""
        freq = self.given["validation_freq"]
        return self.valid is not None and bool(self.model._should_eval(epoch, freq))


def inputs_of(model: Model, given: dict[str, Any]) -> Inputs:
    """Read the arguments of a fit in the order in which Keras reads them.

    Args:
        model: A compiled `keras.Model`; it is built if it is not.
        given: The arguments of `keras.Model.fit`, all of them.

    Raises:
        Whatever Keras raises for them before its first epoch. A mistake in the validation is an
        error after the first epoch in Keras, with all that has been trained by then: it is noted
        here. In strict mode it is raised, and so is an error of our own, for the fence around.
    """
    iterator, validation, given = prepare(model, given)
    callbacks = listed_callbacks(model, given, iterator.num_batches)
    # Where stock Keras goes on from here it must not make a second list: each callback would be
    # told its model twice, and there would be two Histories.
    given["callbacks"] = callbacks  # they know their model now
    first, last = given["initial_epoch"], given["epochs"]
    table, mistake = table_of(iterator), None
    inputs = Inputs(model, given, iterator, table, validation, None, callbacks, first, last)
    if validation is None:
        return inputs
    valid = valid_table = None
    try:
        valid, valid_table = _validation(inputs)
    except Exception as error:
        mistake = mistake_of(model, error)
    return Inputs(
        model, given, iterator, table, valid, valid_table, callbacks, first, last, mistake
    )


def _validation(inputs: Inputs) -> tuple[Any, Table | None]:
    """The validation data as far as a program needs them: an iterator, and a table if they are one.

    Data on which Keras never validates are not looked at. Those of a stream's training, and of
    one that stock Keras runs, are not either before they are due.
    """
    if inputs.valid is None or not any(map(inputs.validates, inputs.epochs)):
        return None, None
    # Keras makes the validation's iterator when the first validation is due, and so after the
    # stream has been read for an epoch. Reading both from one source must keep that order.
    if inputs.table is None or inputs.table.sizes.empty:
        return inputs.valid, None
    iterator = validation_iterator(inputs.model, inputs.given, inputs.valid)
    table = steady_table_of(iterator)
    if table is not None:
        check_steps(table.steps)
    return iterator, table


def mistake_of(model: Model, error: Exception) -> Finding:
    """What cannot be put together is stock Keras's: the finding that says so.

    Raises:
        Exception: The error itself, in strict mode and where it is ours.
    """
    if switches.CURRENT.strict or is_ours(error):
        raise error
    lines = f"{type(error).__name__}: {error}".splitlines()
    return Finding("OF115", where=type(model).__name__, evidence=lines[0])
