"""Whether a layer of a functional model trains: what its own call said goes before all else.

`Dropout(0.5)(x, training=True)` draws in `predict`, too, and `base(x, training=False)` keeps its
averages while the model trains. Keras 3 gives all layers of a model the model's own phase instead.
Source: `base_layer.py` of Keras 2.1 to 2.15.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from keras.src import backend, tree

from onefit.scripts import call_contexts
from onefit.scripts.eras import telling
from onefit.scripts.eras.stand_ins import graph
from onefit.scripts.eras.stand_ins.training import uses_learning_phase

Function = Callable[..., Any]


def own_word_first(original: Function) -> Function:
    """A layer of a graph is called with the phase that the script gave it."""

    def operation_fn(operation: Any, **context: Any) -> Function:
        call = original(operation, **context)

        def called(*args: Any, **kwargs: Any) -> Any:
            own = kwargs.get("training")
            if own is None:
                return call(*args, **kwargs)
            if context.get("training") not in (None, own):
                telling.note("OF206", "training= of a layer's call holds, as it did then")
            # The rest of the context, which scripts of old do not have.
            others = {name: value for name, value in context.items() if name != "training"}
            return original(operation, **others)(*args, **kwargs)

        return called

    return operation_fn


def told_by_models(original: Function) -> Function:
    """A model whose `call` takes no `training=` tells its layers, and the verdict says so.

    Args:
        original: `keras.Model.compute_loss_and_updates`.
    """
    told = call_contexts.told_phase(original)

    @wraps(original)
    def compute_loss_and_updates(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not self._call_has_training_arg and uses_learning_phase.fget(self):  # type: ignore[misc]
            telling.note("OF206", "layers that a model's call hands no training= train, as then")
        return told(self, *args, **kwargs)

    return compute_loss_and_updates


def without_defaults(original: Function) -> Function:
    """What a layer takes where nothing is said, `call(x, training=False)`, is no word of its own.

    Keras 3 writes it into the graph like one that the script gave.
    """

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        outputs = original(self, *args, **kwargs)
        if kwargs.get("training") is None and self._inbound_nodes and _is_symbolic(outputs):
            self._inbound_nodes[-1].arguments.kwargs.pop("training", None)
        return outputs

    return __call__


def by_learning_phase(original: Function) -> Function:
    """A layer that is called after `K.set_learning_phase` has this phase, whatever its model does.

    In a graph of Keras 1 and 2 the phase was a number then, in place of an input.
    """

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        phase = graph.phase_that_was_set()
        is_said = phase is None or kwargs.get("training") is not None
        if not is_said and self._call_has_training_arg and _is_symbolic((args, kwargs)):
            kwargs["training"] = bool(phase)
        return original(self, *args, **kwargs)

    return __call__


def _is_symbolic(values: Any) -> bool:
    return any(backend.is_keras_tensor(one) for one in tree.flatten(values))


def with_own_phase(layer: Any, training: bool | None) -> Any:
    """A layer that trains, or does not, whatever the model does in which it stands.

    Args:
        layer: The layer, or a model as one.
        training: Whether it trains; `None` for what its model does.
    """
    call = layer.call
    if training is not None:
        layer.call = lambda *args, **kwargs: call(*args, **{**kwargs, "training": training})
    return layer
