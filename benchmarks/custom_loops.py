"""What a step of a loop with a tape costs beside a jitted step of JAX by hand.

    python benchmarks/custom_loops.py --out benchmarks/custom_loops.json

The same networks, optimizers and batches. `tf.function` is the step of TensorFlow's tutorials under
the stand-in: `tape.gradient`, `optimizer.apply_gradients`. `by hand` is `jax.jit` of a pure
function with `jax.value_and_grad`, `stateless_call` and `stateless_apply`. Turns of many steps, one
after the other; medians of the turns, and their quotient. The first call is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import jax
import jax.numpy as jnp
import keras
import numpy as np
from measure import machine

import onefit.scripts.tensorflow as tf
from onefit.scripts.tensorflow.installation import install

L = keras.layers
Step = Callable[[Any], Any]
BATCH = 64


def supervised(layers: list[Any], shape: tuple[int, ...]) -> tuple[Step, Step, Any]:
    """A classifier: `tf.function`'s step, the one by hand, and a batch."""
    model, other = (keras.Sequential([keras.Input(shape), *make()]) for make in (layers, layers))
    of_logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer, adam = keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3)
    adam.build(other.trainable_variables)

    @tf.function
    def step(batch: Any) -> Any:
        x, y = batch
        with tf.GradientTape() as tape:
            loss = of_logits(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    def loss_of(trainable: Any, others: Any, batch: Any) -> Any:
        logits, others = other.stateless_call(trainable, others, batch[0], training=True)
        return of_logits(batch[1], logits), others

    @jax.jit
    def by_hand(state: Any, batch: Any) -> Any:
        trainable, others, moments = state
        (loss, others), gradients = jax.value_and_grad(loss_of, has_aux=True)(
            trainable, others, batch
        )
        trainable, moments = adam.stateless_apply(moments, gradients, trainable)
        return loss, (trainable, others, moments)

    draw = np.random.default_rng(0)
    x = draw.normal(size=(BATCH, *shape)).astype("float32")
    y = draw.integers(0, 9, BATCH).astype("int32")
    return step, _stateful(by_hand, other, adam), (x, y)


def autoencoder() -> tuple[Step, Step, Any]:
    """A variational autoencoder's loss on one network with a seed of its own."""

    class Sampling(L.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.seeds = keras.random.SeedGenerator(1)

        def call(self, moments: Any) -> Any:
            mean, spread = keras.ops.split(moments, 2, axis=-1)
            noise = keras.random.normal(keras.ops.shape(mean), seed=self.seeds)
            self.add_loss(0.01 * keras.ops.mean(keras.ops.square(mean) + keras.ops.square(spread)))
            return mean + noise * keras.ops.exp(0.5 * spread)

    def make() -> Any:
        return keras.Sequential(
            [keras.Input((784,)), L.Dense(256, "relu"), L.Dense(32), Sampling(),
             L.Dense(256, "relu"), L.Dense(784, "sigmoid")]
        )  # fmt: skip

    model, other = make(), make()
    error = keras.losses.BinaryCrossentropy()
    optimizer, adam = keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3)
    adam.build(other.trainable_variables)

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = error(x, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    def loss_of(trainable: Any, others: Any, x: Any) -> Any:
        made, others, losses = other.stateless_call(
            trainable, others, x, training=True, return_losses=True
        )
        return error(x, made) + sum(losses), others

    @jax.jit
    def by_hand(state: Any, x: Any) -> Any:
        trainable, others, moments = state
        (loss, others), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable, others, x)
        trainable, moments = adam.stateless_apply(moments, gradients, trainable)
        return loss, (trainable, others, moments)

    x = np.random.default_rng(0).random((BATCH, 784)).astype("float32")
    return step, _stateful(by_hand, other, adam), x


def gan() -> tuple[Step, Step, Any]:
    """Two networks, two tapes, two optimizers."""

    def make() -> Any:
        maker = keras.Sequential([keras.Input((32,)), L.Dense(128, "relu"), L.Dense(784, "tanh")])
        critic = keras.Sequential([keras.Input((784,)), L.Dense(128, "relu"), L.Dense(1)])
        adams = keras.optimizers.Adam(1e-4), keras.optimizers.Adam(1e-4)
        return maker, critic, *adams

    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    maker, critic, of_maker, of_critic = make()
    maker2, critic2, adam, adam2 = make()
    adam.build(maker2.trainable_variables)
    adam2.build(critic2.trainable_variables)

    @tf.function
    def step(batch: Any) -> Any:
        real, noise = batch
        with tf.GradientTape() as one, tf.GradientTape() as two:
            fake = maker(noise, training=True)
            on_real, on_fake = critic(real, training=True), critic(fake, training=True)
            loss = entropy(tf.ones_like(on_fake), on_fake)
            other = entropy(tf.ones_like(on_real), on_real) + entropy(
                tf.zeros_like(on_fake), on_fake
            )
        weights = maker.trainable_variables, critic.trainable_variables
        of_maker.apply_gradients(zip(one.gradient(loss, weights[0]), weights[0]))
        of_critic.apply_gradients(zip(two.gradient(other, weights[1]), weights[1]))
        return loss

    def outputs(makers: Any, critics: Any, batch: Any) -> Any:
        fake, _ = maker2.stateless_call(makers, [], batch[1], training=True)
        return [critic2.stateless_call(critics, [], x, training=True)[0] for x in (batch[0], fake)]

    def maker_loss(makers: Any, critics: Any, batch: Any) -> Any:
        on_fake = outputs(makers, critics, batch)[1]
        return entropy(jnp.ones_like(on_fake), on_fake)

    def critic_loss(critics: Any, makers: Any, batch: Any) -> Any:
        on_real, on_fake = outputs(makers, critics, batch)
        return entropy(jnp.ones_like(on_real), on_real) + entropy(jnp.zeros_like(on_fake), on_fake)

    @jax.jit
    def by_hand(state: Any, batch: Any) -> Any:
        makers, critics, moments, moments2 = state
        loss, slopes = jax.value_and_grad(maker_loss)(makers, critics, batch)
        slopes2 = jax.grad(critic_loss)(critics, makers, batch)
        makers, moments = adam.stateless_apply(moments, slopes, makers)
        critics, moments2 = adam2.stateless_apply(moments2, slopes2, critics)
        return loss, (makers, critics, moments, moments2)

    groups = (
        maker2.trainable_variables,
        critic2.trainable_variables,
        adam.variables,
        adam2.variables,
    )
    state = [tuple([v.value for v in group] for group in groups)]

    def stepped(batch: Any) -> Any:
        loss, state[0] = by_hand(state[0], batch)
        return loss

    draw = np.random.default_rng(0)
    sizes = (BATCH, 784), (BATCH, 32)
    return step, stepped, tuple(draw.normal(size=size).astype("float32") for size in sizes)


def _stateful(step: Any, model: Any, optimizer: Any) -> Step:
    groups = model.trainable_variables, model.non_trainable_variables, optimizer.variables
    state = [tuple([v.value for v in group] for group in groups)]

    def stepped(batch: Any) -> Any:
        loss, state[0] = step(state[0], batch)
        return loss

    return stepped


CASES: dict[str, Callable[[], tuple[Step, Step, Any]]] = {
    "tutorial": lambda: supervised(
        lambda: [
            L.Conv2D(32, 3, activation="relu"),
            L.Flatten(),
            L.Dense(128, "relu"),
            L.Dense(10),
        ],
        (28, 28, 1),
    ),
    "mlp": lambda: supervised(
        lambda: [L.Dense(256, "relu"), L.Dropout(0.2), L.Dense(256, "relu"), L.Dense(10)], (784,)
    ),
    "gan": gan,
    "vae": autoencoder,
}


def turn(step: Step, batch: Any, steps: int) -> float:
    begun = time.perf_counter()
    for _ in range(steps):
        loss = step(batch)
    jax.block_until_ready(loss)
    return (time.perf_counter() - begun) / steps


def measured(make: Callable[[], tuple[Step, Step, Any]], turns: int, seconds: float) -> Any:
    ours, by_hand, batch = make()
    arrays = jax.tree.map(jnp.asarray, batch)
    tensors = jax.tree.map(tf.constant, batch)
    pairs = {"tf.function": (ours, tensors), "by hand": (by_hand, arrays)}
    for step, given in pairs.values():
        turn(step, given, 3)
    steps = max(int(seconds / turn(by_hand, arrays, 10)), 3)
    times: dict[str, list[float]] = {name: [] for name in pairs}
    for _ in range(turns):
        for name, (step, given) in pairs.items():
            times[name].append(turn(step, given, steps))
    medians = {name: 1e6 * statistics.median(found) for name, found in times.items()}
    ratio = medians["tf.function"] / medians["by hand"]
    return {**medians, "ratio": ratio, "steps": steps, "turns": turns}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", default=",".join(CASES))
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.5)
    options = parser.parse_args()
    install()  # what a script has under `onefit run`
    found = {}
    for name in options.only.split(","):
        found[name] = measured(CASES[name], options.turns, options.seconds)
        print(name, {key: round(value, 3) for key, value in found[name].items()}, flush=True)
    if options.out:
        result = {"machine": machine(), "unit": "us a step", "cases": found}
        options.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
