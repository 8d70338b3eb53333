"""Where members start: the values that a model's initialisers give for each seed.

A member's start is what plain Keras gives:

    keras.utils.set_random_seed(seed); net = build(); net.fit(x[rows], y[rows], ...)

`build` runs once. Keras's initialisers and seed generators take their seeds from Python's `random`
when they are made, so for other seeds the same draws are made again and handed to the same
initialisers. Where a model draws in another way (an initialiser of the user's own, say), every
member is built by itself. Values that are set after they were initialised (weights of another
training, say) are kept if the model gets the same ones with another seed; if not, every member is
built by itself too.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from types import FunctionType
from typing import Any

import jax
import keras
import numpy as np
from keras import Model
from keras.initializers import Constant, Identity, Ones, Zeros
from keras.random import SeedGenerator

from onefit.population.models.copies import fresh_names, random_state_kept
from onefit.population.models.first_values import Made, recorded, set_after
from onefit.population.models.random_streams import Stream
from onefit.training.core.state import State
from onefit.training.host.keras_private import (
    GLOBAL_SEED_GENERATOR,
    RandomInitializer,
    global_state,
)
from onefit.training.host.variables import read, variables

MOST_DRAWS = 4096  # seeds that one model takes; more are not looked for
EAGER = 64  # members that are started one by one; beyond, the initialisers are traced

Build = Callable[..., Any]


class Start:
    """A member's start: its state, and where its `np.random` stands before its first epoch."""

    def __init__(self, state: State, stream: Stream) -> None:
        """Keep both."""
        self.state, self.stream = state, stream


class Starts:
    """The starts of all members of one structure.

    Args:
        build: Makes the compiled model, and prepares it for `fit`, as Keras would up to the first
            epoch: the variables exist and `np.random` has been drawn from as Keras does. Takes the
            place of a member, or nothing for the first.
        seed: The seed with which the model is built, once.
        rows: How many rows the first member trains on.
    """

    def __init__(self, build: Build, seed: int, rows: int) -> None:
        """Build the model with the seed, and see how its values come about."""
        self.build: Build | None = build
        self.seed = seed
        with random_state_kept(), fresh_names(), recorded() as made:
            keras.utils.set_random_seed(seed)
            self.model = build()
            # Where the two generators stand after the build tells what it has drawn from them.
            self.numpy = np.random.get_state()
            self.python = random.getstate()
            # Something has drawn from Keras's generator for all, and what that gives is not
            # followed here.
            drawn = global_state.get_global_attribute(GLOBAL_SEED_GENERATOR) is not None
        self.state = jax.tree.map(np.asarray, read(self.model))
        self.together: Any = None
        self.drawn = _permutations(seed, rows, self.numpy)
        self.set = set(set_after(self.model, made)) | self._computed(made)
        steady = not drawn and (not self.set or self._steady(build))
        self.sources = self._sources(made) if steady else None

    def _computed(self, made: dict[int, Made]) -> set[tuple[int, int]]:
        """The variables that a function of Keras's own computes, such as the biases of an LSTM.

        Whether their values hang on the seed is seen by another one.
        """
        generators = _seed_states(self.model)
        return {
            (group, place)
            for group, members in enumerate(variables(self.model)[:2])
            for place, variable in enumerate(members)
            if id(variable) in made
            and id(variable) not in generators
            and _is_kerass_function(made[id(variable)].initializer)
        }

    def _steady(self, build: Build) -> bool:
        """Whether the values that were set come out the same with another seed."""
        with random_state_kept(), fresh_names():
            keras.utils.set_random_seed(self.seed + 1)
            other = read(build())
        return [len(group) for group in other] == [len(group) for group in self.state] and all(
            np.array_equal(np.asarray(other[group][place]), self.state[group][place])
            for group, place in self.set
        )

    @property
    def fast(self) -> bool:
        """Whether starts for other seeds come without building the model again."""
        return self.sources is not None and self.drawn is not None

    def _sources(self, made: dict[int, Made]) -> list[tuple[int, int, Any]] | None:
        """For each variable that depends on the seed: its group, its place and its initialiser."""
        draws = _draws(self.seed, self.python)
        if draws is None:
            return None
        number = {value: place for place, value in enumerate(draws)}
        # A seed that was drawn twice does not tell which of the draws a variable has got.
        if len(number) < len(draws):
            return None
        self.draws = len(draws)
        generators = _seed_states(self.model)
        sources: list[tuple[int, int, Any]] = []
        for group, members in enumerate(variables(self.model)[:2]):
            for place, variable in enumerate(members):
                known = made.get(id(variable))
                initializer: Any = known.initializer if known is not None else None
                if (group, place) in self.set:
                    continue
                if id(variable) in generators:
                    generator = generators[id(variable)]
                    # A seed that the user has given is the same for every member.
                    if generator._initial_seed is None:
                        first = int(np.asarray(variable.value)[0])
                        if first not in number:
                            return None
                        sources.append((group, place, number[first]))
                elif isinstance(initializer, (Zeros, Ones, Constant, Identity)):
                    continue
                elif _is_kerass(initializer):
                    if initializer._init_seed is None:
                        if initializer.seed not in number:
                            return None
                        sources.append(
                            (group, place, (initializer, number[initializer.seed], variable))
                        )
                elif initializer is not None:
                    return None
        return sources

    def of(self, seeds: list[int], rows: list[int], places: list[int]) -> list[Start]:
        """The starts of members with these seeds, rows to train on, and arguments of `build`."""
        if not self.fast:
            return [self._built(seed, place) for seed, place in zip(seeds, places)]
        draws = [_first_draws(seed, self.draws) for seed in seeds]
        states = self._traced(draws) if len(seeds) > EAGER else [self._valued(d) for d in draws]
        return [
            Start(state, Stream(seed, count, self.drawn or 0))
            for seed, state, count in zip(seeds, states, rows)
        ]

    def _built(self, seed: int, place: int) -> Start:
        """Build the model for one seed: slow, and right for every model."""
        with random_state_kept(), fresh_names():
            keras.utils.set_random_seed(seed)
            model = self.build(place) if self.build else None
            generator = np.random.RandomState()
            generator.set_state(np.random.get_state())
        return Start(jax.tree.map(np.asarray, read(model)), Stream.of(generator))

    def _valued(self, draws: list[int]) -> State:
        """The state for one seed's draws, by the initialisers as they are."""
        groups = [list(group) for group in self.state]
        for group, place, source in self.sources or ():
            if isinstance(source, int):
                # As a `SeedGenerator` begins: its seed, and how often it was asked.
                groups[group][place] = np.asarray([draws[source], 0], np.uint32)
            else:
                initializer, number, variable = source
                value = _initialised(initializer, draws[number], variable)
                groups[group][place] = np.asarray(value)
        return State(*groups)

    def _traced(self, draws: list[list[int]]) -> list[State]:
        """The states for many seeds' draws, by the initialisers traced once.

        The first is compared with what the initialisers themselves give; if a bit differs, none
        of the traced values are taken.
        """
        parts = [s for s in self.sources or () if not isinstance(s[2], int)]

        def values(keys: Any) -> list[Any]:
            return [_initialised(i, _Given(keys[number]), v) for _, _, (i, number, v) in parts]

        keys = np.zeros((len(draws), max(1, self.draws), 2), np.uint32)
        # Keras makes the key `[seed, 0]` of a seed that is a whole number.
        keys[:, : self.draws, 0] = draws
        if self.together is None:
            self.together = jax.jit(jax.vmap(values))
        columns = [np.asarray(c) for c in self.together(keys)] if parts else []
        first = self._valued(draws[0])
        if any(
            c[0].tobytes() != first[group][place].tobytes()
            for c, (group, place, _) in zip(columns, parts)
        ):
            return [self._valued(d) for d in draws]
        states = []
        for member, numbers in enumerate(draws):
            groups = [list(group) for group in self.state]
            for group, place, source in self.sources or ():
                if isinstance(source, int):
                    groups[group][place] = np.asarray([numbers[source], 0], np.uint32)
            for column, (group, place, _) in zip(columns, parts):
                groups[group][place] = column[member]
            states.append(State(*groups))
        return states


class _Given(SeedGenerator):
    """A seed generator that always gives one traced value, as an integer seed does."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def next(self, ordered: bool = True) -> Any:
        return self.value


def _initialised(initializer: Any, seed: Any, variable: Any) -> Any:
    """Call an initialiser with another seed."""
    before = initializer.seed
    initializer.seed = seed
    try:
        return initializer(variable.shape, dtype=variable.dtype)
    finally:
        initializer.seed = before


def _is_kerass(initializer: Any) -> bool:
    """Whether an initialiser is one of Keras's own, which draw by their seed alone."""
    return isinstance(initializer, RandomInitializer) and type(initializer).__module__.startswith(
        "keras."
    )


def _is_kerass_function(initializer: Any) -> bool:
    """Whether an initialiser is a function that one of Keras's own layers has made."""
    return isinstance(initializer, FunctionType) and initializer.__module__.startswith("keras.")


def _seed_states(model: Model) -> dict[int, Any]:
    """The seed generators of a model, by the identity of their state variables."""
    found = {}
    for layer in model._flatten_layers():
        for generator in getattr(layer, "_seed_generators", []):
            found[id(generator.state)] = generator
    return found


def _first_draws(seed: int, count: int) -> list[int]:
    """What Keras draws from Python's `random` for its seeds, after `set_random_seed(seed)`."""
    source = random.Random(seed)
    return [source.randint(1, int(1e9)) for _ in range(count)]


def _draws(seed: int, after: Any) -> list[int] | None:
    """The seeds that were drawn from Python's `random` since seeding; `None` if others too."""
    source = random.Random(seed)
    found: list[int] = []
    for _ in range(MOST_DRAWS):
        if source.getstate() == after:
            return found
        found.append(source.randint(1, int(1e9)))
    return None


def _permutations(seed: int, rows: int, after: Any) -> int | None:
    """How many permutations of the rows were drawn since seeding; `None` if anything else was."""
    source = np.random.RandomState(seed)
    # Keras draws one or none before the first epoch, by its version; a few more are allowed for.
    for count in range(4):
        state: Any = source.get_state()
        if state[2:] == after[2:] and np.array_equal(state[1], after[1]):
            return count
        source.permutation(rows)
    return None
