"""Fits as one hand-written program: a scan over epochs of a scan over steps.

This is the floor: nothing but the arithmetic, the rows on the device, one call. The first call's
time has XLA's compiler in it; later calls are timed with their program at hand.
"""

import os

import jax
import jax.numpy as jnp

import job
import models_jax as models

jax.config.update("jax_compilation_cache_dir", os.path.join(os.environ["XDG_CACHE_HOME"], "jax"))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
job.watch_compiler()
job.tell(imported_s=job.since_start())


def trainer(loss_of, batch_size):
    """The function ``(state, x, y, orders) -> (state, loss of each epoch)``."""

    def step(carry, rows, x, y):
        weights, moments, count, total = carry
        loss, gradients = jax.value_and_grad(loss_of)(weights, x[rows], y[rows])
        weights, moments = models.adam(weights, gradients, moments, count + 1)
        return weights, moments, count + 1, total + loss * len(rows)

    def epoch(state, order, x, y):
        whole = len(order) // batch_size * batch_size
        batches = order[:whole].reshape(-1, batch_size)
        carry, _ = jax.lax.scan(lambda c, rows: (step(c, rows, x, y), None), (*state, 0.0), batches)
        if whole < len(order):
            carry = step(carry, order[whole:], x, y)
        *state, total = carry
        return tuple(state), total / len(order)

    def train(state, x, y, orders):
        return jax.lax.scan(lambda s, order: epoch(s, order, x, y), state, orders)

    return jax.jit(train, donate_argnums=0)


def fit_once(fit, number):
    """Train a new model with consecutive fits; say how long each took."""
    weights, loss_of = models.build(fit["network"], fit["loss"])
    weights = [jnp.array(w) for w in weights]
    moments = tuple([jnp.zeros_like(w) for w in weights] for _ in range(2))
    state = (weights, moments, jnp.zeros(()))
    x, y = job.arrays(fit["data"], fit.get("rows"))
    job.start_orders(len(x))
    train = trainer(loss_of, fit["batch_size"])
    job.forget_peak()
    seconds, losses, programs, before = [], [], {}, job.compiled()[0]

    def run(state, program, epochs):
        orders = jnp.asarray(job.orders(len(x), epochs), jnp.int32)
        state, history = program(state, jnp.asarray(x), jnp.asarray(y), orders)
        return state, float(history[-1])

    for call, epochs in enumerate(fit["epochs"]):
        if call and epochs not in programs:
            programs[epochs] = ready(train, state, x, y, epochs)
        (state, loss), taken = job.timed(run, state, programs.get(epochs, train), epochs)
        seconds.append(taken)
        losses.append(loss)
        if call == 0:
            compile_s = job.compiled()[0] - before
    job.tell_fit(fit, number, seconds, losses, compile_s=compile_s)


def ready(train, state, x, y, epochs):
    """The program for so many epochs, compiled outside of the measured time."""
    orders = jax.ShapeDtypeStruct((epochs, len(x)), jnp.int32)
    return train.lower(state, jnp.asarray(x), jnp.asarray(y), orders).compile()


for fit in job.JOB["fits"]:
    for number in range(fit.get("models", 1)):
        fit_once(fit, number)
