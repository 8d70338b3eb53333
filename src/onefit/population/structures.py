"""Sort members by structure: those that differ in numbers alone share a program."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from onefit.errors import PopulationError
from onefit.findings import render
from onefit.population.copies import copy_of, fresh_names, random_state_kept
from onefit.population.data import Data
from onefit.population.knobs import RATE, Knob, config_of, knobs
from onefit.population.members import Member
from onefit.population.starts import blank_weights
from onefit.population.sweeps import Split, split, unknown
from onefit.training.arguments import prepare
from onefit.training.reasons import model_findings


class Source:
    """What makes models: a compiled model to copy, or a function that builds one.

    Args:
        model: The model or the function.
    """

    def __init__(self, model: Any) -> None:
        """See which of the two it is."""
        self.model: Any = model if isinstance(model, keras.Model) else None
        self.build: Callable[..., Any] | None = None if self.model is not None else model
        if self.model is None and not callable(model):
            raise TypeError(
                "Expected a compiled keras.Model, or a function that builds and compiles one. "
                f"Received: {type(model).__name__}."
            )
        if self.model is not None:
            self.model._assert_compile_called("fit")

    @property
    def owner(self) -> Any:
        """The user's object, with which programs are kept."""
        return self.build or self.model

    def split(self, member: Member, class_weight: Mapping[int, float] | None) -> Split:
        """A member's hyper-parameters by what they are for."""
        return split(member.values, self.build, class_weight)

    def make(self, parts: Split) -> Any:
        """Make a compiled model with these hyper-parameters."""
        if self.build is None:
            return copy_of(self.model, parts.knobs)
        made = self.build(**parts.build)
        if not isinstance(made, keras.Model):
            raise TypeError(
                "Expected the function to return a compiled keras.Model. Received: "
                f"{type(made).__name__}."
            )
        made._assert_compile_called("fit")
        known = knobs(made) if parts.knobs else {}
        for path, value in parts.knobs.items():
            if path not in known:
                raise unknown(path, sorted(known), self.build)
            _turn(made, known[path], value)
        return made


def _turn(model: Any, knob: Knob, value: float) -> None:
    if knob.put is not None:
        knob.put(value)
    else:
        model.optimizer.learning_rate = value


class Structure:
    """Members whose models differ in numbers at most.

    Args:
        first: The place of the first member; its model stands for all.
        key: What makes it this structure.
    """

    def __init__(self, first: int, key: Any) -> None:
        """No members yet."""
        self.first, self.key = first, key
        self.members: list[int] = []
        self.numbers: list[dict[str, float]] = []

    def columns(self) -> dict[str, np.ndarray]:
        """The knobs in which the members differ, a float64 of shape `(members,)` for each."""
        table = {
            path: np.asarray([numbers[path] for numbers in self.numbers], np.float64)
            for path in self.numbers[0]
        }
        return {path: values for path, values in table.items() if (values != values[0]).any()}


def structures(
    source: Source, members: list[Member], splits: list[Split], data: Data
) -> list[Structure]:
    """Sort the members by the structure of their models.

    Every distinct call of the build function is made once, to see what it builds.
    """
    variants: dict[Any, tuple[str, dict[str, float]]] = {}
    found: dict[Any, Structure] = {}
    for place, (member, parts) in enumerate(zip(members, splits)):
        key = parts.key()
        if key not in variants:
            variants[key] = described(source, parts, data.of(member, parts.class_weight))
        text, numbers = variants[key]
        for path in parts.knobs:
            if path not in numbers:
                raise unknown(path, sorted(numbers), source.build)
        own = {**numbers, **parts.knobs}
        zeros = tuple(sorted(path for path, value in own.items() if value == 0))
        structure = found.setdefault((text, zeros), Structure(place, (text, zeros)))
        structure.members.append(place)
        structure.numbers.append(own)
    for structure in found.values():
        check_ranges(source, structure, splits)
    return list(found.values())


def described(source: Source, parts: Split, given: dict[str, Any]) -> tuple[str, dict[str, float]]:
    """A model's structure as text, and its numbers by path.

    What a function builds is only looked at: its weights are not drawn, and the rest of its
    state is made later, once a structure.
    """
    with random_state_kept(), fresh_names(), blank_weights():
        keras.utils.set_random_seed(0)
        model = source.make(Split(parts.build, {}, None)) if source.build else copy_of(source.model)
        if source.build is None:
            prepare(model, given)
    faults = model_findings(model, "fit")
    if faults:
        raise PopulationError(
            "Expected a model whose training is a program. Received one that trains step by step: "
            f"{render(faults)}\nTrain its members one by one with `fit`."
        )
    known = knobs(model)
    numbers = {path: knob.value for path, knob in known.items()}
    if source.build is None:
        return "", numbers
    for knob in known.values():  # nobody else has this model
        if knob.put is not None:
            knob.put(-1.0)
        else:
            model.optimizer._learning_rate.assign(-1.0)
    return fingerprint(model), numbers


def fingerprint(model: Any) -> str:
    """Everything of a model that its config and `compile` tell, as text."""
    given = dict(model._compile_config.config)
    given.pop("optimizer")
    given["loss"] = keras.tree.map_structure(_loss, given["loss"])
    if isinstance(given["loss_weights"], float):
        given["loss_weights"] = model._compile_loss._user_loss_weights
    told = {
        "model": _told(model),
        "layers": [_told(layer) for layer in model._flatten_layers(include_self=False)],
        "optimizer": _told(model.optimizer),
        "compile": {k: keras.tree.map_structure(_part, v) for k, v in given.items()},
        "trainable": [bool(v.trainable) for v in model.variables],
        "steps": [_code(model.train_step), _code(model.test_step)],
    }
    return json.dumps(told, sort_keys=True, default=_named)


def _part(thing: Any) -> Any:
    """An argument of `compile`: a metric by its config, anything else as it is."""
    return _told(thing) if isinstance(thing, keras.metrics.Metric) else thing


def _told(thing: Any) -> Any:
    """A config, or an identity of its own for what has none."""
    try:
        return [type(thing).__qualname__, config_of(thing)]
    except Exception:
        return [type(thing).__qualname__, id(thing)]


def _loss(loss: Any) -> Any:
    """A loss object by its class, its function and its numbers; names and functions stay."""
    if not isinstance(loss, keras.losses.Loss):
        return loss
    own = getattr(loss, "_fn_kwargs", None)
    return json.dumps(
        [type(loss).__qualname__, getattr(loss, "fn", None), loss.reduction, own or _told(loss)],
        default=_named,
    )


def _code(method: Any) -> str:
    function = getattr(method, "__func__", method)
    return f"{function.__module__}.{function.__qualname__}"


def _named(thing: Any) -> str:
    """A function or object in a config: functions by name and code, others by their type."""
    code = getattr(thing, "__code__", None)
    if code is not None:
        return f"{thing.__qualname__} {code.co_code.hex()} {code.co_consts}"
    return str(thing)


def check_ranges(source: Source, structure: Structure, splits: list[Split]) -> None:
    """Let Keras look at the smallest and the largest of each number that is swept."""
    swept: dict[str, list[float]] = {}
    for place in structure.members:
        for path, value in splits[place].knobs.items():
            swept.setdefault(path, []).append(value)
    for path, numbers in swept.items():
        for value in {min(numbers), max(numbers)}:
            if path == RATE and value < 0:
                raise PopulationError(f"Expected learning rates of at least 0. Received: {value}.")
            if source.build is None:
                _check(source.model, path, value)


def _check(model: Any, path: str, value: float) -> None:
    """Let Keras make the model with one number changed."""
    try:
        with random_state_kept(), fresh_names():
            copy_of(model, {path: value})
    except ValueError as error:
        raise PopulationError(
            f"Expected values that {path!r} can have. Received: {value}. Keras says: "
            f"{error.__cause__ or error}"
        ) from error
