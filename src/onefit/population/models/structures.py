"""Sort members by structure: those that differ in numbers alone share a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import Model

from onefit.errors import PopulationError
from onefit.findings import render
from onefit.population.members.member import Member
from onefit.population.members.paths import RATE, Split, split, unknown
from onefit.population.members.shared_data import Data
from onefit.population.models.copies import copy_of, fresh_names, random_state_kept
from onefit.population.models.fingerprints import Look, fingerprint
from onefit.population.models.first_values import given_values, recorded
from onefit.population.models.hyperparameter_ranges import check_number, check_weights
from onefit.population.models.hyperparameter_tracing import Turned, turnable
from onefit.population.models.hyperparameters import Knob, empty, knobs
from onefit.runs.networks import named
from onefit.training.data.arguments import prepare
from onefit.training.plan.fallbacks import model_findings, own_step_findings
from onefit.training.programs.store import kept


class Source:
    """What makes models: a compiled model to copy, or a function that builds one.

    Whoever trains members on asks the same source again, so what its calls make is kept here.

    Args:
        model: The model or the function.
    """

    def __init__(self, model: Model) -> None:
        """See which of the two it is."""
        self.model: Any = model if isinstance(model, keras.Model) else None
        self.build: Callable[..., Any] | None = None if self.model is not None else model
        self.described: dict[Any, Described] = {}
        if self.model is None and not callable(model):
            raise TypeError(
                "Expected a compiled keras.Model, or a function that builds and compiles one. "
                f"Received: {type(model).__name__}."
            )
        if self.model is not None:
            _check_compiled(self.model)

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
        try:
            made = self.build(**parts.build)
        except Exception as error:
            if parts.build:
                error.add_note(f"onefit: this was the model with {named(parts.build)}")
            raise
        if not isinstance(made, keras.Model):
            raise TypeError(
                "Expected the function to return a compiled keras.Model. Received: "
                f"{type(made).__name__}."
            )
        _check_compiled(made)
        known = knobs(made) if parts.knobs else {}
        for path, value in parts.knobs.items():
            if path not in known:
                raise unknown(path, sorted(known), self.build)
            _turn(made, known[path], value)
        return made


def _check_compiled(model: Model) -> None:
    """Refuse a model that was not compiled."""
    if not model.compiled:
        raise PopulationError(
            f"Expected a compiled model. Received: {model.name!r}, for which `compile` was not "
            "called. Call `compile` with an optimizer and a loss."
        )


def _turn(model: Model, knob: Knob, value: float) -> None:
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

    def add(self, member: int, numbers: dict[str, float]) -> None:
        """Take a member with its numbers."""
        self.members.append(member)
        self.numbers.append(numbers)

    def columns(self) -> dict[str, np.ndarray]:
        """The knobs in which the members differ, a float64 of shape `(members,)` for each."""
        table = {path: self.column(path) for path in self.numbers[0]}
        return {path: values for path, values in table.items() if (values != values[0]).any()}

    def column(self, path: str) -> np.ndarray:
        """One knob's values, float64 of shape `(members,)`."""
        return np.asarray([numbers[path] for numbers in self.numbers], np.float64)


@dataclass
class Described:
    """What a call of the build function makes, seen without running it.

    Args:
        model: The model.
        text: Its structure.
        numbers: Its numbers by path.
        own: The paths of numbers that belong to the user's own classes.
        empty: The paths of the optimizer's numbers that are `None`.
        prepared: Whether its variables exist.
        arguments: Those of the call; while they are held, their `id` names them.
    """

    model: Any
    text: str
    numbers: dict[str, float]
    own: set[str]
    empty: set[str] = field(default_factory=set)
    prepared: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)


def structures(
    source: Source, members: list[Member], splits: list[Split], data: Data
) -> list[Structure]:
    """Sort the members by the structure of their models.

    Every distinct call of the build function is made once in the life of its source, to see what
    it builds.
    """
    variants = source.described
    found: dict[Any, Structure] = {}
    models = {one.text: one for one in variants.values() if one.model is not None}
    for place, (member, parts) in enumerate(zip(members, splits)):
        key = _call(parts)
        if key not in variants:
            variants[key] = described(source, parts, data.of(member, parts))
            if variants[key].text in models:
                variants[key].model = None  # one of each structure is enough
            else:
                models[variants[key].text] = variants[key]
        variant = variants[key]
        check_sweep(source, parts, variant)
        own = {**variant.numbers, **parts.knobs}
        # Where a number is 0 Keras often leaves out what it is for (`if rate > 0`), which is
        # another step.
        zeros = tuple(sorted(path for path, value in own.items() if value == 0))
        name = (variant.text, zeros)
        found.setdefault(name, Structure(place, name)).add(place, own)
    for structure in found.values():
        check_values(source, structure, splits)
    return [
        part
        for structure in found.values()
        for part in divided(source, structure, models[structure.key[0]], members, splits, data)
    ]


def _call(parts: Split) -> Any:
    """The arguments of a call of the build function, as something hashable."""
    plain = (bool, int, float, str, type(None))
    return tuple(
        sorted((k, repr(v) if isinstance(v, plain) else str(id(v))) for k, v in parts.build.items())
    )


def described(source: Source, parts: Split, given: dict[str, Any]) -> Described:
    """A model's structure as text, and its numbers by path.

    What a function builds is only looked at: its weights are not drawn, and the rest of its
    state is made later, once a structure.
    """
    with random_state_kept(), fresh_names(), recorded(blank=True) as made:
        # One seed for all, so that what a model draws while it is built makes no difference between
        # two.
        keras.utils.set_random_seed(0)
        model = source.make(Split(parts.build, {}, None)) if source.build else copy_of(source.model)
        if source.build is None:
            prepare(model, given)
    faults = model_findings(model, "fit") + own_step_findings(model, "fit")
    if faults:
        raise PopulationError(
            "Expected a model whose training is a program. Received one that trains step by step: "
            f"{render(faults)}\nTrain its members one by one with `fit`."
        )
    known = knobs(model)
    numbers = {path: knob.value for path, knob in known.items()}
    if source.build is not None:
        # All numbers are made the same, so that models which differ in them alone have one text.
        _turn_all(model, known, dict.fromkeys(known, -1.0))  # nobody else has this model
    text = f"{fingerprint(model)} {Look().digest(Look().of(given_values(model, made)))}"
    if source.build is not None:
        _turn_all(model, known, numbers)
    own = {path for path, knob in known.items() if knob.own}
    return Described(model, text, numbers, own, empty(model), source.build is None, parts.build)


def _turn_all(model: Model, known: dict[str, Knob], values: Mapping[str, float]) -> None:
    for path, knob in known.items():
        if knob.put is not None:
            knob.put(values[path])
        else:
            model.optimizer._learning_rate.assign(values[path])


def divided(
    source: Source,
    structure: Structure,
    described: Described,
    members: list[Member],
    splits: list[Split],
    data: Data,
) -> list[Structure]:
    """A structure as several, if members differ in numbers that can't be columns."""
    first = structure.first
    # A copy is made with its numbers. What a function has built gets them afterwards, when Keras
    # may have used them up: so all of them are looked for, those that members share too.
    swept = splits[first].knobs if source.build is not None else {}
    # The learning rate is a variable of the state, and no number of the step.
    paths = sorted(({*structure.columns(), *swept}) - {RATE})
    if not paths:
        return [structure]
    values = {path: structure.column(path) for path in paths}
    tests = any(data.sizes_of(members[place])[1] is not None for place in structure.members)

    def look() -> Turned:
        if not described.prepared:
            with random_state_kept(), fresh_names(), recorded(blank=True):
                prepare(described.model, data.of(members[first], splits[first]))
            described.prepared = True
        batch = min(data.sizes_of(members[first])[0].batch, members[first].rows(data.rows))
        return turnable(described.model, data.arrays, batch, values, tests)

    named = tuple((path, column.tobytes()) for path, column in values.items())
    known: Turned = kept(source.owner, ("turned", structure.key, data.key, tests, named), look)
    if lost := known.unseen & set(swept):
        raise PopulationError(
            f"Expected numbers that can be changed in a model that is built. Received: "
            f"{sorted(lost)[0]!r}, which Keras reads while it builds the model. Give the function "
            "an argument for it, and sweep that."
        )
    apart = sorted(set(structure.columns()) - {RATE} - known.columns)
    parts: dict[Any, Structure] = {}
    for place, numbers in zip(structure.members, structure.numbers):
        key = (*structure.key, tuple((path, numbers[path]) for path in apart))
        parts.setdefault(key, Structure(place, key)).add(place, numbers)
    return list(parts.values())


def check_sweep(source: Source, parts: Split, variant: Described) -> None:
    """Refuse names that the model does not have, and numbers that are out of range."""
    check_weights(parts.class_weight)
    for path, value in parts.knobs.items():
        if path in variant.empty:
            name = path.split(".")[1]
            raise PopulationError(
                f"Expected a model that was compiled with a number for {path!r}. Received: None, "
                f"with which Keras leaves {name} out. Compile it with a number first: "
                f"`{name}=...` of the optimizer."
            )
        if path not in variant.numbers:
            raise unknown(path, sorted(variant.numbers), source.build)
        if path not in variant.own:
            check_number(path, value)


def check_values(source: Source, structure: Structure, splits: list[Split]) -> None:
    """Let Keras look at the smallest and the largest of each number that is swept."""
    if source.build is not None:
        return
    swept: dict[str, list[float]] = {}
    for place in structure.members:
        for path, value in splits[place].knobs.items():
            swept.setdefault(path, []).append(value)
    for path, numbers in swept.items():
        for value in {min(numbers), max(numbers)}:
            _check(source.model, path, value)


def _check(model: Model, path: str, value: float) -> None:
    """Let Keras make the model with one number changed."""
    try:
        with random_state_kept(), fresh_names():
            copy_of(model, {path: value})
    except ValueError as error:
        said = str(error.__cause__ or error).split("Exception encountered:")[-1].strip()
        raise PopulationError(
            f"Expected values that {path!r} can have. Received: {value}. Keras says: {said}"
        ) from error
