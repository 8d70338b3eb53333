"""The order of the names in a History and in logs; Keras 3 sorts them.

Source: `fit_loop` in `keras/engine/training_arrays.py` of Keras 2.2.4, whose logs of an epoch have
the validation first, and `Model.fit` in `keras/engine/training.py` of 2.15, where it is last.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import keras

from onefit.scripts.eras.stand_ins.logs import names_of_logs, names_of_results
from onefit.scripts.eras.stand_ins.number_types import of_epoch
from onefit.training.host.own_steps import names_of_step

Method = Callable[..., Any]
Order = Callable[[list[str], list[str]], list[str]]
"""The names of an epoch's logs, of those of a training step and those of an evaluation."""
_order = {"is_of_then": True}
_IN_THREAD = {"on_train_batch_end": "_async_train", "on_test_batch_end": "_async_test"}
"""Keras's word for whether a method tells its callbacks in a thread: they are its own, then, and
the bar sorts for itself."""


def leave() -> None:
    """Let the names stand in the order of today."""
    _order["is_of_then"] = False


def _val_first(trained: list[str], tested: list[str]) -> list[str]:
    return [*(f"val_{name}" for name in tested), *trained]


def _val_last(trained: list[str], tested: list[str]) -> list[str]:
    return [*trained, *(f"val_{name}" for name in tested)]


def validation_first(original: Method) -> Method:
    """`history.history` of Keras 1 and 2: `val_loss`, `val_acc`, `loss`, `acc`."""
    return _ordered(original, _val_first)


def validation_last(original: Method) -> Method:
    """`history.history` of tf.keras 2: `loss`, `accuracy`, `val_loss`, `val_accuracy`."""
    return _ordered(original, _val_last)


def _ordered(original: Method, order: Order) -> Method:
    @wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        history = original(self, *args, **kwargs)
        kept = getattr(history, "history", None)
        if isinstance(kept, dict):
            _sort(kept, order(*_both(self, names_of_results)))
        return history

    return fit


def _both(model: Any, known: Callable[[Any], list[str]]) -> tuple[list[str], list[str]]:
    """The names that a step of training logs, and those of an evaluation."""
    trained, tested = (names_of_step(model, verb) for verb in ("train", "test"))
    if trained and tested:
        return trained, tested
    names = known(model)
    return trained or names, tested or names


def told_validation_first(original: Method) -> Method:
    """Callbacks of Keras 1 and 2 get their logs in this order, as NumPy's numbers."""
    return _told(original, _val_first, of_epoch)


def told_validation_last(original: Method) -> Method:
    """Callbacks of tf.keras 2 get their logs in this order."""
    return _told(original, _val_last)


class _Sorting(keras.callbacks.Callback):
    """Sorts the logs of a call, in place, for all callbacks behind it."""

    def __init__(self, order: Order, typed: Callable[[dict[str, Any]], None], model: Any) -> None:
        super().__init__()
        self.order, self.typed, self.trained = order, typed, model

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if logs:
            _sort(logs, self.order(*_both(self.trained, names_of_logs)))
            self.typed(logs)

    on_train_batch_end = on_epoch_end

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self.on_epoch_end(0, logs)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        if logs:
            _sort(logs, _both(self.trained, names_of_logs)[1])

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.on_test_end(logs)


def _told(
    original: Method,
    order: Order,
    typed: Callable[[dict[str, Any]], None] = lambda _: None,
) -> Method:
    """A method of `CallbackList` that tells its callbacks in this order.

    What sorts is there for the call only: a run is planned by the callbacks that a user has given.
    """

    @wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        listed, model = self.callbacks, _model_of(self)
        if model is None or getattr(self, _IN_THREAD.get(original.__name__, ""), False):
            return original(self, *args, **kwargs)
        self.callbacks = [_Sorting(order, typed, model), *listed]
        try:
            return original(self, *args, **kwargs)
        finally:
            self.callbacks = listed

    return method


def _model_of(callback: Any) -> Any:
    """The model of a callback, or of a list of them, without a look at its values.

    Keras's `model` takes the values out of the training step that is under way. Where callbacks are
    told in a thread, that step may just be using up their memory.
    """
    return getattr(callback, "_model", None)


def shown(original: Method) -> Method:
    """The bar shows `loss`, `accuracy`, `val_loss`, `val_accuracy`, in all eras."""
    is_tested = "test" in original.__name__

    @wraps(original)
    def method(self: Any, number: int, logs: dict[str, Any] | None = None) -> None:
        original(self, number, _shown(self, logs, is_tested))

    return method


def shown_at_the_end(original: Method) -> Method:
    """The same where an evaluation ends."""

    @wraps(original)
    def method(self: Any, logs: dict[str, Any] | None = None) -> None:
        original(self, _shown(self, logs, True))

    return method


def _shown(bar: Any, logs: dict[str, Any] | None, is_tested: bool) -> dict[str, Any] | None:
    if not logs:
        return logs
    trained, tested = _both(_model_of(bar), names_of_logs)
    kept = dict(logs)
    _sort(kept, tested if is_tested else _val_last(trained, tested))
    return kept


def of_dictionary(original: Method) -> Method:
    """`evaluate(x, y, return_dict=True)` has the loss first."""
    is_tested = original.__name__ != "train_on_batch"

    @wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(self, *args, **kwargs)
        if isinstance(found, dict):
            _sort(found, _both(self, names_of_results)[is_tested])
        return found

    return method


def _sort(kept: dict[str, Any], names: list[str]) -> None:
    """Put the names first that are known, in this order; others stay behind them as they are."""
    if not _order["is_of_then"]:
        return
    every = dict(kept)
    kept.clear()
    kept.update({name: every.pop(name) for name in names if name in every} | every)
