"""Random numbers in a `tf.function` whose state or seed only the program knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def a_generator_in_a_function(tf):
    generator = tf.random.Generator.from_seed(7)

    @tf.function
    def drawn(like):
        return generator.normal(tf.shape(like)), generator.uniform([2], 1.0, 3.0)

    first = [drawn(tf.zeros(5)) for _ in range(3)]
    return [*first, generator.normal([2]), drawn(tf.zeros(5)), generator.state]


def each_distribution_of_a_generator(tf):
    class Drawing(tf.Module):
        def __init__(self):
            self.generator = tf.random.Generator.from_seed(1)

        @tf.function
        def __call__(self):
            drawn = self.generator
            return [
                drawn.truncated_normal([30], 1.0, 2.0),
                drawn.uniform([3], 0, 10, tf.int32),
                drawn.normal([3], 1.0, 2.0, tf.float64),
                drawn.make_seeds(2),
                drawn.uniform([2], 5, 2**40, tf.int64),
                drawn.truncated_normal([3], dtype=tf.float64),
                drawn.uniform_full_int([2], tf.int64),
                drawn.state,
            ]

    drawing = Drawing()
    return [drawing(), drawing()]


def a_generator_in_a_loop(tf):
    generator = tf.random.Generator.from_state([-300, 5, 7], "philox")

    @tf.function
    def summed(n):
        total = tf.zeros([2])
        for _ in tf.range(n):
            total += generator.normal([2])
        return total

    first = summed(tf.constant(3)), tf.identity(generator.state)
    return [*first, summed(tf.constant(2)), tf.identity(generator.state)]


def generators_as_arguments(tf):
    @tf.function
    def drawn(generator):
        return generator.uniform([3])

    one, other = (tf.random.Generator.from_seed(seed) for seed in (1, 2))
    return [drawn(one), drawn(other), drawn(one), one.state, other.state]


def seeds_that_a_program_knows(tf):
    random = tf.random

    @tf.function
    def drawn(seed):
        return [
            random.stateless_normal([3], seed=seed),
            random.stateless_uniform([3], seed=[seed[0], 5]),
            random.stateless_uniform([3], seed=seed, minval=0, maxval=9, dtype=tf.int32),
            random.stateless_truncated_normal([3], seed=seed, stddev=2.0),
            random.experimental.stateless_split(seed, 2),
            random.experimental.stateless_fold_in(seed, 3),
            random.stateless_uniform([3], seed=seed, minval=None, maxval=None, dtype=tf.int32),
        ]

    return [drawn(tf.constant([1, 2])), drawn(tf.constant([-3, 4])), drawn(tf.constant([1, 2]))]


def noise_in_a_fit(tf):
    class Noisy(tf.keras.Model):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.noise = tf.random.Generator.from_seed(3)
            self.seen = tf.keras.metrics.Mean(name="loss")

        @property
        def metrics(self):
            return [self.seen]

        def train_step(self, x):
            noise = self.noise.normal(tf.shape(x))
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x + noise) - x) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            self.seen.update_state(loss)
            return {"loss": self.seen.result()}

    inputs = tf.keras.Input((3,))
    outputs = tf.keras.layers.Dense(3, kernel_initializer="ones")(inputs)
    model = Noisy(inputs, outputs)
    model.compile("sgd")
    data = tf.data.Dataset.from_tensor_slices(tf.ones((8, 3))).batch(4)
    history = model.fit(data, epochs=3, verbose=0, shuffle=False)
    return [tf.constant(history.history["loss"]), model.noise.state]


CASES: dict[str, Callable[[Any], Any]] = {
    name: part
    for name, part in list(globals().items())
    if getattr(part, "__module__", "") == __name__ and name[0] != "_" and callable(part)
}
