"""A fresh copy of a compiled model, with numbers of its own where asked for.

What is copied is what plain Keras would copy: `keras.models.clone_model`, then `compile` with the
same arguments. New weights come from the model's initialisers, so

    keras.utils.set_random_seed(seed); copy_of(model)

gives the start of the member with this seed.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
from keras import Layer, Model

from onefit.errors import CopyError
from onefit.population.members.paths import RATE
from onefit.population.models.constructed import constructed, edited, parts
from onefit.population.models.hyperparameters import config_of, knobs, turn
from onefit.training.host.keras_private import global_state
from onefit.training.host.undisturbed import random_state_kept as random_state_kept

Edit = Callable[[Any, dict[str, Any]], type[Layer] | None]
"""Changes the config of a layer, in place, before the layer's copy is made from it.

It may return another class, of which the copy is made then.
"""


def copy_of(
    model: Model,
    values: Mapping[str, float] | None = None,
    edit: Edit | None = None,
    compiled: Mapping[str, Any] | None = None,
) -> Any:
    """Copy a compiled model: the same layers and `compile`, fresh weights.

    Args:
        model: A compiled `keras.Model`.
        values: Numbers that are to be other than the model's, by their knobs' paths. Defaults to
            `None`.
        edit: What is to be other in the config of a layer. Defaults to `None`.
        compiled: Arguments of `compile` that are to be other. Defaults to `None`.

    Returns:
        A compiled model that shares no variable with the first.

    Raises:
        CopyError: If the model, its optimizer or a metric has no config from which Keras could
            make it again.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5, name="drop")])
    >>> model.compile("sgd", "mse")
    >>> copy_of(model, {"layers.drop.rate": 0.2}).layers[0].rate
    0.2
    """
    values = dict(values or {})
    made = _cloned(model, values, edit)
    if type(made) is not type(model):
        raise CopyError(
            f"Expected a model that Keras can make again from its config. Received: "
            f"{type(model).__name__}, of which `keras.models.clone_model` makes a "
            f"{type(made).__name__}. Give a function that builds and compiles the model instead."
        )
    for layer, source in zip([made, *parts(made)], [model, *parts(model)]):
        if layer.trainable != source.trainable:
            layer.trainable = source.trainable
        if hasattr(source, "adapt") and source.built:
            _adapt(layer, source)
    made.compile(**{**compile_arguments(model, values), **(compiled or {})})
    _set_the_rest(made, values)
    return made


def _adapt(layer: Layer, source: Any) -> None:
    """Give a layer what another of its kind has learned of its data with `adapt`."""
    if not layer.built:
        layer.build_from_config(source.get_build_config())
    for variable, value in zip(layer.variables, source.variables):
        variable.assign(value)
    if hasattr(layer, "finalize_state"):
        layer.finalize_state()


def _set_the_rest(made: Any, values: dict[str, float]) -> None:
    """Set numbers of layers that are in no config of their own, such as those in a wrapper."""
    paths = [path for path in values if path.startswith("layers.")]
    known = knobs(made) if paths else {}
    for path in paths:
        if path in known and known[path].value != values[path]:
            turn(known[path], values[path])


def _cloned(model: Model, values: dict[str, float], edit: Edit | None) -> Any:
    def clone(layer: Layer) -> Any:
        config = layer.get_config()
        kind = edit(layer, config) if edit is not None else None
        prefix = f"layers.{layer.name}."
        for path, value in values.items():
            if path.startswith(prefix):
                _set_in(config, path[len(prefix) :].split("."), value)
        return (kind or type(layer)).from_config(config)

    try:
        if isinstance(model, (keras.Sequential, keras.models.Model)) and _has_graph(model):
            with _uncompiled(model):
                return keras.models.clone_model(model, clone_function=clone, recursive=True)
        return _of_own_class(model, edit)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise CopyError(
            f"Expected a model that Keras can make again from its config. Received: "
            f"{type(model).__name__}, for which Keras says: {error} Give a function that builds "
            "and compiles the model instead, or give its class a `get_config`."
        ) from error


def _of_own_class(model: Model, edit: Edit | None) -> Any:
    """A model of a class of the script's: from its config, or made by its constructor.

    Raises:
        TypeError: If Keras cannot make it from its config, and its constructor cannot either.
    """
    try:
        made = type(model).from_config(model.get_config())
    except (NotImplementedError, TypeError, ValueError) as error:
        if type(model).get_config is not Model.get_config:  # it says itself how it is made
            raise
        try:
            made = constructed(model, lambda held: _held(held))
        except Exception as reason:
            raise error from reason
    if edit is not None:
        edited(made, model, edit)
    return made


def _held(held: Any) -> Any:
    """A copy of a model or layer that a model's constructor was given."""
    if isinstance(held, Model):
        return _cloned(held, {}, None)
    return type(held).from_config(held.get_config())


@contextlib.contextmanager
def _uncompiled(model: Model) -> Iterator[None]:
    """Let Keras not see that the model is compiled: its copy is compiled here, without a config."""
    model.compiled = False
    try:
        yield
    finally:
        model.compiled = True


def _has_graph(model: Model) -> bool:
    from onefit.training.host.keras_private import Functional

    return isinstance(model, (keras.Sequential, Functional))


def _set_in(config: dict[str, Any], keys: list[str], value: float) -> None:
    """Set a number in a nested Keras config."""
    for key in keys[:-1]:
        config = config[key]
        # An object within a config stands with its class, and its numbers one level below.
        config = config.get("config", config)
    config[keys[-1]] = value


def compile_arguments(model: Model, values: Mapping[str, float] | None = None) -> dict[str, Any]:
    """What the copy's `compile` gets: the model's arguments, its objects made anew."""
    values = dict(values or {})
    given = dict(model._compile_config.config)
    # It may have been set after `compile`, which keeps what it was given.
    given["jit_compile"] = model.jit_compile
    # Where the loss is scaled, `compile` has wrapped the model's optimizer, and the copy is of
    # that.
    given["auto_scale_loss"] = False
    given["optimizer"] = _optimizer(model, values)
    given["loss"] = _losses(given["loss"], values)
    given["loss_weights"] = _loss_weights(given["loss_weights"], values)
    for name in ("metrics", "weighted_metrics"):
        # A metric object counts for one model.
        given[name] = keras.tree.map_structure(_anew, given[name])
    return given


def _optimizer(model: Model, values: dict[str, float]) -> Any:
    optimizer = model.optimizer
    if optimizer is None:
        return None
    config = copy.deepcopy(config_of(optimizer))
    for path, value in values.items():
        if path == RATE:
            config["learning_rate"] = float(value)
        elif path.startswith("optimizer."):
            _set_in(config, path.split(".")[1:], value)
    return _from_config(optimizer, config)


def _losses(loss: Any, values: dict[str, float]) -> Any:
    own = {path[5:]: value for path, value in values.items() if path.startswith("loss.")}
    if not own:
        return loss
    if isinstance(loss, dict):
        return {
            name: _losses(
                part,
                {f"loss.{k.split('.')[1]}": v for k, v in own.items() if k.split(".")[0] == name},
            )
            for name, part in loss.items()
        }
    if isinstance(loss, (list, tuple)):
        raise CopyError("Expected losses by the names of their outputs. Received: a list.")
    return type(loss).from_config({**loss.get_config(), **own})


def _loss_weights(weights: Any, values: dict[str, float]) -> Any:
    for path, value in values.items():
        if path == "loss_weights":
            weights = value
        elif path.startswith("loss_weights."):
            weights = {**weights, path.split(".", 1)[1]: value}
    return weights


def _anew(metric: Any) -> Any:
    """A metric object made again; names and functions stay."""
    if isinstance(metric, keras.metrics.Metric):
        return _from_config(metric, metric.get_config())
    return metric


def _from_config(source: Any, config: dict[str, Any]) -> Any:
    """A metric or an optimizer of the source's kind, made from a config.

    Raises:
        CopyError: If its class does not take its own config.
    """
    try:
        return type(source).from_config(config)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise CopyError(
            "Expected metrics and an optimizer that Keras can make again from their configs. "
            f"Received: {type(source).__name__}, for which Keras says: {error} Give a function "
            "that builds and compiles the model instead, or let its `__init__` take what its "
            "`get_config` returns."
        ) from error


@contextlib.contextmanager
def fresh_names() -> Iterator[None]:
    """Let Keras count its names (`dense`, `dense_1`) from the start within a block."""
    # By their names layers are known in sweeps and compared in structures: each build of a function
    # has to give the same ones.
    key = "object_name_uids"
    before = global_state.get_global_attribute(key)
    global_state.set_global_attribute(key, None)
    try:
        yield
    finally:
        global_state.set_global_attribute(key, before)
