"""Variables of the script that a loss, a metric or a layer reads, and that change during training.

`beta = K.variable(0.0)` in a loss, raised by a callback, and `loss_weights=[alpha, beta]` of such
were read anew at each step: they stood in TensorFlow's graph. Keras 3 on JAX hands a step the
variables of the model alone, and takes in for ever what another one holds when the step is traced.

Here those that a model reads are found while it is built by symbols, and are among its variables
that are not trainable: a step is handed their values, and no list of its weights has them.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from keras.src.backend.common import global_state
from keras.src.backend.common.stateless_scope import get_stateless_scope, in_stateless_scope

from onefit.scripts.eras.stand_ins.own_variables import is_of_script

Method = Callable[..., Any]
_READ = "_onefit_outer_variables"
_thread = threading.local()
_models: weakref.WeakSet[Any] = weakref.WeakSet()
"""Models that were built to be trained or evaluated."""


def noticed(original: property) -> property:
    """A variable whose value no step is handed is one that what is called now reads."""

    def value(self: Any) -> Any:
        if in_stateless_scope() and is_of_script(self):
            if get_stateless_scope().get_current_value(self) is None:
                _note(self)
        elif self._value is None:
            _fill(self)
        return original.fget(self)  # type: ignore[misc]

    return property(value, original.fset, doc=original.__doc__)


def written(original: Method) -> Method:
    """A variable that a callback sets during a training has its value of now before."""

    def assign(self: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        if self._value is None and not in_stateless_scope():
            _fill(self)
        return original(self, value, *args, **kwargs)

    return assign


def _fill(variable: Any) -> None:
    """Let the models that train write back what they hold: Keras empties variables meanwhile."""
    if vars(_thread).get("is_filling") or not is_of_script(variable):
        return
    _thread.is_filling = True
    try:
        for model in list(_models):
            model.jax_state_sync()
    finally:
        _thread.is_filling = False


def _note(variable: Any) -> None:
    context = global_state.get_global_attribute("current_call_ctx")
    reader = context.entry_layer if context else vars(_thread).get("model")
    if reader is not None:
        read = vars(reader).setdefault(_READ, [])
        if all(one is not variable for one in read):
            read.append(variable)


def building(original: Method) -> Method:
    """What the losses and metrics of a model read while it is built is read by the model."""

    def _symbolic_build(self: Any, *args: Any, **kwargs: Any) -> Any:
        before, _thread.model = vars(_thread).get("model"), self
        _models.add(self)
        try:
            return original(self, *args, **kwargs)
        finally:
            _thread.model = before

    return _symbolic_build


def with_outer(original: property) -> property:
    """A model's variables that are not trainable, and behind them those that it reads."""

    def non_trainable_variables(self: Any) -> list[Any]:
        return [*original.fget(self), *_outer(self)]  # type: ignore[misc]

    return property(non_trainable_variables, original.fset, doc=original.__doc__)


def _outer(model: Any) -> list[Any]:
    read = {id(one): one for one in _read(model)}
    own = {id(one) for one in model.variables} if read else set()
    return [one for at, one in read.items() if at not in own]


def _read(model: Any) -> Iterator[Any]:
    for layer in model._flatten_layers():
        yield from vars(layer).get(_READ, ())


def keeping(original: Method) -> Method:
    """A step keeps what it was handed of these variables, for its metrics."""

    def compute_loss_and_updates(
        self: Any, trainable_variables: Any, non_trainable_variables: Any, *args: Any, **kw: Any
    ) -> Any:
        outer = _outer(self)
        values = non_trainable_variables[len(non_trainable_variables) - len(outer) :]
        _thread.values = {id(one): value for one, value in zip(outer, values)}
        return original(self, trainable_variables, non_trainable_variables, *args, **kw)

    return compute_loss_and_updates


def handing(original: Method) -> Method:
    """The metrics of a step are handed them as well."""

    def compute_metrics(self: Any, *args: Any, **kwargs: Any) -> Any:
        values = vars(_thread).pop("values", None)
        if values and in_stateless_scope():
            scope = get_stateless_scope()
            scope.state_mapping = {**values, **scope.state_mapping}
        return original(self, *args, **kwargs)

    return compute_metrics
