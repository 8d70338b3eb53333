"""The identity of a training: what decides about its numbers, and by which a checkpoint is its own.

A part for each thing that a user may change, under the name by which the user is told.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import jax
import numpy as np
from keras import Model, tree
from keras.callbacks import Callback

from onefit.runs import surroundings
from onefit.training.host.variables import variables
from onefit.training.plan.inputs import Inputs

SETTINGS = (
    "jax_default_matmul_precision",
    "jax_default_prng_impl",
    "jax_enable_x64",
    "jax_threefry_partitionable",
)
SHOWN = {"verbose"}
ARGUMENTS = (
    *("batch_size", "epochs", "initial_epoch", "shuffle", "steps_per_epoch"),
    *("validation_batch_size", "validation_freq", "validation_steps"),
)

Parts = dict[str, str]


class Identity:
    """The parts of a fit that decide about its numbers.

    Args:
        inputs: The fit, before its callbacks have been called.
    """

    def __init__(self, inputs: Inputs) -> None:
        """Look at what the training changes; the rest is looked at when it is needed."""
        self.inputs = inputs
        self.begin = {
            "compile()": digest(compiled_with(inputs.model)),
            "the callbacks": digest([callback_of(c) for c in inputs.callbacks.callbacks]),
        }

    @cached_property
    def parts(self) -> Parts:
        """Each part as short text."""
        inputs = self.inputs
        return {
            **surroundings_of(),
            "the model": digest(layers_of(inputs.model)),
            "the data": data_digest([_arrays(inputs.iterator), _arrays(inputs.valid)]),
            "the arguments of fit": digest({name: inputs.given[name] for name in ARGUMENTS}),
            **self.begin,
        }


def surroundings_of() -> Parts:
    """What a training runs in: versions, device, script."""
    backend = f"{jax.default_backend()} {jax.devices()[0].device_kind}"
    settings = {name: str(getattr(jax.config, name, None)) for name in SETTINGS}
    return {
        "the versions": digest(surroundings.versions()),
        "the device": digest([backend, settings]),
        "the script": sources(),
    }


def changed(before: Parts, now: Parts) -> list[str]:
    """The names of the parts that differ.

    >>> changed({"the data": "a", "the model": "b"}, {"the data": "a", "the model": "c"})
    ['the model']
    """
    return [name for name in {**now, **before} if before.get(name) != now.get(name)]


def digest(value: Any) -> str:
    """A short text that stands for a value in terms of JSON."""
    text = json.dumps(value, sort_keys=True, default=_short)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _short(value: Any) -> Any:
    """What JSON does not know: numbers of NumPy's, arrays, and objects by their class."""
    if isinstance(value, np.generic | np.ndarray):
        return [str(value.dtype), value.tolist()]
    name = getattr(value, "__qualname__", type(value).__qualname__)
    return f"{type(value).__module__}.{name}"


def sources() -> str:
    """The script and what it imports from its own folder, without comments and layout."""
    main = getattr(sys.modules.get("__main__"), "__file__", None) or ""
    if not main.endswith(".py") or not os.path.exists(main) or _installed(main):
        return ""
    script = os.path.realpath(main)
    folder = os.path.join(os.path.dirname(script), "")
    # A list, because another thread may import something meanwhile.
    loaded = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
    beside = {os.path.realpath(file) for file in loaded if file.endswith(".py")}
    own = {file for file in beside if file.startswith(folder) and not _installed(file)}
    return digest([[os.path.relpath(f, folder), _source(f)] for f in sorted(own | {script})])


def _installed(file: str) -> bool:
    return "site-packages" in file or "dist-packages" in file


def _source(file: str) -> str:
    content = Path(file).read_bytes()
    try:
        return ast.dump(ast.parse(content))
    except (SyntaxError, ValueError):
        return hashlib.sha256(content).hexdigest()


def layers_of(model: Model) -> Any:
    """The configs of the layers, by number instead of by name, and the forms of the variables.

    Keras numbers the names of layers through, so the second model of a process has other ones.
    """
    layers = list(model._flatten_layers())
    numbers = {layer.name: f"layer {place}" for place, layer in enumerate(layers)}
    groups = variables(model)
    forms = [[(v.shape, str(v.dtype), bool(v.trainable)) for v in group] for group in groups]
    return [[[type(x).__qualname__, _unnamed(_config(x), numbers)] for x in layers], forms]


def _config(thing: Any) -> Any:
    try:
        return thing.get_config()
    except Exception:  # a class without a config: the script that defines it tells
        return None


def _unnamed(config: Any, numbers: dict[str, str]) -> Any:
    if isinstance(config, str):
        return numbers.get(config, config)
    if isinstance(config, dict):
        return {str(k): _unnamed(v, numbers) for k, v in config.items()}
    if isinstance(config, list | tuple):
        return [_unnamed(part, numbers) for part in config]
    return config


def compiled_with(model: Model) -> Any:
    """The optimizer, and the losses and metrics as they were given."""
    given = dict(model._compile_config.config)
    optimizer = _config(model.optimizer) or {}
    # Keras numbers this name through, too.
    optimizer.pop("name", None)
    return [type(model.optimizer).__qualname__, optimizer, _configured(given)]


def _configured(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _configured(v) for k, v in value.items() if k != "optimizer"}
    if isinstance(value, list | tuple):
        return [_configured(part) for part in value]
    if hasattr(value, "get_config"):
        return [type(value).__qualname__, _config(value)]
    return value


def callback_of(callback: Callback) -> Any:
    """Its class, and what it was given, as far as attributes of these names hold plain values."""
    names = getattr(type(callback).__init__, "__code__", None)
    asked = set(names.co_varnames[: names.co_argcount + names.co_kwonlyargcount]) if names else ()
    given = {k: v for k, v in vars(callback).items() if k in asked and k not in SHOWN}
    return [type(callback).__qualname__, given]


def data_digest(parts: Iterable[Iterable[Any]]) -> str:
    """A digest of all numbers that are trained and validated on.

    Args:
        parts: The arrays of each.
    """
    found = hashlib.blake2b(digest_size=16)
    for arrays in parts:
        for array in arrays:
            held = np.asarray(array)
            found.update(f"{held.dtype} {held.shape}".encode())
            found.update(np.ascontiguousarray(held).reshape(-1).view(np.uint8).data)
        # So that rows that move from the training to the validation make another digest.
        found.update(b"|")
    return found.hexdigest()


def _arrays(part: Any) -> Iterable[Any]:
    """The arrays of Keras's iterator, or of a validation that has none yet."""
    adapter = getattr(part, "data_adapter", None)
    order = getattr(adapter, "row_order", None)
    if order is not None:
        part = order.arrays
    elif adapter is not None:
        part = getattr(adapter, "_inputs", ())
    return [a for a in tree.flatten(part) if hasattr(a, "dtype") and hasattr(a, "shape")]
