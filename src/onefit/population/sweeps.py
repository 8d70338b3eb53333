"""A sweep: every combination of the values of some hyper-parameters."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.checks import check_seeds, is_number, shown, whole
from onefit.population.knobs import full_path

CLASS_WEIGHT = "class_weight"
MOST_VALUES = 1_000_000


def log_uniform(low: float, high: float, n: int, seed: int = 0) -> list[float]:
    """Numbers that are uniform in their logarithm, for a sweep.

    Args:
        low: The smallest, above zero.
        high: The largest.
        n: How many.
        seed: Where they come from. Defaults to `0`.

    Returns:
        `n` numbers in ascending order, one from each of `n` equal parts of the logarithmic range.

    Raises:
        PopulationError: If the range is empty or reaches zero, or there are no such numbers.

    >>> values = log_uniform(1e-4, 1e-1, n=3)
    >>> [1e-4 <= value <= 1e-1 for value in values], values == sorted(values)
    ([True, True, True], True)
    """
    whole("n", n, 1, "Give how many values there are to be.")
    check_seeds(seed, 1)
    if not (is_number(low) and is_number(high) and 0 < low < high):
        raise PopulationError(
            f"Expected numbers 0 < low < high. Received: low={low!r}, high={high!r}. Give the "
            "smallest and the largest value, such as 1e-4 and 1e-1."
        )
    within = np.random.RandomState(seed).uniform(size=n)
    places = (np.arange(n) + within) / n
    return [float(v) for v in np.exp(np.log(low) + places * (np.log(high) - np.log(low)))]


def lists_of(sweep: Mapping[str, Any] | None) -> dict[str, list[Any]]:
    """The values of each name of a sweep, as lists.

    Whole numbers among others are made floats, as in an array: `[0, 0.9]` is `[0.0, 0.9]`.

    Raises:
        PopulationError: If it is no sweep.

    >>> lists_of({"a": (1, 2), "b": [0, 0.9]})
    {'a': [1, 2], 'b': [0.0, 0.9]}
    """
    if sweep is not None and not isinstance(sweep, Mapping):
        raise PopulationError(
            "Expected `sweep` as a dict from names to lists of values. Received: a "
            f"{type(sweep).__name__}, {shown(sweep)}. Give for example "
            "`sweep={'learning_rate': [0.01, 0.1]}`."
        )
    lists = {}
    for name, values in (sweep or {}).items():
        if not isinstance(name, str) or not name:
            raise PopulationError(
                f"Expected the names in `sweep` to be text. Received: {name!r}. Give for example "
                "'learning_rate', or the name of an argument of the function."
            )
        if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__iter__"):
            raise PopulationError(
                f"Expected a list of values to sweep {name!r} over. Received: {shown(values)}. Put "
                "it in a list: every value is one member's."
            )
        lists[name] = _alike([_plain(value) for value in _counted(name, values)])
        if not lists[name]:
            raise PopulationError(
                f"Expected values to sweep {name!r} over. Received: none. Leave {name!r} out, or "
                "give it values."
            )
    return lists


def _counted(name: str, values: Any) -> list[Any]:
    """Values as a list, but never more than any population could train."""
    found = list(itertools.islice(values, MOST_VALUES + 1))
    if len(found) > MOST_VALUES:
        size = f"{len(values):,}" if hasattr(values, "__len__") else "more"
        raise PopulationError(
            f"Expected at most {MOST_VALUES:,} values to sweep {name!r} over. Received: {size}. "
            "Give some of them, such as `numpy.linspace` or `onefit.log_uniform` draws."
        )
    return found


def combinations(sweep: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Every combination of the values, the last name going fastest.

    >>> combinations({"a": [1, 2], "b": [3]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 3}]
    >>> combinations(None)
    [{}]
    """
    lists = lists_of(sweep)
    return [dict(zip(lists, chosen)) for chosen in itertools.product(*lists.values())]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _alike(values: list[Any]) -> list[Any]:
    """Numbers of one kind: Keras takes no whole number where it wants a float."""
    if all(is_number(value) for value in values) and any(isinstance(v, float) for v in values):
        return [float(value) for value in values]
    return values


class Split:
    """One combination, divided by what its values are for.

    Args:
        build: Arguments of the user's build function.
        knobs: Numbers of the model, by their full paths.
        class_weight: Class weights of the member's own, or `None`.
    """

    def __init__(
        self, build: dict[str, Any], knobs: dict[str, float], class_weight: dict[int, float] | None
    ) -> None:
        """Keep the three."""
        self.build, self.knobs, self.class_weight = build, knobs, class_weight

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
    for name, value in values.items():
        path = full_path(name)
        if _takes(taken, name):
            arguments[name] = value
        elif name == CLASS_WEIGHT:
            weights = {} if value is None else class_weights(name, value)
        elif name.startswith(CLASS_WEIGHT + "."):
            if CLASS_WEIGHT in values:
                raise _twice(name, CLASS_WEIGHT)
            weights = dict(class_weight or {}) if weights is None else weights
            weights[_class_in(name)] = _number(name, value)
        elif path in knobs:
            raise _twice(*[other for other in values if full_path(other) == path])
        else:
            knobs[path] = _number(name, value)
    if build is not None:
        _check_arguments(build, taken, arguments, list(values))
    return Split(arguments, knobs, weights)


def weighs_classes(sweep: Mapping[str, Any], build: Callable[..., Any] | None) -> bool:
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


def _takes(parameters: Mapping[str, inspect.Parameter], name: str) -> bool:
    """Whether a function can be called with an argument of this name."""
    own = parameters.get(name)
    if own is not None and own.kind in (own.POSITIONAL_OR_KEYWORD, own.KEYWORD_ONLY):
        return True
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
            f"{_taken(build)}. Name it in `sweep`, or give the argument a default."
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
    also = ""
    if build is not None:
        also = f" The function takes: {_taken(build)}."
    return PopulationError(
        f"Expected names of numbers that the model has. Received: {name!r}. The model has: {has}; "
        f"and class_weight.{also} Whatever changes the model's structure, such as the width of a "
        "layer, needs a function that builds and compiles the model, with an argument of that name."
    )
