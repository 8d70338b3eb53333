"""The networks in plain JAX, and Adam: what a careful person writes by hand."""

import jax
import jax.numpy as jnp

import job
import networks


def build(network, loss):
    """First weights, and the function ``(weights, x, y) -> mean loss``."""
    return job.first_weights(networks.shapes(network)), _losses[loss](forward(network))


def forward(network):
    """The function ``(weights, x) -> logits``."""
    return globals()[f"_{network['kind']}"]


def adam(weights, gradients, moments, step, rate=1e-3, b1=0.9, b2=0.999, epsilon=1e-7):
    """One step of Adam: new weights and moments."""
    means = [b1 * m + (1 - b1) * g for m, g in zip(moments[0], gradients)]
    squares = [b2 * v + (1 - b2) * g * g for v, g in zip(moments[1], gradients)]
    scale = rate * jnp.sqrt(1 - b2**step) / (1 - b1**step)
    moved = zip(weights, means, squares)
    return [w - scale * m / (jnp.sqrt(v) + epsilon) for w, m, v in moved], (means, squares)


def _binary(forward):
    def loss(weights, x, y):
        logits = forward(weights, x)
        return jnp.mean(jax.nn.softplus(logits) - logits * y)

    return loss


def _classes(forward):
    def loss(weights, x, y):
        likelihoods = jax.nn.log_softmax(forward(weights, x))
        return -jnp.mean(jnp.take_along_axis(likelihoods, y[:, None], 1))

    return loss


def _regression(forward):
    return lambda weights, x, y: jnp.mean((forward(weights, x) - y) ** 2)


_losses = {"binary": _binary, "classes": _classes, "regression": _regression}


def _dense(weights, x):
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        x = jax.nn.relu(x @ kernel + bias)
    return x @ weights[-2] + weights[-1]


def _conv(weights, x):
    axes = x.ndim - 2
    numbers = {1: ("NWC", "WIO", "NWC"), 2: ("NHWC", "HWIO", "NHWC")}[axes]
    window = (1, *[2] * axes, 1)
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        x = jax.lax.conv_general_dilated(x, kernel, [1] * axes, "SAME", dimension_numbers=numbers)
        x = jax.nn.relu(x + bias)
        x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, window, "VALID")
    return x.reshape(len(x), -1) @ weights[-2] + weights[-1]


def _lstm(weights, x):
    kernel, recurrent, bias, head, head_bias = weights
    start = jnp.zeros((len(x), len(recurrent)))

    def step(carry, inputs):
        hidden, cell = carry
        gates = jnp.split(inputs @ kernel + hidden @ recurrent + bias, 4, axis=1)
        enter, forget, leave = (jax.nn.sigmoid(gates[at]) for at in (0, 1, 3))
        cell = forget * cell + enter * jnp.tanh(gates[2])
        return (leave * jnp.tanh(cell), cell), None

    (hidden, _), _ = jax.lax.scan(step, (start, start), x.swapaxes(0, 1))
    return hidden @ head + head_bias


def _attention(weights, x):
    embed, embed_bias, *projections, out, out_bias, head, head_bias = weights
    embedded = jax.nn.relu(x @ embed + embed_bias)
    query, key, value = (
        jnp.einsum("btu,uhk->bthk", embedded, kernel) + bias
        for kernel, bias in zip(projections[::2], projections[1::2])
    )
    scores = jnp.einsum("bthk,bshk->bhts", query, key) / jnp.sqrt(query.shape[-1])
    mixed = jnp.einsum("bhts,bshk->bthk", jax.nn.softmax(scores), value)
    attended = jnp.einsum("bthk,hku->btu", mixed, out) + out_bias
    return (embedded + attended).mean(1) @ head + head_bias
