"""The state of an optimizer in an HDF5 file: training goes on from it after `load_model`.

Keras 3 builds the optimizer of such a file for no variable at all, and a `fit` then ends with an
error. The layouts are those of `save_optimizer_weights_to_hdf5_group` of Keras 1.2.2, 2.2.4, 2.3
and 2.15: until Keras 2.10 one kind of moments stood after the other, each for all variables, behind
the number of steps if there was one; since then the moments of a variable stand together. Keras 1
sorted variables by their names.
"""

from __future__ import annotations

import functools
import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import h5py
import keras
import numpy as np
from keras.src.legacy.saving import legacy_h5_format as hdf5

from onefit.scripts.eras.stand_ins.configs import custom_objects_of
from onefit.scripts.eras.stand_ins.unknown_names import is_of_keras, unknown

GROUP = "optimizer_weights"
TOLD = (
    "expected the state of {name} for {count} variables in {path}; received another one, so that "
    "its moments begin anew"
)


def load_with_state(original: Callable[..., Any]) -> Callable[..., Any]:
    """A model from an HDF5 file has the moments of its optimizer, too."""

    @functools.cache
    def without_optimizer() -> type[h5py.File]:  # made at the first file: h5py takes its time
        class WithoutOptimizer(h5py.File):
            """A file that does not show the optimizer's state."""

            def __contains__(self, name: object) -> bool:
                return name != GROUP and super().__contains__(name)

        return WithoutOptimizer

    def load_model_from_hdf5(filepath: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(filepath, h5py.File):
            return original(filepath, *args, **kwargs)
        with without_optimizer()(str(filepath), "r") as file:
            model = original(file, *args, **kwargs)
        with h5py.File(str(filepath), "r") as file:
            if GROUP in file and getattr(model, "optimizer", None) is not None:
                _restore(model, file)
        return model

    return load_model_from_hdf5


def known_optimizer(original: Callable[..., Any]) -> Callable[..., Any]:
    """An optimizer that Keras 2.11 to 2.15 saved keeps its arguments.

    They called their own ones `Custom>SGD`. Keras 3 finds none of that name, and takes one with the
    defaults of today.
    """

    def compile_args_from_training_config(
        training_config: dict[str, Any], custom_objects: Any = None
    ) -> Any:
        given = training_config["optimizer_config"]
        kind = given["class_name"].removeprefix("Custom>")
        own = custom_objects_of(custom_objects).keys()
        if not {kind, given["class_name"]} & own and not is_of_keras(kind):
            raise unknown("optimizer", kind, of_training=True)
        # A class that the script has registered without a package is `Custom>SGD`, too; then it is
        # that one.
        if given["class_name"] not in _custom() and hasattr(keras.optimizers, kind):
            config = {name: given["config"][name] for name in given["config"] if name not in _GONE}
            training_config = {
                **training_config,
                "optimizer_config": {"class_name": kind, "config": config},
            }
        return original(training_config, custom_objects)

    return compile_args_from_training_config


def without_rate(original: Callable[..., Any]) -> Callable[..., Any]:
    """The state of an optimizer in a `.keras` file of Keras 2.12 to 2.15, which has no rate."""

    def load_own_variables(self: Any, store: Any) -> None:
        states = [one for one in self.variables if one is not vars(self).get("_learning_rate")]
        if len(store) == len(self.variables) or len(store) != len(states):
            return original(self, store)
        for place, state in enumerate(states):
            state.assign(store[str(place)])
        return None

    return load_own_variables


def _custom() -> dict[str, Any]:
    return keras.saving.get_custom_objects()


_GONE = ("is_legacy_optimizer", "jit_compile")


def _restore(model: Any, file: h5py.File) -> None:
    optimizer, variables = model.optimizer, model.trainable_variables
    optimizer.build(variables)
    # Keras 3 counts the rate as a variable of the optimizer; the files have it in the config.
    states = [one for one in optimizer.variables if one is not vars(optimizer)["_learning_rate"]]
    arrays = [np.asarray(one) for one in hdf5.load_optimizer_weights_from_hdf5_group(file)]
    version = _version(file)
    if (2, 11) <= version < (3, 0) and not _is_legacy(file):
        values = arrays
    elif version >= (3, 0):
        values = arrays[:1] + arrays[2:]  # the rate is in the config
    else:
        values = list(_by_variable(arrays, states, _order(file, version, len(variables))))
    if [one.shape for one in values] == [tuple(one.shape) for one in states]:
        for state, value in zip(states, values):
            state.assign(value)
    else:
        told = TOLD.format(name=optimizer.name, count=len(variables), path=file.filename)
        warnings.warn(told, stacklevel=2)


def _is_legacy(file: h5py.File) -> bool:
    """Whether an optimizer is one of `tf.keras.optimizers.legacy`; others were `Custom>Adam`."""
    name = json.loads(file.attrs["training_config"])["optimizer_config"]["class_name"]
    return not name.startswith("Custom>")


def _version(file: h5py.File) -> tuple[int, ...]:
    """The Keras that wrote a file; TensorFlow's own was 2.2.4-tf for a while."""
    told = file.attrs.get("keras_version", "1.0")
    told = told.decode() if isinstance(told, bytes) else str(told)
    # The first two numbers are whole ones in every release; later parts may be `0rc1`.
    return tuple(int(one) for one in told.partition("-")[0].split(".")[:2])


def _by_variable(
    arrays: Sequence[np.ndarray], states: Sequence[Any], order: Sequence[int]
) -> Iterator[np.ndarray]:
    """The number of steps and each variable's moments, from moments of one kind after the other."""
    has_steps = bool(arrays) and arrays[0].ndim == 0
    # In Keras 3 every optimizer counts its steps, as the first of its states.
    yield arrays[0] if has_steps else np.zeros((), "int32")
    moments = arrays[1:] if has_steps else arrays
    count = len(order)
    for place in order:
        for kind in range((len(states) - 1) // max(count, 1)):
            if kind * count + place < len(moments):
                yield moments[kind * count + place]


def _order(file: h5py.File, version: tuple[int, ...], count: int) -> Sequence[int]:
    """Where each variable's moments stand among those of its kind."""
    if version >= (2, 0):
        return range(count)
    group = file["model_weights"]
    layers = (group[name] for name in group.attrs["layer_names"])
    names = [name for layer in layers for name in layer.attrs["weight_names"]]
    names = [name for name in names if b"_running_" not in name]  # of batch normalization
    # Too few values come of an empty order, so that the moments begin anew, with a warning.
    if len(names) != count:
        return ()
    ranks = {name: rank for rank, name in enumerate(sorted(names))}
    return [ranks[name] for name in names]
