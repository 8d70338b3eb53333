"""A model of a script's own class, made once more by its constructor.

Keras makes a model again from its config, and a class that has only `__init__` and `call`, as in
most tutorials, has none: Keras does not know with which arguments it was made. Here they are found
out: what the model holds under their names, defaults, and else sizes and rates of its layers, which
are tried. Whether the model that is made so is the same one is looked at: the same plain
attributes, and the same layers with the same configs in the same order. Where none is, no copy is
made.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product
from typing import Any, TypeAlias

from keras import Layer, Model

from onefit.errors import CopyError

Config: TypeAlias = dict[str, Any]
Copied = Callable[[Any], Any]
Edit = Callable[[Any, Config], type[Layer] | None]

PLAIN = (bool, int, float, str, type(None))
MOST_TRIED, MOST_NUMBERS, MOST_SECONDS = 64, 12, 2.0
"""Lists of arguments that are tried, numbers that may be one, and seconds that it may take."""

OF_KERAS = frozenset(
    {"name", "built", "stop_training", "compiled", "autocast", "supports_jit", "loss", "optimizer",
     "steps_per_execution", "train_function", "test_function", "predict_function",
     "activity_regularizer"}
)  # fmt: skip
"""Plain attributes that Keras sets, as `compile` and `fit` leave them."""

OF_THE_OBJECT = frozenset(
    {"name", "trainable", "build_config", "build_input_shape", "shared_object_id"}
)
"""What configs of two layers that compute the same may differ in."""


def constructed(model: Model, copied: Copied) -> Any:
    """A model of the same class, made by its constructor, with fresh weights.

    Args:
        model: The model; its layers may be built.
        copied: How a model or layer that the constructor is given is copied.

    Raises:
        CopyError: If what comes out is another model, whatever is tried.
    """
    difference, begin = "list of arguments", time.perf_counter()
    for given in islice(_arguments(model), MOST_TRIED):
        # Gone through to the end without trying: a `break` would say that a model was found.
        if time.perf_counter() - begin > MOST_SECONDS:
            continue
        try:
            made = type(model)(
                # A layer that is handed on as it is would be a part of both models.
                **{k: copied(v) if isinstance(v, Layer) else v for k, v in given.items()}
            )
        except (TypeError, ValueError, AttributeError):  # an argument of another kind
            continue
        difference = _difference(made, model)
        if not difference:
            break
    else:
        raise CopyError(
            f"Expected a model that its constructor makes again. Received: {type(model).__name__}, "
            f"of which it makes one with another {difference}. Give a function that builds and "
            "compiles the model instead."
        )
    made.name = model.name
    for layer, source in zip(parts(made), parts(model)):
        layer.name = source.name  # a new name says how many layers were made before
    return made


def parts(model: Model) -> list[Layer]:
    """The layers inside a model, without those that Keras adds when it is built."""
    return [
        one
        for one in model._flatten_layers(include_self=False)
        if type(one).__name__ not in ("InputLayer", "Functional")
    ]


def edited(made: Model, model: Model, edit: Edit) -> None:
    """Change layers of a model that is not built yet, as a change of their configs would.

    Args:
        made: The copy.
        model: What it is a copy of.
        edit: Changes a config in place; the class that it may return is not taken.

    Raises:
        CopyError: If a layer cannot be changed so.
    """
    for layer, source in zip(parts(made), parts(model)):
        config = _config(source)
        if config is None or hasattr(layer, "layers"):
            continue
        changed = _config(source)
        kind = edit(source, changed or {})
        names = [name for name, value in (changed or {}).items() if value != config.get(name)]
        if not names and kind is None:
            continue
        if kind is not None or not all(hasattr(layer, name) for name in names):
            raise CopyError(
                "Expected a change of what a layer holds. Received: one of its class, in a model "
                f"of the class {type(model).__name__}, whose `call` may know it."
            )
        # By way of a new layer, in which a name such as "relu" has become the function.
        anew = type(layer).from_config(changed or {})
        for name in names:
            try:
                setattr(layer, name, getattr(anew, name))
            except AttributeError as error:  # a recurrent layer has its units in a cell
                raise CopyError(f"Expected {name!r} to be set. Received: {error}") from error


def _arguments(model: Model) -> Iterator[dict[str, Any]]:
    """What the constructor may have been given, the likeliest first.

    What the model holds under the name of a parameter is known. For others it is the default, or
    something that a layer was made with.
    """
    choices: dict[str, list[Any]] = {}
    for name, one in inspect.signature(type(model)).parameters.items():
        if one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL) or name in OF_KERAS:
            continue
        held = vars(model).get(name)
        if isinstance(held, list | tuple) and all(isinstance(each, PLAIN) for each in held):
            choices[name] = [list(held)]
        elif name in vars(model) and isinstance(held, (*PLAIN, Layer)):
            choices[name] = [held]
        else:
            usual = [] if one.default is one.empty else [one.default]
            choices[name] = [*usual, *_numbers(model)]
    for values in product(*choices.values()):
        yield dict(zip(choices, values))


def _numbers(model: Model) -> list[Any]:
    """Sizes and rates of the layers, the last layer's first, each once."""
    configs = [_config(one) or {} for one in reversed(parts(model))]
    found = [value for config in configs for value in config.values()]
    return list(dict.fromkeys(v for v in found if type(v) in (int, float)))[:MOST_NUMBERS]


def _difference(made: Model, model: Model) -> str:
    """In what two models differ, in a word; `""` if in nothing that can be seen."""
    for name, value in _plain(made):
        # `made` stands for an attribute that is not there, because no plain value is equal to it.
        if vars(model).get(name, made) != value:
            return f"`{name}`"
    ours, theirs = parts(made), parts(model)
    if [type(one) for one in ours] != [type(one) for one in theirs]:
        return "list of layers"
    for layer, source in zip(ours, theirs):
        if not hasattr(layer, "layers") and _of_all(_config(layer)) != _of_all(_config(source)):
            return f"layer {source.name!r}"
    return ""


def _plain(model: Model) -> Iterator[tuple[str, Any]]:
    """The plain attributes that a class of the script's has set."""
    for name, value in vars(model).items():
        if not name.startswith("_") and name not in OF_KERAS and isinstance(value, PLAIN):
            yield name, value


def _config(layer: Layer) -> Config | None:
    """The config of a layer; `None` for one of a script's class that has none."""
    try:
        return dict(layer.get_config())
    except (NotImplementedError, TypeError, ValueError):
        return None


def _of_all(config: Any) -> Any:
    """A config without what is of one object alone, such as its name."""
    if isinstance(config, Mapping):
        return {k: _of_all(v) for k, v in config.items() if k not in OF_THE_OBJECT}
    if isinstance(config, list | tuple):
        return [_of_all(one) for one in config]
    return config
