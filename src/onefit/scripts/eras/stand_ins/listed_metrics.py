"""Metrics that a script adds to the lists of a compiled model: a name, and a tensor.

`model.metrics_names.append("kl")` and `model.metrics_tensors.append(kl)`: the tensor was computed
with each batch, and logged under the name, as the mean over an epoch's rows.

Source: `fit_loop` in `keras/engine/training_arrays.py` of 2.2.4, which reads both lists.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import keras
from keras import ops

from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.stand_ins.attributes import OldAttribute
from onefit.scripts.eras.stand_ins.grown_models import grown_as_compiled
from onefit.scripts.eras.stand_ins.layer_metrics import LayerMean
from onefit.scripts.eras.stand_ins.logs import names_of_results

_LISTED = "_listed_metrics"


@dataclasses.dataclass
class _Listed:
    """What a script has added to a model's lists, and how many pairs of it are logged."""

    names: list[str] = dataclasses.field(default_factory=list)
    tensors: list[Any] = dataclasses.field(default_factory=list)
    count: int = 0


class ListedMetric(keras.layers.Layer):
    """Logs a tensor of the graph as the mean over rows, and passes another one on."""

    def __init__(self, logged: str, **kwargs: Any) -> None:
        """Make the metric, under its name in the logs."""
        super().__init__(**kwargs)
        self._metrics.append(LayerMean(name=logged))

    def call(self, tensors: Any) -> Any:
        """The first tensor."""
        first, value = tensors
        # One number for a batch, which counts by the batch's rows.
        self._metrics[0].note(ops.full((ops.shape(first)[0],), ops.mean(value)))
        return first

    def compute_output_spec(self, tensors: Any) -> Any:
        """The first tensor's, without a call, which would leave a value."""
        return keras.KerasTensor(tensors[0].shape, tensors[0].dtype)


def of_compiled(original: property) -> property:
    """The names of what `evaluate` returns, a list to which a script may add one."""

    def get(self: Any) -> _Names:
        found = names_of_results(self)
        added = [one for one in _listed(self).names if one not in found]
        return _Names(self, [*found, *added])

    return property(get, _kept, doc=original.__doc__)


class _Names(list[str]):
    """The names, with what a script adds."""

    def __init__(self, model: Any, names: Iterable[str]) -> None:
        super().__init__(names)
        self._model = model

    def append(self, name: str) -> None:
        super().append(name)
        _listed(self._model).names.append(name)
        _pair(self._model)

    def extend(self, names: Iterable[str]) -> None:
        for one in names:
            self.append(one)

    def __iadd__(self, names: Iterable[str]) -> _Names:  # type: ignore[override,misc]
        self.extend(names)
        return self


class _Tensors:
    """What takes tensors for names; the tensors of the metrics of `compile` are not there."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def append(self, tensor: Any) -> None:
        _listed(self._model).tensors.append(tensor)
        _pair(self._model)

    def extend(self, tensors: Iterable[Any]) -> None:
        for one in tensors:
            self.append(one)

    def __iadd__(self, tensors: Iterable[Any]) -> _Tensors:  # type: ignore[misc]
        self.extend(tensors)
        return self

    # What else a script may do with a list.
    def _refused(self, *_: object) -> Any:
        raise refused(
            AttributeError,
            "OF204",
            "metrics that are given to compile(metrics=)",
            "model.metrics_tensors, which was made of tensors of the graph",
            "Append a tensor to it, and its name to model.metrics_names; or give compile a "
            "function.",
        )

    __iter__ = __len__ = __getitem__ = __add__ = __radd__ = _refused


def _kept(self: Any, value: Any) -> None:
    """`+=` sets the list that it has changed, or a copy of it that Keras has made."""
    if list(value) != list(self.metrics_names):
        raise AttributeError("model.metrics_names takes names that are added to it, and no others")


def _read_tensors(self: Any) -> Any:
    return vars(self).get("metrics_tensors") or _Tensors(self)


def _set_tensors(self: Any, value: Any) -> None:
    if not isinstance(value, _Tensors):
        vars(self)["metrics_tensors"] = value  # a model of the script's own may have this name


metrics_tensors = OldAttribute(_read_tensors, _set_tensors)


def _listed(model: Any) -> _Listed:
    found: _Listed = vars(model).setdefault(_LISTED, _Listed())
    return found


def _pair(model: Any) -> None:
    """Log each tensor that has a name."""
    listed = _listed(model)
    while listed.count < min(len(listed.names), len(listed.tensors)):
        name, tensor = listed.names[listed.count], listed.tensors[listed.count]
        listed.count += 1
        grown_as_compiled(model, ListedMetric(name), tensor)
