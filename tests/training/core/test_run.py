"""The function of a whole run, on a toy step in whole numbers, beside plain Python. No Keras."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from onefit.training.core import position
from onefit.training.core.phase import Phase, run_test, run_train
from onefit.training.core.position import EPOCH, SPENT
from onefit.training.core.rows import Rows, Sizes
from onefit.training.core.run import Carry, Feed, Run, blank_logs, needed
from onefit.training.core.shapes import shapes
from onefit.training.core.state import State
from onefit.training.core.step import Step

VALID = np.arange(7, dtype=np.int32)


def trained(state, batch):
    """The weight depends on the order of the batches; the metric sums what they hold."""
    (weight,), others, optimizer, (total,) = state
    weight = weight * 3 + batch[0].sum()
    total = total + batch[0].sum()
    return {"total": total}, ([weight], others, optimizer, [total])


def validated_on(state, batch):
    """The metric sums the batches times the weight."""
    (weight,), others, (total,) = state
    total = total + batch[0].sum() * weight
    return {"total": total}, ([weight], others, [total])


class Stop:
    """A rule: stops after the first epoch whose sum of the validation is even."""

    steps, stops, place, rates_dtype = False, True, None, None

    def begin(self, state, epoch, feed):
        return state

    def outputs(self, state):
        return {"seen": np.zeros((), np.int32)}

    def end(self, state, own, epoch, logs, complete):
        even = logs["val_total"] % 2 == 0
        return state, own + complete, even, {"seen": jnp.asarray(epoch, jnp.int32)}


def phases(rows, batch):
    def phase(function, run, state, count, size):
        sizes = Sizes.of(count, size)

        def step(rows):
            one = (jax.ShapeDtypeStruct((rows,), np.int32),)
            return Step(function, state, one) if rows else None

        full, partial = step(sizes.batch if sizes.full else 0), step(sizes.partial)
        return Phase(sizes, full, partial, run, lambda metrics, last: {"total": metrics[0]})

    one = [jax.ShapeDtypeStruct((), np.int32)]
    trains = phase(trained, run_train, (one, [], [], one), rows, batch)
    return trains, phase(validated_on, run_test, (one, [], one), len(VALID), 3)


def wrap(number):
    """A whole number in 32 bits."""
    return int(np.int64(number).astype(np.int32))


def by_hand(table, orders, batch, validated, stops):
    """What the run should come to: weights, the logs of each epoch, epochs run."""
    weight, logs, seen = 1, [], 0
    for order, valid in zip(orders, validated):
        total = 0
        for start in range(0, len(order), batch):
            part = int(table[order[start : start + batch]].sum())
            weight, total = wrap(weight * 3 + part), wrap(total + part)
        checked = None
        if valid:
            checked = 0
            for start in range(0, len(VALID), 3):
                checked = wrap(checked + int(VALID[start : start + 3].sum()) * weight)
        logs.append((total, checked))
        seen += 1
        if stops and checked is not None and checked % 2 == 0:
            break
    return weight, logs, seen


@pytest.mark.parametrize("seed", range(12))
def test_a_run_in_calls_of_any_length_is_the_loop_by_hand(seed):
    draw = np.random.default_rng(seed)
    rows, epochs = int(draw.integers(1, 20)), int(draw.integers(1, 6))
    batch, stops = int(draw.integers(1, rows + 3)), bool(seed % 2)
    table = draw.integers(-50, 50, rows).astype(np.int32)
    orders = np.stack([draw.permutation(rows) for _ in range(epochs)]).astype(np.int32)
    validated = np.ones(epochs, bool) if stops else draw.random(epochs) < 0.5
    trains, tests = phases(rows, batch)
    rules = [Stop()] if stops else []
    run = jax.jit(Run(trains, tests, lambda held: [jnp.zeros_like(h) for h in held], rules))
    state = State([np.int32(1)], [], [], [np.int32(0)])
    every = np.ones(epochs, np.int32)
    feed = Feed(
        train=Rows(
            (jnp.asarray(table),),
            orders,
            every * trains.sizes.full,
            every * bool(trains.sizes.partial),
        ),
        valid=Rows((jnp.asarray(VALID),), None, np.asarray([2], np.int32), np.ones(1, np.int32)),
        validate=validated,
        rates=None,
        first=np.int32(0),
        epochs=np.int32(epochs),
        steps=np.int32(0),
    )
    held = shapes(state)
    last = jax.tree.map(
        lambda s: np.zeros(s.shape, s.dtype),
        (needed(trains, held.metrics), needed(tests, held.metrics)),
    )
    logs = blank_logs(trains, tests, rules, held, epochs)
    owns = [np.int32(0)] * len(rules)
    carry = Carry(state, last, owns, logs, position.start(state), np.bool_(False))
    consts = [([], []), ([], [])]
    while int(carry.position[EPOCH]) < epochs and not bool(carry.stop):
        spent = int(carry.position[SPENT])
        budget = spent + int(draw.integers(1, 8))
        carry = run(consts, feed._replace(steps=np.int32(budget)), carry)
        assert int(carry.position[SPENT]) > spent
    weight, expected, ran = by_hand(table, orders, batch, validated, stops)
    assert int(carry.state.trainable[0]) == weight
    assert int(carry.position[EPOCH]) == ran
    for epoch, (total, checked) in enumerate(expected):
        assert int(carry.logs["train"]["total"][epoch]) == total
        if checked is not None:
            assert int(carry.logs["valid"]["total"][epoch]) == checked
    if stops:
        assert int(carry.rules[0]) == ran
        assert np.asarray(carry.logs["outputs"][0]["seen"])[:ran].tolist() == list(range(ran))
