"""The names that are private to JAX, one by one: what the recorder needs of them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import keras
import pytest
from jax._src import core

from onefit.scripts.tensorflow import recorder
from onefit.scripts.tensorflow.recorder import Recorder, between, run_again
from onefit.training.host.faults import is_ours


def _noted(function, *arrays):
    notes = Recorder(reads_all=True)
    for array in arrays:
        notes.watch(array)
    with notes.recording():
        result = function(*arrays)
    return notes, result


def test_primitives_come_by_the_current_trace():
    before = core.trace_ctx.trace
    x = jnp.array([1.0, 2.0])
    notes, result = _noted(lambda x: jnp.sin(x) * 2, x)
    assert core.trace_ctx.trace is before
    assert notes.is_live(result) and not isinstance(result, jax.core.Tracer)
    steps = between(notes.notes, [x], [result])
    (again,) = run_again(steps, [x], [x + 1], [result])
    assert jnp.array_equal(again, jnp.sin(x + 1) * 2)


def test_compiled_functions_come_by_the_current_trace():
    compiled = jax.jit(lambda x: jnp.cos(x).sum())
    x = jnp.array([1.0, 2.0])
    compiled(x)  # the fast way is there now
    notes, result = _noted(compiled, x)
    assert notes.is_live(result)


def test_functions_with_rules_of_their_own_keep_them():
    @jax.custom_vjp
    def one(x):
        return x * 2

    one.defvjp(lambda x: (x * 2, None), lambda _, upstream: (upstream * 100,))

    @jax.custom_jvp
    def other(x):
        return x * 2

    other.defjvp(lambda primals, tangents: (primals[0] * 2, tangents[0] * 10))
    x = jnp.array(3.0)
    for function, slope in ((one, 100), (other, 10)):
        notes, result = _noted(function, x)
        _, backward = _vjp(notes, x, result)
        assert backward(jnp.array(1.0)) == (slope,)


def _vjp(notes, x, result):
    return jax.vjp(lambda new: run_again(notes.notes, [x], [new], [result])[0], x)


def test_it_works_inside_a_program():
    def squared(x):
        notes, result = _noted(lambda x: x * x, x)
        return _vjp(notes, x, result)[1](jnp.array(1.0))[0]

    assert jax.jit(squared)(jnp.array(3.0)) == 6


def test_programs_are_evaluated():
    program = jax.make_jaxpr(lambda x: x + 1)(1.0)
    assert recorder.evaluate(program.jaxpr, program.consts, 2.0) == [3.0]


def test_reads_of_variables_are_noted():
    recorder.reads_are_noted()
    variable = keras.Variable(1.0)
    notes = Recorder(reads_all=True)
    with notes.recording():
        variable + 1
    assert notes.watched() == (variable,)


def test_what_stops_a_gradient_is_connected_to_nothing():
    x = jnp.array(1.0)
    notes, result = _noted(jax.lax.stop_gradient, x)
    assert result is not x and not notes.is_live(result)


def test_a_read_that_fails_is_no_fault_of_onefit():
    """After a tape, variables are read through the recorder; who reads is who fails."""
    recorder.reads_are_noted()
    variable = keras.Variable(1.0)
    variable._value, variable._initializer = None, None
    with pytest.raises(TypeError) as caught:
        keras.ops.add(variable.value, 1.0)
    assert caught.traceback[-1].path.name != "test_recorder.py"
    assert not is_ours(caught.value)
