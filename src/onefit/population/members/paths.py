"""The names of a sweep, and what the values of each are for.

A name is the path of a number of the model, an argument of the user's build function, or a class
whose weight it is.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.members.checks import is_number, shown
from onefit.population.members.names import meant_by

CLASS_WEIGHT, SAMPLE_WEIGHT = "class_weight", "sample_weight"
OF_FIT = ("batch_size", "epochs")  # arguments of `fit` that members may have of their own
RATE = "optimizer.learning_rate"
# an optimizer's numbers that may be None, whole, or written without "optimizer."
OPTIMIZERS = {
    "beta", "beta_1", "beta_2", "clipnorm", "clipvalue", "ema_momentum", "epsilon",
    "global_clipnorm", "initial_accumulator_value", "l1_regularization_strength",
    "l2_regularization_strength", "l2_shrinkage_regularization_strength", "learning_rate_power",
    "momentum", "rho", "weight_decay",
}  # fmt: skip


def full_path(path: str) -> str:
    """The path for what users may write shorter.

    >>> full_path("learning_rate"), full_path("beta_1"), full_path("loss_weights")
    ('optimizer.learning_rate', 'optimizer.beta_1', 'loss_weights')
    """
    first = path.split(".")[0]
    return f"optimizer.{path}" if first == "learning_rate" or path in OPTIMIZERS else path


class Split:
    """One combination, divided by what its values are for.

    Args:
        build: Arguments of the user's build function.
        knobs: Numbers of the model, by their full paths.
        class_weight: Class weights of the member's own, or `None`.
        row_weights: Weights of all rows of the table, the member's own, or `None`.
    """

    def __init__(
        self,
        build: dict[str, Any],
        knobs: dict[str, float],
        class_weight: dict[int, float] | None = None,
        row_weights: np.ndarray | None = None,
    ) -> None:
        """Keep them."""
        self.build, self.knobs = build, knobs
        self.class_weight, self.row_weights = class_weight, row_weights

    def key(self) -> Any:
        """What the build function depends on."""
        return tuple(sorted((k, repr(v)) for k, v in self.build.items()))


def split(
    values: Mapping[str, Any],
    build: Callable[..., Any] | None,
    class_weight: Mapping[int, float] | None,
) -> Split:
    """Divide a combination's values by what they are for.

    Args:
        values: The combination.
        build: The user's build function, or `None` for a model.
        class_weight: The class weights that all members share, or `None`.
    """
    taken = _parameters(build) if build is not None else {}
    arguments: dict[str, Any] = {}
    knobs: dict[str, float] = {}
    weights: dict[int, float] | None = None
    rows: np.ndarray | None = None
    for name, value in values.items():
        path = full_path(name)
        if _takes(taken, name):
            arguments[name] = value
        elif name in OF_FIT:
            continue  # the member has it
        elif name == SAMPLE_WEIGHT:
            rows = None if value is None else value.values
        elif name == CLASS_WEIGHT:
            weights = {} if value is None else class_weights(name, value)
        elif name.startswith(CLASS_WEIGHT + "."):
            if CLASS_WEIGHT in values:
                raise _twice(name, CLASS_WEIGHT)
            # Classes that are not swept keep the weights that all members share.
            weights = dict(class_weight or {}) if weights is None else weights
            weights[_class_in(name)] = _number(name, value)
        elif path in knobs:
            raise _twice(*[other for other in values if full_path(other) == path])
        else:
            knobs[path] = _number(name, value)
    if build is not None:
        _check_arguments(build, taken, arguments, list(values))
    return Split(arguments, knobs, weights, rows)


def weighs_classes(sweep: Iterable[str], build: Callable[..., Any] | None) -> bool:
    """Whether members have class weights of their own."""
    taken = _parameters(build) if build is not None else {}
    return any(name.split(".")[0] == CLASS_WEIGHT and not _takes(taken, name) for name in sweep)


def class_weights(name: str, value: Any) -> dict[int, float]:
    """A dict from class to weight.

    Raises:
        PopulationError: If it is none.

    >>> class_weights("class_weight", {0: 1, 1: 2.5})
    {0: 1.0, 1: 2.5}
    """
    good = isinstance(value, Mapping) and all(
        is_number(key) and key == int(key) and is_number(weight) and weight >= 0
        for key, weight in value.items()
    )
    if not good:
        raise PopulationError(
            f"Expected `{name}` as a dict from class to weight, such as {{0: 1.0, 1: 5.0}}. "
            f"Received: {shown(value)}. Give each class, a whole number, its weight, at least 0."
        )
    return {int(key): float(weight) for key, weight in value.items()}


def _class_in(name: str) -> int:
    """The class in `class_weight.<class>`."""
    text = name.removeprefix(CLASS_WEIGHT + ".")
    if not text.removeprefix("-").isdecimal():
        raise PopulationError(
            f"Expected a class, a whole number, behind `class_weight.`. Received: {name!r}. Write "
            "for example 'class_weight.1'."
        )
    return int(text)


def _twice(first: str, second: str) -> PopulationError:
    return PopulationError(
        f"Expected every number once in `sweep`. Received: {first!r} and {second!r}, which name "
        "the same. Leave one of them out."
    )


def _number(name: str, value: Any) -> float:
    if not is_number(value):
        raise PopulationError(
            f"Expected numbers to sweep {name!r} over. Received: {shown(value)}. Whatever is no "
            "number of the model needs a function that builds the model, with an argument of that "
            "name."
        )
    return float(value)


def _parameters(build: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """A function's arguments by their names."""
    try:
        return inspect.signature(build).parameters
    except (TypeError, ValueError) as error:
        raise PopulationError(
            "Expected a function that builds and compiles a model. Received: "
            f"{getattr(build, '__name__', build)!r}, of which Python cannot tell the arguments. "
            "Write one with `def`."
        ) from error


def takes(build: Callable[..., Any] | None, name: str) -> bool:
    """Whether a build function, if there is one, can be called with an argument of this name."""
    return build is not None and _takes(_parameters(build), name)


def _takes(parameters: Mapping[str, inspect.Parameter], name: str) -> bool:
    """Whether a function can be called with an argument of this name."""
    own = parameters.get(name)
    if own is not None and own.kind in (own.POSITIONAL_OR_KEYWORD, own.KEYWORD_ONLY):
        return True
    # `**kwargs` takes every name, but one with a dot can only be a path.
    return "." not in name and any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def _check_arguments(
    build: Callable[..., Any],
    parameters: Mapping[str, inspect.Parameter],
    given: Mapping[str, Any],
    names: list[str],
) -> None:
    """Refuse a sweep that leaves out what a function cannot do without."""
    needed = [p.name for p in parameters.values() if p.default is p.empty and not _is_rest(p)]
    missing = [name for name in needed if name not in given]
    if missing:
        swept = f"a sweep of {', '.join(map(repr, names))}" if names else "no sweep"
        raise PopulationError(
            "Expected values for every argument that the function needs: "
            f"{', '.join(map(repr, missing))}. Received: {swept}. The function takes: "
            f"{_taken(build)}. Name it in `sweep`, in a search in `space`, or give the "
            "argument a default."
        )


def _is_rest(parameter: inspect.Parameter) -> bool:
    """Whether it is `*args` or `**kwargs`."""
    return parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)


def _taken(build: Callable[..., Any]) -> str:
    """The names of a function's arguments, as text."""
    names = [p.name for p in _parameters(build).values() if not _is_rest(p)]
    return ", ".join(sorted(names)) or "nothing"


def unknown(name: str, known: list[str], build: Callable[..., Any] | None) -> PopulationError:
    """The error for a name that neither the model nor the build function has."""
    has = ", ".join(known)
    taken = [] if build is None else [p for p in _parameters(build) if takes(build, p)]
    meant = meant_by(name, [*taken, *known, *OF_FIT, CLASS_WEIGHT, SAMPLE_WEIGHT])
    also = f" Did you mean {meant!r}?" if meant else ""
    if build is not None:
        also += f" The function takes: {_taken(build)}."
    return PopulationError(
        f"Expected names of numbers that the model has. Received: {name!r}. The model has: {has}; "
        f"and class_weight, sample_weight, batch_size and epochs.{also} Whatever changes the "
        "model's structure, such as the width of a layer, needs a function that builds and "
        "compiles the model, with an argument of that name."
    )
