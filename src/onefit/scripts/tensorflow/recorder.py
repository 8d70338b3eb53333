"""What JAX computes, noted: names that are private to JAX are here and nowhere else.

JAX evaluates each primitive by the trace that is current. A recorder is a trace that lets the one
below it evaluate, and notes primitives, inputs and outputs. The notes can be run again on other
values, under `jax.vjp` for example.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax._src import core
from keras.src.backend.common.stateless_scope import get_stateless_scope, in_stateless_scope
from keras.src.backend.common.variables import Variable as KerasVariable

from onefit.scripts.patches import Patches

Array = Any
STOP = "stop_gradient"


class Note(NamedTuple):
    """One computation: a function of arrays that gives a list of arrays."""

    function: Callable[..., list[Array]]
    inputs: Sequence[Array]
    outputs: Sequence[Array]


class Recorder(core.Trace):
    """Notes what is computed of the arrays that it watches.

    An array is known by its identity; the recorder keeps it, so that no other can have its place.
    """

    __slots__ = ("below", "live", "notes", "paused", "reads", "reads_all")

    def __init__(self, reads_all: bool) -> None:
        """Nothing is watched yet.

        Args:
            reads_all: Whether a trainable variable is watched as soon as it is read.
        """
        super().__init__()
        self.below: Any = None
        self.reads_all = reads_all
        self.paused = False
        self.notes: list[Note] = []
        self.live: dict[int, Array] = {}
        self.reads: dict[int, tuple[Any, list[Array]]] = {}

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """A block whose computations are noted."""
        self.below = core.trace_ctx.trace
        _recorders.append(self)
        try:
            with core.set_current_trace(self):
                yield
        finally:
            _recorders.remove(self)

    def watch(self, array: Array) -> None:
        """Note what is computed of an array from now on."""
        self.live[id(array)] = array

    def is_live(self, array: Array) -> bool:
        """Whether an array is watched, or computed of one that is."""
        return id(array) in self.live

    def read(self, variable: Any) -> None:
        """A variable is about to be read.

        Two variables that were assigned one array get an array each.
        """
        # In a program of Keras's a variable has the value that the program is given.
        scope = in_stateless_scope() and get_stateless_scope().get_current_value(variable)
        value = variable._value if scope is None or scope is False else scope
        if value is None:
            return
        _, values = self.reads.setdefault(id(variable), (variable, []))
        if any(value is one for one in values):
            return
        if self.is_live(value) and value is variable._value:
            with core.set_current_trace(self.below):
                value = variable._value = jnp.copy(value)
        values.append(value)
        if self.reads_all and variable.trainable:
            self.watch(value)

    def watch_variable(self, variable: Any) -> None:
        """Watch a variable, trainable or not."""
        self.read(variable)
        for value in self.reads[id(variable)][1]:
            self.watch(value)

    def watched(self) -> tuple[Any, ...]:
        """The variables that are watched, in the order of their first reads."""
        reads = self.reads.values()
        return tuple(variable for variable, values in reads if any(map(self.is_live, values)))

    def stage_value(self, value: Any) -> Any:
        """Let the trace below take a value in."""
        return self.below.stage_value(value)

    def process_primitive(self, primitive: Any, values: Any, params: Any, /) -> Any:
        """Evaluate and note."""
        with core.set_current_trace(self.below):
            outputs = self._own(_bound(primitive, params, *values))
        if primitive.name != STOP:  # what it gives is connected to nothing
            self._note(partial(_bound, primitive, params), values, outputs)
        return outputs if primitive.multiple_results else outputs[0]

    def process_call(self, primitive: Any, function: Any, values: Any, params: Any, /) -> Any:
        """Evaluate and note, as a program."""
        return self._noted_program(
            lambda *xs: primitive.bind(*xs, subfuns=(function,), **params), values
        )

    def process_custom_jvp_call(
        self, primitive: Any, function: Any, jvp: Any, values: Any, /, **params: Any
    ) -> Any:
        """Evaluate and note, with the rule that the function brings along."""
        return self._noted_program(
            lambda *xs: primitive.bind(*xs, subfuns=(function, jvp), **params), values
        )

    def process_custom_vjp_call(
        self, primitive: Any, function: Any, fwd: Any, bwd: Any, values: Any, /, **params: Any
    ) -> Any:
        """Evaluate and note, with the rule that the function brings along."""
        return self._noted_program(
            lambda *xs: primitive.bind(*xs, subfuns=(function, fwd, bwd), **params), values
        )

    def _noted_program(self, function: Callable[..., Any], values: Any) -> Any:
        with core.set_current_trace(self.below):
            program = jax.make_jaxpr(function)(*values)
            call = partial(evaluate, program.jaxpr)
            outputs = self._own(call(program.consts, *values))
        # What the function takes from elsewhere may be watched, too: as a constant it would have no
        # gradient.
        consts = len(program.consts)
        self._note(lambda *xs: call(xs[:consts], *xs[consts:]), [*program.consts, *values], outputs)
        return outputs

    def _own(self, outputs: Sequence[Array]) -> list[Array]:
        """Outputs that are no array known before: `stop_gradient` gives its input."""
        return [jnp.copy(one) if id(one) in self.live else one for one in outputs]

    def _note(self, function: Any, inputs: Sequence[Array], outputs: Sequence[Array]) -> None:
        if self.paused or not any(id(one) in self.live for one in inputs):
            return
        new = [one for one in outputs if _has_gradient(one)]
        if new:
            self.notes.append(Note(function, tuple(inputs), tuple(outputs)))
            self.live.update((id(one), one) for one in new)


class WholeRecorder(Recorder):
    """Notes all that is computed, as any of it may be asked for its gradient."""

    __slots__ = ()

    def _note(self, function: Any, inputs: Sequence[Array], outputs: Sequence[Array]) -> None:
        new = [one for one in outputs if _has_gradient(one)]
        if new:
            self.notes.append(Note(function, tuple(inputs), tuple(outputs)))
            self.live.update((id(one), one) for one in new)


def is_in_trace() -> bool:
    """Whether what is computed now becomes part of a program."""
    return not isinstance(level(), core.EvalTrace)


def level() -> Any:
    """The trace that evaluates what is computed now, below all recorders."""
    trace = core.trace_ctx.trace
    while isinstance(trace, Recorder):
        trace = trace.below
    return trace


evaluate = core.eval_jaxpr


def _bound(primitive: Any, params: Any, *values: Array) -> list[Array]:
    result = primitive.bind(*values, **params)
    return result if primitive.multiple_results else [result]


def _has_gradient(array: Array) -> bool:
    return jnp.issubdtype(getattr(array, "dtype", jnp.int32), jnp.inexact)


def between(notes: list[Note], sources: Sequence[Array], targets: Sequence[Array]) -> list[Note]:
    """The notes on the ways from some arrays to others, in order."""
    # There and back: a note that is run again costs its computation once more, so only those that
    # lie on a way from a source to a target are.
    reached = set(map(id, sources))
    forward = []
    for note in notes:
        if any(id(one) in reached for one in note.inputs):
            forward.append(note)
            reached.update(id(one) for one in note.outputs if _has_gradient(one))
    needed, found = set(map(id, targets)), []
    for note in reversed(forward):
        if any(id(one) in needed for one in note.outputs):
            found.append(note)
            needed.update(map(id, note.inputs))
    return found[::-1]


def run_again(
    notes: Iterable[Note], old: Sequence[Array], new: Sequence[Array], wanted: Sequence[Array]
) -> list[Array]:
    """What notes give where some of their inputs are others.

    Args:
        notes: Computations, in order.
        old: Arrays that were inputs of some of them, or outputs.
        new: What stands in for these.
        wanted: Arrays that the notes gave, or any others.

    Returns:
        What stands for the wanted arrays then.
    """
    given = dict(zip(map(id, old), new))
    known = dict(given)
    for note in notes:
        if any(id(one) in known for one in note.inputs):
            outputs = note.function(*[known.get(id(one), one) for one in note.inputs])
            for before, after in zip(note.outputs, outputs):
                # A source that was computed of another one keeps the value that it is given.
                known.setdefault(id(before), after)
    return [known.get(id(one), one) for one in wanted]


def reads_are_noted() -> None:
    """Let recorders know when a variable of Keras's is read, from the first tape on. Idempotent."""
    if _patches.done:
        return
    plain = KerasVariable.value

    def value(self: Any) -> Array:
        for recorder in _recorders:
            recorder.read(self)
        return plain.fget(self)

    _patches.put(KerasVariable, "value", property(value, doc=plain.__doc__))


def reads_are_plain() -> None:
    """Undo `reads_are_noted`. Idempotent."""
    _patches.undo()


def is_recording() -> bool:
    """Whether a tape runs."""
    return bool(_recorders)


def note_reads(variables: Iterable[Any]) -> None:
    """Let the tapes that run know that variables are read."""
    for recorder in _recorders:
        for variable in variables:
            recorder.read(variable)


_recorders: list[Recorder] = []
_patches = Patches()
