"""The outputs of a model: of each its shape, its loss, and what is logged of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
from keras import Model, tree
from keras import losses as keras_losses

from onefit.runs.constants import canonical
from onefit.training.observation.layers import inner

OWN = ("train_step", "compute_loss")
"""Methods of a model that say what its loss is; who overrides one may compute another."""


@dataclass
class Output:
    """One output.

    Args:
        name: Its name; `""` if it is the only one.
        shape: Its shape for a row; `()` where it is not known.
        loss: The name of its loss, as Keras's functions are named; `""` for none, or several.
        weight: What its loss is multiplied by in the whole loss. Defaults to `1.0`.
        ignored: The class number that its loss leaves out. Defaults to `None`.
        logits: Whether its loss expects logits in the place of probabilities. Defaults to `False`.
        settings: What the loss was made with, `label_smoothing` for example.
        is_keras: Whether the loss is one of Keras's own: a user's function may have any name.
        logged: For each name in the logs that is about this output, the function behind it.
    """

    name: str
    shape: tuple[int | None, ...] = ()
    loss: str = ""
    weight: float = 1.0
    ignored: float | None = None
    logits: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    is_keras: bool = True
    logged: dict[str, str] = field(default_factory=dict)


def outputs_of(model: Model) -> list[Output]:
    """The outputs of a model, in the order of its answers.

    Before the first batch Keras has not built the loss, and metrics are not known. A model of which
    nothing is known has one output.

    Args:
        model: A compiled model, built or not.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, "softmax")])
    >>> model.compile("adam", "sparse_categorical_crossentropy")
    >>> outputs_of(model)[0].shape, outputs_of(model)[0].loss
    ((3,), 'sparse_categorical_crossentropy')
    """
    tensors = []
    with contextlib.suppress(Exception):  # a subclassed model has none
        tensors = tree.flatten(inner(model).outputs)
    names = list(getattr(model, "output_names", None) or [])
    several = len(tensors) > 1 and len(names) == len(tensors)
    found = [Output(name if several else "") for name in (names if several else [""])]
    for one, tensor in zip(found, tensors):
        one.shape = tuple(tensor.shape[1:])
    _add_losses(model, found)
    _add_metrics(model, found)
    return found


def values_of(y: Any, outputs: Sequence[Output]) -> list[Any]:
    """What of labels belongs to each output; nothing where they do not go together.

    Args:
        y: Labels as `fit` takes them.
        outputs: The outputs of the model.

    >>> values_of({"b": 2, "a": 1}, [Output("a"), Output("b")]), values_of([1], [Output("")])
    ([1, 2], [[1]])
    """
    if len(outputs) == 1:
        if isinstance(y, Mapping) and len(y) == 1:
            return list(y.values())
        whole = isinstance(y, list | tuple) and len(y) == 1 and hasattr(y[0], "shape")
        return [y[0] if whole else y]
    if isinstance(y, Mapping):
        named = [one.name for one in outputs]
        # Keras goes through a dict in the order of its keys.
        flat = [y[name] for name in (named if set(named) == set(y) else sorted(y))]
    else:
        flat = list(y) if isinstance(y, list | tuple) else []
    return flat if len(flat) == len(outputs) else [None] * len(outputs)


def _add_losses(model: Model, outputs: list[Output]) -> None:
    """The loss of each output, as Keras resolved it, or as the user named it."""
    if any(getattr(type(model), name) is not getattr(keras.Model, name) for name in OWN):
        return  # the model computes its loss by itself
    compiled = getattr(model, "_compile_loss", None)
    flat = getattr(compiled, "_flat_losses", None) or []
    places = {one.name: place for place, one in enumerate(outputs)}
    if len(flat) == len(outputs):
        for built in flat:
            place = built.path[-1] if built.path else 0
            place = place if isinstance(place, int) else places.get(place, 0)
            _set_loss(outputs[place], built.loss, built.loss_weights)
    elif not flat:
        given = getattr(model, "loss", None)
        weights = getattr(compiled, "_user_loss_weights", None)
        given = given if tree.is_nested(given) else [given] * len(outputs)
        for one, loss, weight in zip(
            outputs, values_of(given, outputs), values_of(weights, outputs)
        ):
            _set_loss(one, loss, weight)
    if len(outputs) > 1:
        # Keras logs the loss of each output under its name, before its weight is multiplied in.
        for one in outputs:
            one.logged[f"{one.name}_loss"] = one.loss
    elif outputs[0].weight == 1.0:
        outputs[0].logged["loss"] = outputs[0].loss


def _set_loss(output: Output, loss: Any, weight: Any) -> None:
    loss = loss[0] if isinstance(loss, list | tuple) and len(loss) == 1 else loss
    output.loss = loss_name(loss)
    settings = getattr(loss, "_fn_kwargs", {})
    output.settings = dict(settings)
    function = getattr(loss, "fn", loss)
    where = str(getattr(function, "__module__", None) or type(function).__module__)
    # a class of the user's may compute something else with a function of Keras
    kind = where if function is loss else type(loss).__module__
    own = ("keras.", "onefit.")
    output.is_keras = isinstance(loss, str) or (where.startswith(own) and kind.startswith(own))
    output.ignored, output.logits = settings.get("ignore_class"), bool(settings.get("from_logits"))
    if isinstance(weight, int | float):
        output.weight = float(weight)


def loss_name(loss: Any) -> str:
    """The name of a loss, as Keras's functions are named; `""` for none and for several.

    >>> import keras
    >>> loss_name("bce"), loss_name(keras.losses.KLDivergence()), loss_name(len)
    ('binary_crossentropy', 'kl_divergence', 'len')
    """
    if isinstance(loss, str):
        if loss.lower() in ("crossentropy", "ce"):  # Keras decides by the labels
            return ""
        with contextlib.suppress(ValueError):
            loss = keras_losses.get(loss)
    function = getattr(loss, "fn", loss)
    if function is None or isinstance(function, Mapping | list | tuple):
        return ""
    return canonical(str(getattr(function, "__name__", "") or type(function).__name__))


def _add_metrics(model: Model, outputs: list[Output]) -> None:
    """The metrics of each output, under the names in the logs."""
    compiled = getattr(model, "_compile_metrics", None)
    if compiled is None or not compiled.built:
        return
    for flat in (compiled._flat_metrics, compiled._flat_weighted_metrics):
        for place, listed in enumerate(flat):
            if listed is None or place >= len(outputs):
                continue
            one = outputs[place]
            prefix = f"{listed.output_name}_" if listed.output_name else ""
            for metric in listed.metrics:
                one.logged.setdefault(f"{prefix}{metric.name}", _function(metric))


def _function(metric: Any) -> str:
    """The name of the function that a metric is the mean of, or of its class."""
    function = getattr(metric, "_fn", None)
    return canonical(str(getattr(function, "__name__", "") or type(metric).__name__))
