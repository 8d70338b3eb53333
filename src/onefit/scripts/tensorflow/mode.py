"""Whose code is running: the script's own, a function of the stand-in's, or a program of Keras's.

Scripts see tensors. Inside of a function of `tf.`, and inside of Keras, values are JAX's own.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import jax
import keras

bits_64 = bool(jax.config.jax_enable_x64)
"""Whether JAX has 64-bit numbers for Keras, too; `keras.wide_floats` sets it."""


TF, KERAS = "tf", "keras"


class _Here(threading.local):
    inside = ""
    """`TF` while a function of `tf.` runs, `KERAS` while a layer of Keras's does."""
    traced = 0
    """How many functions of the script's are being traced."""
    lifts = False
    """Whether variables are arguments and results of the trace, so that they may change in it."""
    as_graph = False
    """Whether a function runs as it is written that is a graph in TensorFlow, as a dataset's is."""
    pure = False
    """Whether the trace is of a function that has to give the same each time: of a dataset's."""
    open_length = 0
    """What stands for lengths that are not known, where only shapes are asked for; else 0."""
    only_shapes = False
    """Whether values mean nothing, because only shapes are asked for."""
    checked = False
    """Whether the program that is traced tells of places beyond the end, and the like."""
    unseeded = 0
    """How many operations of the function without a seed of their own have asked for one."""
    level: Any = None
    """The trace of JAX's in which it can tell: a trace inside of it has values of its own."""
    made = 0
    """How many variables were made in such traces."""
    made_to_draw = 0
    """How many of them are the states of seeds, which TensorFlow's operations have in kernels."""
    again: list[tuple[Any, Any]]
    """Values of a trace that a tape has computed again, each with the one that stands for it."""
    watched: list[tuple[Any, Any]]
    """Constants that a tape watches in a trace, each with the value that it has outside of it."""

    notes: Any = None
    """The notes of everything that the function computes, where it asks for `tf.gradients`."""

    firsts: list[tuple[Any, Any]]
    """Variables that were made in a trace of a computed value, each with this value."""

    def __init__(self) -> None:
        # `threading.local` calls this in each thread that asks. A list of the class would be the
        # same one in all threads.
        self.again, self.watched, self.firsts = [], [], []


here = _Here()


@contextlib.contextmanager
def inside() -> Iterator[None]:
    """A block in which values are JAX's own, and numbers have the bits that JAX gives them."""
    before, here.inside = here.inside, KERAS
    try:
        # A function of `tf.` around it has 64 bits, with which Keras's Dropout would draw other
        # masks.
        with jax.enable_x64(bits_64):
            yield
    finally:
        here.inside = before


@contextlib.contextmanager
def outside() -> Iterator[None]:
    """A block of the script's own code: values are tensors."""
    before, here.inside = here.inside, ""
    try:
        yield
    finally:
        here.inside = before


@contextlib.contextmanager
def as_graph() -> Iterator[None]:
    """A block in which a function runs as it is written that is a graph in TensorFlow."""
    before, here.as_graph = here.as_graph, True
    try:
        yield
    finally:
        here.as_graph = before


@contextlib.contextmanager
def tracing(lifts: bool = False) -> Iterator[None]:
    """A block in which the script's own code is traced: tracers are the values of tensors.

    Args:
        lifts: Whether variables are arguments and results of the trace. Defaults to `False`.
    """
    before, here.lifts = here.lifts, lifts
    unseeded, here.unseeded = here.unseeded, 0 if lifts else here.unseeded
    again, here.again = here.again, here.again if here.traced and not lifts else []
    watched, here.watched = here.watched, []
    here.traced += 1
    try:
        with outside():
            yield
    finally:
        here.traced -= 1
        here.lifts = before
        here.unseeded = unseeded if lifts else here.unseeded
        here.again = again
        # The first entry of a constant has what it held before all others, so it is put back last.
        for constant, value in reversed(here.watched):
            constant._value = value
        here.watched = watched


def refuse_checks() -> None:
    """Raise in a block where no value may be checked: a program has no values.

    Raises:
        TypeError: There, if values mean something.
    """
    if here.pure and not here.only_shapes:
        raise TypeError("It checks values, other ones for each element.")


@contextlib.contextmanager
def only_shapes(length: int) -> Iterator[None]:
    """A block in which only shapes are asked for: a length that a script states is believed.

    Args:
        length: What stands for lengths that are not known; 0 if all are.
    """
    before = here.open_length, here.only_shapes
    here.open_length, here.only_shapes = length, True
    try:
        yield
    finally:
        here.open_length, here.only_shapes = before


def unknown_length() -> int:
    """What stands for lengths that depend on a text, where only shapes are asked for; else 0."""
    return here.open_length if here.only_shapes else 0


@contextlib.contextmanager
def pure() -> Iterator[None]:
    """A block of the script's own code that has to give the same for the same values each time.

    Raises:
        TypeError: At random numbers, or if a variable of Keras's was changed.
    """
    before, here.pure = here.pure, True
    try:
        with tracing(), keras.StatelessScope() as scope:
            yield
        if scope.state_mapping:
            raise TypeError("It changes variables, such as the state of a generator of numbers.")
    finally:
        here.pure = before


def refuse_draws() -> None:
    """Raise in a block where nothing may be drawn: a program would draw once for all elements.

    Raises:
        TypeError: There.
    """
    if here.pure:
        raise TypeError("It makes random numbers, other ones for each element.")


@contextlib.contextmanager
def untraced() -> Iterator[None]:
    """A block that is computed at once, as if nothing were traced."""
    before, here.traced, lifts, here.lifts = here.traced, 0, here.lifts, False
    try:
        with jax.ensure_compile_time_eval():
            yield
    finally:
        here.traced, here.lifts = before, lifts


def is_of_keras(value: Any) -> bool:
    """Whether a value is a tracer of a program of Keras's or of the script's, not of a tensor.

    >>> is_of_keras(jax.numpy.ones(()))
    False
    """
    return isinstance(value, jax.core.Tracer) and not here.traced


def computed(function: Callable[..., Any], *values: Any) -> Any:
    """A function of arrays, with 64-bit numbers switched on.

    Of what is known while a `tf.function` is traced (`tf.shape(x)`, constants) the result is known,
    too: a shape may be computed from it.

    >>> computed(jax.numpy.add, 1, 2).dtype
    dtype('int64')
    """
    with jax.enable_x64(True):
        if here.traced and not any(isinstance(one, jax.core.Tracer) for one in values):
            with jax.ensure_compile_time_eval():
                return function(*values)
        return function(*values)
