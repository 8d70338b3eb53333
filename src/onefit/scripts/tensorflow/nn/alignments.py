"""The CTC loss of dense labels over the states of an alignment, with TensorFlow's gradient.

Source: Graves et al., *Connectionist Temporal Classification*, ICML 2006, in the form of
TensorFlow's `ctc_loss_dense`: a state for the beginning, one for each label, and one for the blank
after each of these. An alignment that ends elsewhere than after the last label is not impossible
there, but has a weight of 1e-307, so labels that do not fit into their time have a loss of some 707
and not an infinite one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

WRONG = np.float32(np.log(1e-307))


class Alignments(NamedTuple):
    """What both directions of the sum over alignments read; all logarithms.

    States are the beginning, the labels, and the blanks after these: `2 * (labels + 1)`.
    """

    observed: jax.Array  # (time, sequences, states): how likely is what a state shows
    direct: jax.Array  # (sequences, labels): 0 where a label may follow without a blank, else -inf
    begin: jax.Array  # (sequences, states)
    end: jax.Array  # (sequences, states)
    mask: jax.Array  # (time, sequences): 1 within a sequence, else 0


def losses(scores: jax.Array, labels: jax.Array, counts: jax.Array, times: jax.Array) -> jax.Array:
    """The loss of each sequence.

    Args:
        scores: Of shape (time, sequences, classes); class 0 is the blank.
        labels: Class numbers of shape (sequences, labels).
        counts: How many labels each sequence has.
        times: How long each sequence is.
    """
    made: jax.Array = _followed(scores, labels, counts, times)
    return made


def _losses_and_slopes(
    scores: jax.Array, labels: jax.Array, counts: jax.Array, times: jax.Array
) -> tuple[jax.Array, jax.Array]:
    shown = jax.nn.log_softmax(scores)
    given = _alignments(shown, labels, counts, times)
    before, (after, likelihood) = _forward(given), _backward(given)
    states = before + after
    states = jnp.exp(states - logsumexp(states, axis=2, keepdims=True))
    slopes = jnp.exp(shown) - _by_class(states, labels, scores.shape[2])
    return -likelihood, slopes * given.mask[:, :, None]


def _backward_of(slopes: jax.Array, weights: jax.Array) -> tuple[jax.Array, None, None, None]:
    return slopes * weights[None, :, None], None, None, None


_followed: Any = jax.custom_vjp(lambda *given: _losses_and_slopes(*given)[0])
_followed.defvjp(_losses_and_slopes, _backward_of)


def _alignments(
    shown: jax.Array, labels: jax.Array, counts: jax.Array, times: jax.Array
) -> Alignments:
    (length, sequences, classes), most = shown.shape, labels.shape[1]
    # A number that is no class shows nothing: TensorFlow multiplies by a one-hot row of zeros.
    is_class = (labels >= 0) & (labels < classes)
    places = jnp.broadcast_to(jnp.where(is_class, labels, 0), (length, sequences, most))
    of_labels = jnp.where(is_class, jnp.take_along_axis(shown, places, axis=2), 0)
    nothing = jnp.full((length, sequences, 1), -jnp.inf, shown.dtype)
    blanks = jnp.repeat(shown[:, :, :1], most + 1, axis=2)
    repeated = jnp.where(labels[:, :-1] == labels[:, 1:], -jnp.inf, 0.0)
    is_first = jnp.arange(2 * most + 2) == 0
    is_last = jnp.arange(most + 1) == counts[:, None]
    return Alignments(
        observed=jnp.concatenate([nothing, of_labels, blanks], axis=2),
        direct=jnp.pad(repeated, [(0, 0), (1, 0)])[:, :most].astype(shown.dtype),
        begin=jnp.broadcast_to(jnp.where(is_first, 0, WRONG), (sequences, 2 * most + 2)),
        end=jnp.where(jnp.concatenate([is_last, is_last], axis=1), 0, WRONG),
        mask=(jnp.arange(length)[:, None] < times).astype(shown.dtype),
    )


def _forward(given: Alignments) -> jax.Array:
    """The log-probability of each state at each time, by what was shown until then."""

    def step(before: jax.Array, observed: jax.Array) -> tuple[jax.Array, jax.Array]:
        labels, blanks = jnp.split(before, 2, axis=1)
        arrived = jnp.logaddexp(labels[:, :-1] + given.direct, blanks[:, :-1])
        arrived = jnp.pad(arrived, [(0, 0), (1, 0)], constant_values=-jnp.inf)
        moved = [jnp.logaddexp(labels, arrived), jnp.logaddexp(blanks, labels)]
        after = jnp.concatenate(moved, axis=1) + observed
        # Only the shares of the states are needed here: how likely all is, `_backward` adds up.
        after -= logsumexp(after, axis=1, keepdims=True)
        return after, after

    return jax.lax.scan(step, given.begin, given.observed)[1]


def _backward(given: Alignments) -> tuple[jax.Array, jax.Array]:
    """The log-probability of each state at each time by what comes after, and that of it all."""

    def step(
        carry: tuple[jax.Array, jax.Array], now: tuple[jax.Array, jax.Array]
    ) -> tuple[tuple[jax.Array, jax.Array], jax.Array]:
        (after, total), (observed, mask) = carry, now
        labels, blanks = jnp.split(after + observed, 2, axis=1)
        directly, by_blank = (
            jnp.pad(one, [(0, 0), (0, 1)], constant_values=-jnp.inf)
            for one in (labels[:, 1:] + given.direct, labels[:, 1:])
        )
        moved = [jnp.logaddexp(jnp.logaddexp(labels, blanks), directly),
                 jnp.logaddexp(blanks, by_blank)]  # fmt: skip
        before = jnp.concatenate(moved, axis=1)
        weight = logsumexp(before, axis=1, keepdims=True)
        # Behind the end of a sequence the sum has not begun yet.
        before = jnp.where(mask[:, None] > 0, before - weight, given.end)
        return (before, total + weight[:, 0] * mask), after

    begin = (given.end, jnp.zeros(len(given.end), given.end.dtype))
    (first, total), after = jax.lax.scan(step, begin, (given.observed, given.mask), reverse=True)
    return after, first[:, 0] + total


def _by_class(states: jax.Array, labels: jax.Array, classes: int) -> jax.Array:
    """The probability of each class at each time; the beginning shows none."""
    of_labels, blanks = jnp.split(states, 2, axis=2)
    is_class = jax.nn.one_hot(labels, classes, dtype=states.dtype).at[:, :, 0].set(0)
    made = jnp.einsum("tsl,slc->tsc", of_labels[:, :, 1:], is_class)
    return made.at[:, :, 0].set(blanks.sum(axis=2))
