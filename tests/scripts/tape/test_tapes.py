"""Tapes give what TensorFlow's give, and the bits of `jax.grad`."""

from __future__ import annotations

import gc
import json

import jax
import numpy as np
import pytest
import ragged_cases
import record_tapes
import tape_cases as cases
import tape_programs as programs

RESULTS = json.loads(record_tapes.RECORD.read_text())


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


def compare(ours, theirs):
    if isinstance(theirs, dict) and "dtype" in theirs:
        assert isinstance(ours, dict), f"{ours}, not {theirs}"
        assert (ours["dtype"], ours["shape"]) == (theirs["dtype"], theirs["shape"])
        np.testing.assert_allclose(ours["values"], theirs["values"], rtol=1e-5, atol=2e-6)
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        for key in theirs:
            compare(ours[key], theirs[key])
    elif isinstance(theirs, list):
        assert len(ours) == len(theirs), f"{ours}, not {theirs}"
        for one, other in zip(ours, theirs):
            compare(one, other)
    else:
        assert ours == theirs


@pytest.mark.parametrize("name", cases.CASES)
def test_what_scripts_do_with_a_tape(tf, name):
    compare(cases.plain(cases.CASES[name](tf)), RESULTS[name])


@pytest.mark.parametrize("name", ragged_cases.CASES)
def test_gradients_through_ragged_tensors(tf, name):
    compare(cases.plain(ragged_cases.CASES[name](tf)), RESULTS[name])


def test_random_programs_have_the_gradients_of_tensorflow(tf):
    for seed, theirs in enumerate(RESULTS["programs"]):
        compare(cases.plain(record_tapes.gradients(tf, seed)), theirs)


def bits_of_jax(tf, seeds):
    for seed in seeds:
        ours = record_tapes.gradients(tf, seed)
        value, gradients = jax_gradients(seed)
        for one, other in zip(ours, [value, *gradients]):
            if one is None:
                assert not np.any(other), seed
            else:
                np.testing.assert_array_equal(np.asarray(one), np.asarray(other), str(seed))


def jax_gradients(seed):
    lines, names = programs.program(seed), programs.of_jax()

    def function(a, b):
        return programs.result(lines, names, a, b)

    with jax.enable_x64(True):
        return jax.value_and_grad(function, argnums=(0, 1))(
            *map(jax.numpy.asarray, programs.inputs(seed))
        )


def test_random_programs_have_the_bits_of_jax(tf):
    bits_of_jax(tf, range(100, 150))


@pytest.mark.slow
def test_a_thousand_random_programs_have_the_bits_of_jax(tf):
    bits_of_jax(tf, range(1000, 2000))


def test_a_network_of_keras_has_the_bits_of_jax(tf):
    """Dropout's seeds and the averages of BatchNormalization move on, too."""
    keras = tf.keras
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(8, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(3),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    x = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
    y = np.arange(16) % 3
    before = [
        [v.value for v in group]
        for group in (model.trainable_variables, model.non_trainable_variables)
    ]

    def of_jax(trainable, others):
        predictions, others = model.stateless_call(trainable, others, x, training=True)
        return loss(y, predictions), others

    (value, after), expected = jax.value_and_grad(of_jax, has_aux=True)(*before)
    with tf.GradientTape() as tape:
        ours = loss(tf.constant(y), model(tf.constant(x), training=True))
    assert float(ours) == float(value)
    for one, other in zip(tape.gradient(ours, model.trainable_variables), expected, strict=True):
        np.testing.assert_array_equal(one, other)
    for variable, value in zip(model.non_trainable_variables, after, strict=True):
        np.testing.assert_array_equal(variable.value, value)


def test_what_a_tape_has_computed_is_given_back(tf):
    """No array of a step stays once its tape is gone: no more live than after the first step.

    Fewer may, where the first count found arrays of earlier tests that were still to be freed.
    """
    variable = tf.Variable([1.0, 2.0])

    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(variable * variable)
        tape.gradient(loss, variable)

    def living():
        gc.collect()
        return len(jax.live_arrays())

    step()
    first = living()
    for _ in range(5):
        step()
    assert living() <= first
