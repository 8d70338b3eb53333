"""Trainings watched for a report: where each began, so that it can be run again.

A watched training costs a copy of the network's values at its begin. In a loop that calls `fit`
again and again the calls are one training of the record, and only the first ones are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
from keras import Model

from onefit.inspection.replay import MOST_NUMBERS, Start, copied, start
from onefit.runs import journal
from onefit.runs.record import Fit
from onefit.runs.recorder import RECORDER
from onefit.training.core.state import State
from onefit.training.host import switches
from onefit.training.host.keras_private import array_data_adapter

MOST_TRAININGS = 12
"""Trainings that are kept, the latest ones."""

MOST_BYTES = 256 * 2**20
"""Memory of data and networks that is held for a report; the latest training is kept anyway."""

LOOP = 3
"""Calls of one training after which no more begins are looked at."""


@dataclass(eq=False)
class Training:
    """A training as a report needs it.

    Args:
        model: The model.
        given: The arguments of `fit`.
        begin: Where it began; `None` where that is not known.
        fit: Its record.
        history: Its History.
        end: Where it ended, once the model was trained on; `None` while the model holds it.
    """

    model: Any
    given: dict[str, Any]
    begin: Start | None
    fit: Fit
    history: Any
    end: State | None = None


class Watch:
    """The trainings of this process that were watched."""

    def __init__(self) -> None:
        """Nothing was watched yet."""
        self.trainings: list[Training] = []

    def watched(self, model: Model, given: dict[str, Any], train: Callable[[], Any]) -> Any:
        """Train, and keep where that began.

        Args:
            model: The model.
            given: The arguments of `fit`.
            train: Trains the model.

        Returns:
            What `train` returns.
        """
        ended = _safely(self._see, model, given)
        try:
            return train()
        finally:
            if ended is not None:
                _safely(ended)

    def _see(self, model: Model, given: dict[str, Any]) -> Callable[[], None]:
        """Look at a training that is about to begin; to be called again when it has ended."""
        last = self.trainings[-1] if self.trainings else None
        looping = last is not None and last.model is model and last.fit.calls >= LOOP
        begin = None if looping else _begun(model, given)

        def ended() -> None:
            fit = RECORDER.latest()
            # The recorder has counted this call to the training before: a loop calls `fit` again.
            if last is not None and last.fit is fit:
                last.begin = last.begin if _goes_on(last, given) else None
            elif fit is not None:
                self._add(Training(model, given, begin, fit, getattr(model, "history", None)))

        return ended

    def _add(self, training: Training) -> None:
        """Add a training; one of the same network before it ended where it begins."""
        for one in list(self.trainings):
            if one.model is training.model and one.end is None:
                if training.begin is None:
                    self.trainings.remove(one)  # nobody looked at its end
                else:
                    one.end = training.begin.state
        self.trainings.append(training)
        del self.trainings[:-MOST_TRAININGS]
        while len(self.trainings) > 1 and _bytes(self.trainings) > MOST_BYTES:
            del self.trainings[0]

    def of(self, history: Any) -> Training | None:
        """The training that a History is of."""
        found = [one for one in self.trainings if one.history is history]
        return found[-1] if found else None

    def end(self, training: Training) -> State:
        """Where a training ended."""
        return training.end if training.end is not None else copied(training.model)


def _safely(call: Callable[..., Any], *arguments: Any) -> Any:
    """Call, and keep what goes wrong for the end: it must not cost anybody a training."""
    try:
        return call(*arguments)
    except Exception as error:
        journal.remark(f"the report lacks a training: {type(error).__name__}: {error}")
        return None


def _begun(model: Model, given: dict[str, Any]) -> Start | None:
    """Where a training begins; `None`, too, where the model cannot be built: Keras says why."""
    try:
        return _begin(model, given)
    except Exception:
        return None


def _begin(model: Model, given: dict[str, Any]) -> Start | None:
    """Where a training begins, if it can be run again."""
    # With several starts the script is given the best: run again from here, it would be another.
    if getattr(model, "optimizer", None) is None or switches.CURRENT.restarts > 1:
        return None
    if not array_data_adapter.can_convert_arrays((given["x"], given["y"])):
        return None
    begin = start(model, given)
    size = sum(value.size for group in begin.state for value in group)
    return begin if size <= MOST_NUMBERS else None


def _bytes(trainings: Sequence[Training]) -> int:
    """How much memory trainings hold, about; what several of them hold counts once."""
    data = {id(one): one for held in trainings for one in _arrays(held.given)}
    # Four bytes a weight: a float32, as Keras makes them where nothing else is said.
    models = {id(held.model): 4 * held.fit.weights for held in trainings}
    return sum(one.nbytes for one in data.values()) + sum(models.values())


def _arrays(given: dict[str, Any]) -> list[Any]:
    found = keras.tree.flatten([given["x"], given["y"], given["validation_data"]])
    return [one for one in found if hasattr(one, "nbytes")]


def _goes_on(training: Training, given: dict[str, Any]) -> bool:
    """Whether a call of `fit` trains on with the same data and arguments."""
    return all(given[name] is training.given[name] for name in ("x", "y", "callbacks"))


WATCH = Watch()
