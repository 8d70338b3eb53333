"""What a model of a script's own class computes: the graph that its `call` goes through.

Such a model has layers and says nothing about the way between them. Its `call` is asked once more,
for shapes in place of numbers, as Keras asks it before the first step. Within the block the graph
stands where a `Sequential` holds its own; afterwards nothing of it is left in model and layers.
"""

from __future__ import annotations

import contextlib
import inspect
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from onefit.training.host.keras_private import Functional
from onefit.training.host.undisturbed import random_state_kept

if TYPE_CHECKING:
    from keras import Model

PLACE = "_functional"
MOST_LAYERS = 200
"""Layers up to which asking for shapes takes a few milliseconds."""


@contextlib.contextmanager
def call_graph(model: Model, x: Any, whatever_it_takes: bool = False) -> Iterator[None]:
    """A block in which a built model of a class of the script's has the graph of its `call`.

    It has none where `call` does something that shapes alone do not say, or raises.

    Args:
        model: A `keras.Model`.
        x: Inputs as `fit` takes them; other than arrays there is no graph.
        whatever_it_takes: Whether there is one for layers of the script's, too, of which Keras does
            not know the shapes and takes a while to find out. Defaults to `False`.
    """
    layers = _layers(model) if _is_of_own_class(model) else []
    quick = all(type(one).__module__.startswith("keras.") for one in layers)
    known = layers and len(layers) <= MOST_LAYERS and all(one.built for one in layers)
    if not known or not (quick or whatever_it_takes):
        yield
        return
    # Each call of a layer leaves a node in it and in the layers before it. Those that are added
    # here are taken out again, or Keras would find several inputs of one layer.
    nodes = [(n, len(n)) for one in layers for n in (one._inbound_nodes, one._outbound_nodes)]
    try:
        with random_state_kept(), contextlib.suppress(Exception):  # whatever `call` raises or draws
            vars(model)[PLACE] = _graph(model, x)
        yield
    finally:
        vars(model).pop(PLACE, None)
        for listed, count in nodes:
            del listed[count:]


def _is_of_own_class(model: Model) -> bool:
    """Whether a model has a `call` of the script's and no graph."""
    known = isinstance(model, keras.Sequential | Functional) or PLACE in vars(model)
    return not known and bool(getattr(model, "built", False))


def _layers(model: Model) -> list[Any]:
    return list(model._flatten_layers(include_self=False))


def _graph(model: Model, x: Any) -> Functional:
    inputs = keras.tree.map_structure(_input, x)
    known = inspect.signature(model.call).parameters
    settings = {"training": False} if "training" in known else {}
    # Nobody has asked for this call: what it assigns, adds as a loss or prints must not be seen.
    with keras.StatelessScope(collect_losses=True), contextlib.redirect_stdout(io.StringIO()):
        outputs = model.call(inputs, **settings)
    return Functional(inputs, outputs, name=model.name)


def _input(rows: Any) -> Any:
    """What stands for an array of rows."""
    given = rows.to_numpy() if hasattr(rows, "to_numpy") else rows
    if not isinstance(given, np.ndarray) and not hasattr(given, "dtype"):
        raise TypeError("no array")
    shape = tuple(given.shape[1:]) or (1,)  # Keras makes a column of plain numbers
    # An embedding wants whole numbers; to everything else the shapes are all that matters.
    kind = "int32" if np.dtype(str(given.dtype)).kind in "iub" else "float32"
    return keras.Input(shape, dtype=kind, name=f"x_{id(rows)}")
