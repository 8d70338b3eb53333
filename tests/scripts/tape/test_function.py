"""`tf.function` does what TensorFlow's does; gradients in it have the bits of JAX's."""

from __future__ import annotations

import json

import function_cases
import generator_cases
import jax
import numpy as np
import pytest
import record_tapes
import tape_cases
import tape_programs
from test_tapes import compare

from onefit.errors import NeedsTensorFlow

RESULTS = json.loads(record_tapes.RECORD.read_text())


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in

    return stand_in


@pytest.mark.filterwarnings("ignore:The tf.function:RuntimeWarning")
@pytest.mark.parametrize("name", function_cases.CASES)
def test_what_scripts_do_with_a_function(tf, name):
    compare(tape_cases.plain(function_cases.CASES[name](tf)), RESULTS[name])


@pytest.mark.parametrize("name", generator_cases.CASES)
def test_random_numbers_of_a_state_that_a_program_knows(tf, name):
    compare(tape_cases.plain(generator_cases.CASES[name](tf)), RESULTS[name])


def bits_of_jax(tf, seeds):
    for seed in seeds:
        lines, names = tape_programs.program(seed), tape_programs.of_jax()
        a, b = tape_programs.inputs(seed)
        w = tf.Variable(b)

        @tf.function
        def ours(x, w=w, lines=lines):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tape_programs.result(lines, tf, x, w)
            zero = tf.UnconnectedGradients.ZERO
            return y, *tape.gradient(y, [x, w], unconnected_gradients=zero)

        def of_jax(a, b, lines=lines, names=names):
            return tape_programs.result(lines, names, a, b)

        with jax.enable_x64(True):
            value, gradients = jax.jit(jax.value_and_grad(of_jax, argnums=(0, 1)))(a, b)
        for one, other in zip(ours(tf.constant(a)), [value, *gradients], strict=True):
            np.testing.assert_array_equal(one, other, str(seed))


def test_random_programs_have_the_bits_of_jax(tf):
    bits_of_jax(tf, range(200, 210))


@pytest.mark.slow
def test_a_thousand_random_programs_have_the_bits_of_jax(tf):
    bits_of_jax(tf, range(2000, 3000))


def losses_of_a_new_model(tf, compiled):
    keras = tf.keras
    keras.utils.set_random_seed(3)

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden, self.out = keras.layers.Dense(4, "relu"), keras.layers.Dense(1)

        def call(self, x):
            return self.out(self.hidden(x))

    net, optimizer, mean = Net(), keras.optimizers.Adam(0.1), keras.metrics.Mean()

    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(net(x, training=True) - 1.0))
        gradients = tape.gradient(loss, net.trainable_variables)
        optimizer.apply_gradients(zip(gradients, net.trainable_variables))
        mean.update_state(loss)
        return loss

    step = tf.function(step) if compiled else step
    x = tf.constant(np.random.default_rng(0).normal(size=(8, 3)).astype("float32"))
    return [float(step(x)) for _ in range(4)], float(mean.result())


def test_a_model_and_an_optimizer_are_built_at_the_first_call(tf):
    eager, compiled = (losses_of_a_new_model(tf, one) for one in (False, True))
    np.testing.assert_allclose(compiled[0], eager[0], rtol=1e-5)
    assert compiled[1] == pytest.approx(np.mean(compiled[0]), rel=1e-6)
    assert compiled[0][-1] < compiled[0][0]


def test_a_function_whose_lengths_depend_on_values_runs_as_it_is_written(tf):
    v = tf.Variable([1.0, -2.0, 3.0])

    @tf.function
    def masked(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.boolean_mask(v * v, x > 0))
        v.assign_sub(0.1 * tape.gradient(loss, v))
        return loss, tf.where(x > 0)

    @tf.function
    def grown(count):
        squares = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
        for i in tf.range(count):
            squares = squares.write(i, i * i)
            if i >= 3:
                break
        return squares.stack()

    with pytest.warns(RuntimeWarning, match="masked has arrays whose lengths depend on values"):
        loss, places = masked(tf.constant([1.0, -1.0, 2.0]))
    assert loss.numpy() == 10 and places.numpy().tolist() == [[0], [2]]
    np.testing.assert_allclose(v.numpy(), [0.8, -2.0, 2.4], rtol=1e-6)
    with pytest.warns(RuntimeWarning, match="grown"):
        assert grown(tf.constant(10)).numpy().tolist() == [0, 1, 4, 9]
    assert grown(tf.constant(2)).numpy().tolist() == [0, 1]


def test_losses_over_drawn_classes_are_a_program(tf):
    weights, biases = tf.Variable(tf.ones([50, 8])), tf.Variable(tf.zeros([50]))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.nce_loss(weights, biases, y, x, 6, 50))
        drawn = tf.random.log_uniform_candidate_sampler(y, 1, 8, True, 8)
        return tape.gradient(loss, weights), drawn

    gradient, drawn = step(tf.ones((4, 8)), tf.constant([[1], [2], [3], [4]], tf.int64))
    assert sorted(drawn.sampled_candidates.numpy().tolist()) == list(range(8))
    assert np.isfinite(gradient.numpy()).all() and (gradient.numpy()[1:5] != 0).all()


def test_how_often_a_class_is_expected(tf):
    """Recorded with TensorFlow 2.21: what is drawn with repetition has expectations of its own."""
    sample = tf.random.log_uniform_candidate_sampler([[1, 2]], 2, 5, False, 50, seed=7)
    np.testing.assert_allclose(sample.true_expected_count, [[0.51562, 0.36584]], rtol=1e-4)
    assert sample.sampled_candidates.dtype == tf.int64
    counts = np.zeros(10)
    for _ in range(20):  # 2,000 draws: the expected share of class 0 is 0.289
        sample = tf.random.log_uniform_candidate_sampler([[1]], 1, 100, False, 10, seed=7)
        counts += np.bincount(sample.sampled_candidates.numpy(), minlength=10)
    np.testing.assert_allclose(counts[0] / 2000, np.log(2) / np.log(11), atol=0.05)


def test_attributes_of_a_graph_raise_the_error_that_names_them(tf):
    made = tf.function(lambda x: x * 2.0)
    concrete = made.get_concrete_function(tf.constant(1.0))
    with pytest.raises(NeedsTensorFlow, match=r"tensorflow\.ConcreteFunction\.graph needs"):
        _ = concrete.graph
    with pytest.raises(NeedsTensorFlow, match=r"tensorflow\.function\.function_spec needs"):
        _ = made.function_spec
    assert not hasattr(concrete, "no_such_name")
