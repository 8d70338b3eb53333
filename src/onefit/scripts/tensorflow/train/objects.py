"""The variables of objects, by the names of the attributes that lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import keras
from keras.src.optimizers.base_optimizer import BaseOptimizer

from onefit.scripts.tensorflow.module import Module
from onefit.scripts.tensorflow.random.generator import Generator, GeneratorState

_BOOKS = """
_compile_config _compile_metrics _functional _inbound_nodes _loss_ids _loss_tracker _losses _metrics
_nodes _non_trainable_variables _obj_type _operations _outbound_nodes _parent_path _seed_generators
_tracker _trainable_variables _trainable_variables_indices _variables
"""
_SKIPPED = frozenset(_BOOKS.split())
"""Attributes in which Keras keeps books of what others hold, and of the batches of an epoch."""


class Holder:
    """What holds others by names: a checkpoint of the script's."""


KINDS = (
    Holder,
    Module,
    keras.Layer,
    keras.Metric,
    BaseOptimizer,
    keras.Variable,
    keras.random.SeedGenerator,
    Generator,
)


@dataclass
class Found:
    """What was found from a root on.

    Args:
        variables: The variables, each by its first name.
        aliases: Other ways to objects, each with the first one.
        unbuilt: Layers and optimizers that have no variables yet, by name.
        uncompiled: Models that have no optimizer yet, by name.
    """

    variables: dict[str, Any] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    unbuilt: dict[str, Any] = field(default_factory=dict)
    uncompiled: dict[str, Any] = field(default_factory=dict)


def found_from(root: Any, prefix: str = "") -> Found:
    """The variables of an object and of all that it holds.

    Args:
        root: A checkpoint, module, layer, optimizer, metric or variable, or several in lists.
        prefix: What their names begin with. Defaults to `""`.

    >>> layer = keras.layers.Dense(1)
    >>> layer.build((None, 2))
    >>> list(found_from(layer, "net").variables)
    ['net/bias', 'net/kernel']
    """
    found = Found()
    seen: dict[int, str] = {}
    _look(root, prefix, found, seen)
    return found


def _look(one: Any, name: str, found: Found, seen: dict[int, str]) -> None:
    if id(one) in seen:
        found.aliases[name] = seen[id(one)]
        return
    seen[id(one)] = name
    if isinstance(one, Generator):
        found.variables[f"{name}/_state_var"] = GeneratorState(one)
        return
    if isinstance(one, keras.Variable):
        found.variables[name] = one
        return
    if isinstance(one, keras.Layer | BaseOptimizer) and not one.built:
        found.unbuilt[name] = one
    if isinstance(one, keras.Model) and not one.compiled:
        found.uncompiled[name] = one
    for part, value in _parts(one):
        _look(value, f"{name}/{part}" if name else part, found, seen)


def _parts(one: Any) -> Iterator[tuple[str, Any]]:
    """What an object holds: public attributes first, layers without a name of their own last."""
    if isinstance(one, dict):
        held = [(str(key), value) for key, value in one.items()]
    elif isinstance(one, list | tuple):
        held = [(str(number), value) for number, value in enumerate(one)]
    else:
        held = [(name, value) for name, value in vars(one).items() if name not in _SKIPPED]
        held.sort(key=lambda pair: (pair[0] == "_layers", pair[0][0] == "_", pair[0]))
    for name, value in held:
        if name == "states" and isinstance(one, keras.layers.RNN):
            continue  # of the batch before: TensorFlow saves none, and another batch has other ones
        if name == "_layers":  # with and without a layer for the input it is one model
            value = [layer for layer in value if not isinstance(layer, keras.layers.InputLayer)]
        if isinstance(value, KINDS) or (isinstance(value, list | tuple | dict) and _any(value)):
            yield name.lstrip("_"), value


def _any(values: Any) -> bool:
    """Whether a list or dict holds something with variables."""
    inner = values.values() if isinstance(values, dict) else values
    return any(
        isinstance(one, KINDS) or (isinstance(one, list | tuple | dict) and _any(one))
        for one in inner
    )
