"""Read this first: a whole training run as one pure function.

    epochs(consts, feed, carry) -> carry

is a loop over epochs; in each epoch

    the metrics are reset, the learning rate is set
    a loop over the full batches: Keras's train_step
    the left-over rows: Keras's train_step, once
    the epoch's logs are written down
    the metrics are reset again, and the same two loops run over the validation rows: test_step
    the rules (early stopping and the like) look at the logs

The function stops early if a rule says so, or when it has spent the steps that it was given: its
position (epoch, step, validation step) is part of the carry, so that the next call goes on exactly
there. Nothing in it raises and nothing in it calls Python.

Axes are in the order (epochs, steps, batch, ...).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from onefit.training.core.phase import Goal, Passed, Phase, sweep
from onefit.training.core.position import (
    EPOCH,
    SPENT,
    STEP,
    TRAINED,
    VALID_STEP,
    epoch_over,
    trained,
)
from onefit.training.core.rows import Rows
from onefit.training.core.state import State

Reset = Callable[[list[Any]], list[Any]]


class Feed(NamedTuple):
    """What one call of the program reads.

    Args:
        train: The rows to train on, and their order in each epoch.
        valid: The rows to validate on, or `None`.
        validate: bool of shape `(epochs,)`: whether an epoch ends with a validation.
        rates: float32 of shape `(epochs,)`: learning rates of a schedule; `None` without one.
        first: int32: the number that the user gives to epoch 0 of this feed.
        epochs: int32: how many epochs of the feed to run.
        steps: int32: after how many steps of the feed to come back, even in the middle of an epoch.
    """

    train: Rows
    valid: Rows | None
    validate: Any
    rates: Any
    first: Any
    epochs: Any
    steps: Any


class Carry(NamedTuple):
    """What goes round the loop.

    Args:
        state: The model.
        last: What the last train step logged, and what the last test step did; see `needed`.
        rules: A state for each rule.
        logs: Arrays of shape `(epochs, ...)`: what the phases logged, at which step a rule halted,
            the rules' outputs.
        position: int32 vector: where the run is, see `position.py`.
        stop: bool: a rule has ended the run.
    """

    state: State
    last: Any
    rules: Any
    logs: Any
    position: Any
    stop: Any


class Run:
    """The function of a whole run, made of its parts.

    Args:
        train: What an epoch trains on.
        valid: What it validates on, or `None`.
        reset: From what the metrics hold to what they hold at the start of a phase.
        rules: The callbacks that are part of the program, in the user's order.
    """

    def __init__(self, train: Phase, valid: Phase | None, reset: Reset, rules: list[Any]) -> None:
        """Keep the parts."""
        self.train, self.valid, self.reset, self.rules = train, valid, reset, rules
        self.watching = [rule for rule in rules if rule.steps]

    def __call__(self, consts: list[Any], feed: Feed, carry: Carry) -> Carry:
        """Run epochs until they are all done, a rule stops the run, or the steps are spent."""

        def goes_on(c: Carry) -> Any:
            return (c.position[EPOCH] < feed.epochs) & ~c.stop & (c.position[SPENT] < feed.steps)

        return lax.while_loop(goes_on, lambda c: self.one_epoch(consts, feed, c), carry)

    def one_epoch(self, consts: list[Any], feed: Feed, c: Carry) -> Carry:
        """Run an epoch, or as much of it as there are steps for."""
        c = self.begin(feed, c)
        c, trained = self.training(consts, feed, c)
        c, complete = self.validation(consts, feed, c, trained)
        return self.end(feed, c, complete)

    def begin(self, feed: Feed, c: Carry) -> Carry:
        """Reset the metrics and set the learning rate, unless the epoch is under way."""
        state = c.state._replace(metrics=self.fresh(c.position[STEP] == 0, c.state.metrics))
        for rule in self.rules:
            state = rule.begin(state, c.position[EPOCH], feed)
        return c._replace(state=state)

    def fresh(self, condition: Any, metrics: list[Any]) -> list[Any]:
        """Reset the metrics if the condition holds.

        A branch, because XLA compiles a kernel for each of many selects and none for a branch.
        """
        reset: list[Any] = lax.cond(condition, self.reset, lambda held: held, metrics)
        return reset

    def training(self, consts: list[Any], feed: Feed, c: Carry) -> tuple[Carry, Any]:
        """Run train steps; say whether the epoch's training is over."""
        rows = feed.train

        def goal(position: Any) -> Goal:
            # A call may begin within the epoch's validation: then no step is left to train.
            epoch, left = position[EPOCH], 1 - position[TRAINED]
            return Goal(epoch, entry(rows.full, epoch) * left, entry(rows.partial, epoch) * left)

        owns = tuple(own for rule, own in zip(self.rules, c.rules) if rule.steps)
        passed = Passed(c.position, c.last[0], c.state, jnp.bool_(False), owns)
        passed, over = sweep(self.train, consts[0], rows, goal, passed, feed.steps, self.watching)
        seen = iter(passed.owns)
        rules = [next(seen) if rule.steps else own for rule, own in zip(self.rules, c.rules)]
        epoch, done = c.position[EPOCH], over & (c.position[TRAINED] == 0)
        logs, position = dict(c.logs), passed.position
        shown = self.train.logs(passed.state.metrics, passed.last)
        # without a validation these are the metrics of the training whenever they are written, and
        # what is written in the middle of an epoch is written again at its end
        once = done if self.valid is not None else True
        logs["train"] = put(logs["train"], shown, epoch, once)
        if self.watching:
            # `halted` begins as false in each call. Only the call in which the training ends
            # (`done`) may write it down; a later one, within the validation, would overwrite it.
            at = jnp.where(passed.halted, position[STEP], 0)
            logs["halted"] = put(logs["halted"], at, epoch, done)
        if self.valid is not None:
            position = trained(position, over)
        last = (passed.last, c.last[1])
        c = c._replace(state=passed.state, last=last, rules=rules, logs=logs, position=position)
        return c, over

    def validation(self, consts: list[Any], feed: Feed, c: Carry, over: Any) -> tuple[Carry, Any]:
        """Run test steps, if the epoch has any; say whether the epoch is complete."""
        if self.valid is None or feed.valid is None:
            return c, over
        rows = feed.valid

        def wanted(position: Any) -> Any:
            return entry(feed.validate, position[EPOCH]) & (position[TRAINED] > 0)

        def goal(position: Any) -> Goal:
            return Goal(
                0, *(jnp.where(wanted(position), n[0], 0) for n in (rows.full, rows.partial))
            )

        # Keras's evaluation gathers in the metrics of the training. They can be reset: what the
        # training made of them is in the logs by now.
        begins = wanted(c.position) & (c.position[VALID_STEP] == 0)
        state = c.state._replace(metrics=self.fresh(begins, c.state.metrics))
        passed = Passed(c.position, c.last[1], state, jnp.bool_(False))
        passed, validated = sweep(self.valid, consts[1], rows, goal, passed, feed.steps, [])
        shown = self.valid.logs(passed.state.metrics, passed.last)
        logs, finished = dict(c.logs), validated & wanted(c.position)
        logs["valid"] = put(logs["valid"], shown, c.position[EPOCH], finished)
        last = (c.last[0], passed.last)
        c = c._replace(state=passed.state, last=last, logs=logs, position=passed.position)
        return c, over & validated

    def end(self, feed: Feed, c: Carry, complete: Any) -> Carry:
        """Let the rules look at the epoch's logs, and go on to the next epoch."""
        epoch = c.position[EPOCH]
        state, owns, outputs, logs = c.state, [], [], row(c.logs, epoch)
        stop = entry(c.logs["halted"], epoch) > 0 if self.watching else jnp.bool_(False)
        for rule, own in zip(self.rules, c.rules):
            state, own, stops, out = rule.end(state, own, feed.first + epoch, logs, complete)
            owns.append(own)
            outputs.append(out)
            stop = stop | stops
        kept = dict(c.logs)
        if "outputs" in kept:
            kept["outputs"] = put(kept["outputs"], outputs, epoch, complete)
        position = epoch_over(c.position, complete)
        return c._replace(
            state=state, rules=owns, logs=kept, position=position, stop=stop & complete
        )


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """`jnp.where` over pytrees."""
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b), yes, no)


def put(buffers: Any, values: Any, epoch: Any, condition: Any) -> Any:
    """Write an epoch's values into buffers of shape `(epochs, ...)`, if the condition holds."""

    def one(buffer: Any, value: Any) -> Any:
        value = jnp.asarray(value, buffer.dtype)
        if condition is not True:
            value = jnp.where(condition, value, entry(buffer, epoch))
        return lax.dynamic_update_index_in_dim(
            buffer, value, epoch, 0, allow_negative_indices=False
        )

    return jax.tree.map(one, buffers, values)


def entry(values: Any, epoch: Any) -> Any:
    """An epoch's entry of an array of shape `(epochs, ...)`; an epoch is never negative."""
    return lax.dynamic_index_in_dim(values, epoch, 0, keepdims=False, allow_negative_indices=False)


def row(logs: dict[str, Any], epoch: Any) -> dict[str, Any]:
    """An epoch's logs under the names that callbacks see; only scalars can be monitored."""

    def scalars(logs: dict[str, Any], prefix: str) -> dict[str, Any]:
        kept = {k: v for k, v in logs.items() if getattr(v, "ndim", 0) == 1}
        return {f"{prefix}{k}": entry(v, epoch) for k, v in kept.items()}

    train, valid = scalars(logs["train"], ""), scalars(logs.get("valid", {}), "val_")
    return train | valid


def buffers(phase: Phase, metrics: list[Any], epochs: int) -> Any:
    """Empty buffers for a phase's logs, by the shapes of the metrics."""
    # NumPy fills them: JAX would compile a program for each new shape of zeros (design note 5).
    out = jax.eval_shape(lambda held: phase.logs(held, ()), metrics)
    return jax.tree.map(lambda v: np.zeros((epochs, *v.shape), v.dtype), out)


def blank_logs(
    train: Phase, valid: Phase | None, rules: list[Any], state: State, epochs: int
) -> dict[str, Any]:
    """Empty buffers for all that a run writes down of so many epochs."""
    logs = {"train": buffers(train, state.metrics, epochs)}
    if valid is not None:
        logs["valid"] = buffers(valid, state.metrics, epochs)
    if any(rule.steps for rule in rules):
        logs["halted"] = np.zeros(epochs, np.int32)
    outputs = [rule.outputs(state) for rule in rules]
    if jax.tree.leaves(outputs):
        logs["outputs"] = jax.tree.map(lambda v: np.zeros((epochs, *v.shape), v.dtype), outputs)
    return logs


def needed(phase: Phase | None, metrics: list[Any]) -> Any:
    """The shapes of what a step logs, if the epoch's logs depend on it; `()` if metrics suffice."""
    if phase is None:
        return ()
    # Where a model's own step gives logs of other names than its metrics, Keras takes those of the
    # last step for the epoch's. Everywhere else XLA is spared to compute them.
    closed = jax.make_jaxpr(phase.results)(metrics, phase.out)
    last = closed.jaxpr.invars[len(jax.tree.leaves(metrics)) :]
    read = [v for equation in closed.jaxpr.eqns for v in equation.invars] + closed.jaxpr.outvars
    return phase.out if any(v is used for v in last for used in read) else ()
