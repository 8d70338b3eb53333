"""What callbacks were told: the data of validation, and the sizes of the training.

Source: `_fit_loop` in `keras/engine/training_arrays.py` of Keras 2.2.4, and `fit` of 1.2.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import GeneratorType
from typing import Any

import keras
import numpy as np

from onefit.scripts.eras.stand_ins.class_weights import names_of_outputs, weights_of_outputs
from onefit.scripts.eras.stand_ins.layer_names import name_then
from onefit.scripts.eras.stand_ins.training import rows_of_generator, trains_otherwise

Method = Callable[..., Any]


_READING_STEPS = (keras.callbacks.ProgbarLogger, keras.callbacks.ModelCheckpoint)
_told: dict[str, Any] = {}
"""What callbacks are told of the training that begins."""
_sizes: dict[str, list[int]] = {}
"""The rows of the batches that a generator has given to it."""
_STEPS = "_steps_until_now"


def told_of_data(original: Method) -> Method:
    """Callbacks and the model find the data of validation as `validation_data`."""

    def fit(self: Any, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        own = [one for one in _each(kwargs.get("callbacks")) if _is_own(one)]
        for one in (self, *own):
            # A plain list, of which a model's own `__setattr__` would keep a copy that it tracks.
            object.__setattr__(one, "validation_data", _held_out(self, x, y, kwargs))
        rows = _rows(x)
        if rows and not kwargs.get("validation_data") and kwargs.get("validation_split"):
            rows = int(rows * (1.0 - kwargs["validation_split"]))
        is_validated = bool(kwargs.get("validation_data") or kwargs.get("validation_split"))
        _told.update(nb_epoch=kwargs.get("epochs", 1), do_validation=is_validated)
        if rows is None:  # a generator's are not counted; its metrics had the names of both
            if own:
                _sizes["given"] = []
                x = counted(x) if isinstance(x, GeneratorType) else x
            _told.update(metrics=_names(self, True), **rows_of_generator)
        else:
            _told.update(nb_sample=rows, samples=rows, batch_size=kwargs.get("batch_size") or 32)
            _told.update(metrics=_names(self, is_validated), steps=kwargs.get("steps_per_epoch"))
        try:
            return original(self, x, y, *args, **kwargs)
        finally:
            _told.clear()
            _sizes.clear()
            rows_of_generator.clear()

    return fit


def counted(batches: Iterator[Any]) -> Iterator[Any]:
    """Batches of a generator, of which callbacks are told how many rows they have.

    Args:
        batches: They may be read ahead, but come to the training in this order.
    """
    given = _sizes.get("given")
    for batch in batches:
        rows = _rows(batch)
        if given is not None and rows is not None:
            given.append(int(rows))
        yield batch


def size_of(batch: int, callback: Any) -> int | None:
    """How many rows a batch of the training has; `None` where that is not told.

    Args:
        batch: Its number in an epoch.
        callback: Which is told; it counts the batches of a generator.
    """
    rows, size = _told.get("samples"), _told.get("batch_size") or 32
    if rows is not None:
        return min(size, rows - batch * size)
    given = _sizes.get("given", [])
    place = _steps_of(callback, given)
    return given[place] if place < len(given) else None


def count_step(callback: Any) -> None:
    """A batch of a training is over for a callback.

    Args:
        callback: Which was told.
    """
    given = _sizes.get("given", [])
    vars(callback)[_STEPS] = (given, _steps_of(callback, given) + 1)


def _steps_of(callback: Any, given: list[int]) -> int:
    """How many batches of this training a callback was told of."""
    training, steps = vars(callback).get(_STEPS, (None, 0))
    return steps if training is given else 0


def with_sizes_of_keras1(original: Method) -> Method:
    """`params` of a callback has the number of rows and the names of the metrics."""
    return _with_sizes(original, ("epochs", "samples", "steps"))


def with_sizes_of_keras2(original: Method) -> Method:
    """The same by the names of Keras 2."""
    return _with_sizes(original, ("nb_epoch", "nb_sample"))


def _with_sizes(original: Method, unknown: tuple[str, ...]) -> Method:
    def set_params(self: Any, params: Any) -> None:
        found = {**_told, **(params or {})} if _told else params
        if _told and _is_own(self) and not isinstance(self, _READING_STEPS):
            if "steps" in _told:
                found["steps"] = _told["steps"]  # none of arrays: by it scripts tell these
            found = {name: value for name, value in found.items() if name not in unknown}
        original(self, found)

    return set_params


def _each(callbacks: Any) -> Iterator[Any]:
    if isinstance(callbacks, list | tuple):
        yield from callbacks
    elif callbacks is not None:
        yield callbacks


def _is_own(callback: Any) -> bool:
    kind = type(callback)
    is_own = not getattr(kind, "__module__", "").startswith("keras.")
    return is_own or kind is keras.callbacks.LambdaCallback


def _names(model: Any, is_validated: bool) -> list[str]:
    names = list(model.metrics_names)
    return [*names, *(f"val_{name}" for name in names if is_validated)]


def _rows(x: Any) -> Any:
    while isinstance(x, list | tuple | dict) and len(x):
        x = next(iter(x.values())) if isinstance(x, dict) else x[0]
    return x.shape[0] if hasattr(x, "shape") and len(x.shape) else None


def _held_out(model: Any, x: Any, y: Any, settings: dict[str, Any]) -> list[Any] | None:
    """Inputs, targets and weights of the rows that validate, each array by itself.

    Behind them stands 0, the learning phase, where a layer does something else in training.
    """
    given, share = settings.get("validation_data"), settings.get("validation_split")
    names = names_of_outputs(model)
    if not given and share and _rows(x):
        # In this form, as in Keras: `rows - int(rows * share)` is rounded otherwise.
        first = int(_rows(x) * (1.0 - share))
        classes, rows = settings.get("class_weight"), settings.get("sample_weight")
        each = [] if y is None else weights_of_outputs(y, classes, rows, names)
        given = (_from(x, first), _from(y, first), _from(each, first))
    if not isinstance(given, list | tuple) or len(given) < 2:
        return None
    inputs, targets = (
        _in_order(given[0], _names_of_inputs(model, given[0])),
        _in_order(given[1], names),
    )
    weights = _in_order(given[2], names) if len(given) > 2 else []
    weights += [None] * (len(targets) - len(weights))
    told = [(_column(one), rows) for one, rows in zip(targets, weights) if one is not None]
    ones = [np.ones(len(one), "float32") if rows is None else rows for one, rows in told]
    is_told = any(map(trains_otherwise, model._flatten_layers(False)))
    return [*map(_column, inputs), *(one for one, _ in told), *ones, *([0.0] if is_told else [])]


def _names_of_inputs(model: Any, data: Any) -> list[str]:
    """The names by which a dict has the data of inputs."""
    layers = [one._keras_history.operation for one in getattr(model, "inputs", None) or ()]
    then = [name_then(one) for one in layers]
    is_of_then = isinstance(data, dict) and any(name in data for name in then)
    return then if is_of_then else [one.name for one in layers]


def _from(data: Any, first: int) -> Any:
    """The rows from one on, of data in any form that `fit` takes.

    >>> _from({"a": [1, 2, 3], "b": None}, 2)
    {'a': [3], 'b': None}
    """
    if isinstance(data, dict):
        return {name: one if one is None else one[first:] for name, one in data.items()}
    if isinstance(data, list | tuple):
        return [None if one is None else one[first:] for one in data]
    return data if data is None else data[first:]


def _column(data: Any) -> Any:
    """An array, which is a column if it has one axis."""
    found = np.asarray(data)
    return found[:, None] if found.ndim == 1 else found


def _in_order(data: Any, names: Sequence[str]) -> list[Any]:
    """What each input or output is given, in their order.

    >>> _in_order({"b": 2, "a": 1}, ["a", "b"]), _in_order(3, ["a"]), _in_order(None, ["a"])
    ([1, 2], [3], [])
    """
    if isinstance(data, dict):
        is_named = any(name in data for name in names)
        return [data.get(name) for name in names] if is_named else list(data.values())
    if data is None:
        return []
    return list(data) if isinstance(data, list | tuple) else [data]
