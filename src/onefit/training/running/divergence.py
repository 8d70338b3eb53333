"""The step at which a loss stopped being a finite number.

A program logs a loss for each epoch, so the epoch is known. The step is looked for only when a loss
is lost: the calls of a program can be repeated, so the call in which it happened is made again from
the state that it was given, with ever fewer steps. All in all that runs no more steps than the call
did and compiles nothing, and a training without NaN pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from onefit.findings import Finding
from onefit.training.core.position import SPENT, STEP
from onefit.training.core.state import State
from onefit.training.host.variables import variables

if TYPE_CHECKING:
    from keras import Model


class Place(Protocol):
    """Where a run is: a `Carry` or a `Passed`."""

    @property
    def position(self) -> Any:
        """See `core/position.py`."""


Reached = TypeVar("Reached", bound=Place)


def loss_places(model: Model) -> list[int]:
    """Where the running loss of an epoch stands among the model's metric variables.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("adam", "mse")
    >>> loss_places(model)
    [0, 1]
    """
    trackers = [metric for metric in model.metrics if metric.name == "loss"]
    held = {id(variable) for tracker in trackers[:1] for variable in tracker.variables}
    return [at for at, one in enumerate(variables(model).metrics) if id(one) in held]


def losses_of(state: State, places: list[int]) -> list[Any]:
    """The numbers of the running loss."""
    return [state.metrics[at] for at in places]


Steps = tuple[int, int]
"""The first and the last step of an epoch that may have lost the loss, counted from 0."""


def first_lost(
    begin: Reached,
    spent: int,
    run: Callable[[Reached, int, bool], Reached],
    lost: Callable[[Reached], bool],
) -> np.ndarray | None:
    """The position before the step that lost the loss.

    Args:
        begin: A place at which the loss was finite.
        spent: After how many steps of the feed it was lost.
        run: Goes on from a place until so many steps are spent, with or without the rows that are
            left over after the full batches; these are always run together with the batch before.
        lost: Whether the loss is lost at a place.

    Returns:
        The position; `None` if looking for it fails, which must not cost anybody a training.
    """
    try:
        low, high = int(np.asarray(begin.position)[SPENT]), spent
        while high - low > 1:
            middle = (low + high) // 2
            reached = run(begin, middle, True)
            if lost(reached):
                high = middle
            else:
                begin, low = reached, middle
        position = np.array(begin.position)
        # The last full batch and the rows left over are run by one call; which of the two it was
        # shows when the call is made without those rows.
        steps = np.asarray(run(begin, low + 1, True).position)[SPENT] - low
        if steps > 1 and not lost(run(begin, low + 1, False)):
            position[STEP] += 1
        return position
    except Exception:
        return None


class Trail:
    """The running losses after calls that cannot be made again, such as those of a stream.

    >>> trail = Trail()
    >>> for steps, loss in ((8, 1.0), (16, 0.9), (24, float("nan"))):
    ...     trail.add(steps, [loss])
    >>> trail.lost()
    (16, 23)
    """

    MOST = 100

    def __init__(self) -> None:
        """No call was made."""
        self.marks: list[tuple[int, list[Any]]] = []

    def add(self, steps: int, losses: list[Any]) -> None:
        """Note the numbers of the running loss after so many steps; nobody waits for them."""
        self.marks.append((steps, losses))
        if len(self.marks) > self.MOST:
            self.marks = [mark for mark in self.marks if not gone(mark[1])]
            middle = len(self.marks) // 2
            # A running loss that was lost stays lost until the next pass: where it is finite here,
            # it was at all marks before. Half of them at a time, because looking waits for the
            # step.
            if finite(self.marks[middle][1]):
                del self.marks[:middle]

    def lost(self) -> Steps | None:
        """The steps of the call in which the loss was lost; `None` if it never was."""
        marks = [mark for mark in self.marks if not gone(mark[1])]
        if not marks or finite(marks[-1][1]):
            return None
        before = 0
        for steps, losses in marks:
            if not finite(losses):
                return before, steps - 1
            before = steps
        return None


def gone(numbers: list[Any]) -> bool:
    """Whether a step of stock Keras has taken over their memory."""
    return any(one.is_deleted() for one in numbers if hasattr(one, "is_deleted"))


def finite(numbers: list[Any]) -> bool:
    """Whether all are finite."""
    return all(bool(np.isfinite(one).all()) for one in numbers)


def diverged(epoch: int, steps: Steps) -> Finding:
    """The finding of a loss that was lost.

    Args:
        epoch: The epoch, counted from 0.
        steps: The steps of it that may have lost the loss.

    >>> diverged(2, (4, 4)).where, diverged(2, (8, 15)).where
    ('from epoch 3, step 5 on', 'from epoch 3, one of the steps 9 to 16 on')
    """
    first, last = steps[0] + 1, steps[1] + 1
    step = f"step {first}" if first == last else f"one of the steps {first} to {last}"
    return Finding("OF307", where=f"from epoch {epoch + 1:,}, {step} on")
