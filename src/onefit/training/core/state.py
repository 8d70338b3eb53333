"""A Keras model as a value.

Keras's `train_step` is pure over four lists of arrays; the state is these four lists.
`host/variables.py` reads a model into a state, and writes a state back.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, NamedTuple

import jax.numpy as jnp


class State(NamedTuple):
    """The values of a model's variables, in Keras's order.

    Args:
        trainable: The weights that the optimizer changes.
        non_trainable: Moving statistics, frozen weights and seed generators.
        optimizer: Iterations, learning rate, moments; empty without an optimizer.
        metrics: What the loss tracker and the metrics have gathered.
    """

    trainable: list[Any]
    non_trainable: list[Any]
    optimizer: list[Any]
    metrics: list[Any]


def grouped(values: Iterable[Any], like: State) -> State:
    """Values in a row as a state, with as many in each group as there are in another state."""
    rest = iter(values)
    return State(*(list(itertools.islice(rest, len(group))) for group in like))


def divided(state: State, kept: State) -> tuple[State, State]:
    """What a program leaves alone, and what it changes.

    >>> divided(State([1, 2], [], [3], []), State([True, False], [], [False], []))[1]
    State(trainable=[2], non_trainable=[], optimizer=[3], metrics=[])
    """
    return tuple(
        State(*([v for v, k in zip(*group) if k is wanted] for group in zip(state, kept)))
        for wanted in (True, False)
    )  # type: ignore[return-value]


def joined(held: State, changed: State, kept: State) -> State:
    """The inverse of `divided`.

    >>> kept = State([True, False], [], [False], [])
    >>> joined(*divided(State([1, 2], [], [3], []), kept), kept)
    State(trainable=[1, 2], non_trainable=[], optimizer=[3], metrics=[])
    """
    sources = zip(map(iter, held), map(iter, changed), kept)
    return State(*([next(h if k else c) for k in places] for h, c, places in sources))


def owned(state: State) -> State:
    """A state whose memory a program can take over.

    Two variables may hold one array, after one was assigned to the other. A program cannot take it
    twice: the second gets a copy.
    """
    seen: set[int] = set()
    found = []
    for value in itertools.chain.from_iterable(state):
        found.append(jnp.copy(value) if (memory := _memory(value)) in seen else value)
        seen.add(memory)
    return grouped(found, state)


def _memory(value: Any) -> int:
    """Where an array lies; a number of its own for what is not a plain array."""
    try:
        return int(value.unsafe_buffer_pointer())
    except (AttributeError, ValueError, RuntimeError):
        # NumPy's arrays have no such method, an array on several devices no single place, and a
        # deleted one none any more.
        return id(value)
