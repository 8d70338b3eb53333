"""A fit as the checks look at it: a model, its data and its History as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.checks.case import Array, Case
from onefit.checks.data import as_array
from onefit.training.observation.call_graph import call_graph
from onefit.training.observation.case_layers import layers_of, plain
from onefit.training.observation.case_outputs import case_outputs
from onefit.training.observation.outputs import OWN, outputs_of, values_of

if TYPE_CHECKING:
    from keras import Model
    from keras.optimizers import Optimizer

Given = Mapping[str, Any]
History = Mapping[str, Sequence[float]]

USUAL: dict[str, Any] = {
    "x": None, "y": None, "batch_size": None, "epochs": 1, "verbose": "auto", "callbacks": None,
    "validation_split": 0.0, "validation_data": None, "shuffle": True, "class_weight": None,
    "sample_weight": None, "initial_epoch": 0, "steps_per_epoch": None, "validation_steps": None,
    "validation_batch_size": None, "validation_freq": 1,
}  # fmt: skip
"""The arguments of `fit` with their defaults."""

OPTIMIZER = (
    *("momentum", "nesterov", "beta_1", "beta_2", "rho", "epsilon", "clipnorm", "clipvalue"),
    *("global_clipnorm", "weight_decay", "use_ema", "amsgrad"),
)

MOST_TABLE = 1 << 24
"""Numbers of a pandas table up to which it is copied into an array."""


def given_of(x: Any, y: Any = None, **settings: Any) -> dict[str, Any]:
    """The arguments of a call of `fit`, all of them.

    Args:
        x: Inputs.
        y: Targets. Defaults to `None`.
        **settings: Other arguments of `fit`.
    """
    return {**USUAL, "x": x, "y": y, **settings}


def case_of(model: Model, given: Given, history: History | None = None) -> Case:
    """A fit as the checks look at it.

    Nothing is computed with the model, nothing in it is changed, and no random number is drawn.

    Args:
        model: A `keras.Model`, compiled or not, built or not.
        given: The arguments of `fit`, as `given_of` makes them.
        history: What Keras has logged. Defaults to `None`: the fit has not been yet.

    >>> import keras
    >>> model = keras.Sequential([keras.layers.Dense(4, "relu"), keras.layers.Dense(1, "sigmoid")])
    >>> model.compile("adam", "bce")
    >>> case = case_of(model, given_of(np.zeros((10, 2)), np.zeros(10), batch_size=4))
    >>> case.outputs[0].activation, case.outputs[0].shape, case.rows, case.steps
    ('sigmoid', (1,), 10, 3)
    """
    inputs, columns = _arrays("x", given["x"])
    rows = _rows(inputs)
    split = float(given["validation_split"] or 0.0)
    # Rounded as Keras rounds it, so that the rows on each side are the same.
    at = math.floor(rows * (1.0 - split)) if rows is not None and split else None
    first = next(iter(inputs.values()), None)
    shape = first.shape[1:] if len(inputs) == 1 and first is not None else ()
    valid_inputs, y, valid_y = _validation(model, given, inputs, at)
    with call_graph(model, given["x"]):
        layers, is_chain = layers_of(model, shape or ((1,) if len(inputs) == 1 else ()))
        outputs = case_outputs(model, layers, (y, valid_y))
    optimizer = getattr(model, "optimizer", None)
    # Keras's own default.
    batch = given["batch_size"] or 32
    kept = rows if at is None else at
    steps = given["steps_per_epoch"] or (math.ceil(kept / batch) if kept is not None else None)
    return Case(
        layers=layers,
        outputs=outputs,
        inputs={name: one[:at] for name, one in inputs.items()},
        columns=columns,
        valid_inputs=valid_inputs,
        rows=kept,
        batch=batch if rows is not None else None,
        epochs=max(0, given["epochs"] - given["initial_epoch"]),
        steps=steps,
        shuffle=bool(given["shuffle"]),
        validation_split=split,
        class_weight=given["class_weight"] if isinstance(given["class_weight"], Mapping) else {},
        is_weighted=given["sample_weight"] is not None,
        optimizer=type(optimizer).__name__ if optimizer is not None else "",
        optimizer_settings={name: plain(getattr(optimizer, name, None)) for name in OPTIMIZER},
        learning_rate=_rate(optimizer),
        callbacks=_kinds(given["callbacks"]),
        history=dict(history or {}),
        is_sequence=is_chain,
        is_plain=all(_is_keras(model, name) for name in OWN),
        knows_logits=getattr(_functions().softmax, "keeps_logits", False),
    )


def _functions() -> ModuleType:
    """Keras's functions on JAX; an old script has TensorFlow's in the place of some."""
    from onefit.training.host.keras_private import nn

    return nn


def _is_keras(model: Model, name: str) -> bool:
    import keras

    return getattr(type(model), name) is getattr(keras.Model, name)


def _kinds(callbacks: Any) -> list[str]:
    listed = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
    return [type(one).__name__ for one in listed if one is not None]


def _rate(optimizer: Optimizer) -> float | None:
    try:
        # By its text: 0.001, as it was written, and not what it is in 32 bit.
        return float(str(np.asarray(getattr(optimizer, "_learning_rate", None))))
    except (TypeError, ValueError):
        return None  # a schedule


def _validation(
    model: Model, given: Given, inputs: dict[str, Array], at: int | None
) -> tuple[dict[str, Array], list[Array | None], list[Array | None]]:
    """The inputs of validation, and the targets of training and of validation."""
    outputs = outputs_of(model)
    y = [_target(one) for one in values_of(given["y"], outputs)]
    data = given["validation_data"]
    if isinstance(data, tuple | list) and len(data) > 1:
        valid = [_target(one) for one in values_of(data[1], outputs)]
        return _arrays("x", data[0])[0], y, valid
    if at is None:
        return {}, y, [None] * len(outputs)
    later = [None if one is None else one[at:] for one in y]
    return (
        {name: one[at:] for name, one in inputs.items()},
        [None if one is None else one[:at] for one in y],
        later,
    )


def _target(y: Any) -> Array | None:
    """Targets as an array, where they are one, a list of numbers, or a pandas column or table."""
    array = _table(y)[0] if _is_pandas(y) else as_array(y)
    return array if array is not None and array.ndim else None


def _arrays(name: str, given: Any) -> tuple[dict[str, Array], dict[str, Sequence[str]]]:
    """The inputs that are arrays, with the names of their columns where they have some."""
    arrays: dict[str, Array] = {}
    columns: dict[str, Sequence[str]] = {}
    for where, leaf in _leaves(name, given):
        array, named = _table(leaf) if _is_pandas(leaf) else (as_array(leaf), ())
        if array is not None and array.ndim and array.dtype.kind in "biuf":
            arrays[where] = array
            if named:
                columns[where] = named
    return arrays, columns


def _leaves(name: str, given: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(given, Mapping):
        for key, one in given.items():
            yield from _leaves(f"{name}[{key!r}]", one)
    elif isinstance(given, list | tuple) and any(hasattr(one, "shape") for one in given):
        # Keras takes a list of one array for the array.
        if len(given) == 1:
            yield from _leaves(name, given[0])
            return
        for place, one in enumerate(given):
            yield from _leaves(f"{name}[{place}]", one)
    elif given is not None:
        yield name, given


def _is_pandas(given: Any) -> bool:
    return type(given).__module__.split(".")[0] == "pandas" and hasattr(given, "to_numpy")


def _table(table: Any) -> tuple[Array | None, Sequence[str]]:
    if table.size > MOST_TABLE:
        return None, ()
    array = table.to_numpy()
    named = [str(one) for one in getattr(table, "columns", ())]
    return (array if array.dtype.kind in "biuf" else None), named


def _rows(inputs: Mapping[str, Array]) -> int | None:
    first = next(iter(inputs.values()), None)
    return None if first is None else len(first)
