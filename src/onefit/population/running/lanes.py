"""Run members through a program: fill its slots, run a chunk, take out who has finished, refill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
from keras import Model

from onefit.population.layouts import axes, devices
from onefit.population.models.shuffles import draw, draw_onward
from onefit.population.running.job import Job, Outcome
from onefit.population.running.queue import Going, Queue
from onefit.training.callbacks.rule import Rule
from onefit.training.core.position import EPOCH, STEP, TRAINED, VALID_STEP
from onefit.training.core.rows import Rows
from onefit.training.core.run import Carry, Feed
from onefit.training.core.state import State
from onefit.training.host.variables import read, variables
from onefit.training.programs.compilation import Program
from onefit.training.running.calls import calls

BORDER_SECONDS = 0.5  # of a chunk after which a member may be kept on disk


class Lane:
    """Members that go through a program together, on one core or device.

    Args:
        job: What there is to do: the group's members, data and arguments.
        queue: Members that wait, shared with other lanes.
        note: Called with what a chunk has brought.
        border: Called with the members on their way after each chunk, which is short then.
            Defaults to `None`: nobody wants to know.
    """

    def __init__(
        self,
        job: Job,
        queue: Queue,
        note: Callable[..., None],
        border: Callable[[list[Going], Carry | None], None] | None = None,
    ) -> None:
        """Nothing has run yet."""
        self.job, self.queue, self.note, self.border = job, queue, note, border
        self.seconds = 0.0
        self.slots = job.plan.layout.slots
        self.program: Program = job.program(self.slots)
        self.start = devices.start(read(job.model), job.plan.layout.devices)

    def run(self) -> None:
        """Until no member is left, or the queue is closed: then members are put down on the way."""
        going: list[Going] = []
        carry: Carry | None = None
        while True:  # who is under way when the queue is closed goes on to the end of an epoch
            new = self.taken(going)
            going += new
            if not going:
                return
            if new and carry is not None:  # the others have gone on since they were packed
                self.unpacked(going[: -len(new)], carry)
            if new or carry is None:
                self.fit_slots(len(going))
                carry = self.packed(going)
            carry = self.chunk(going, carry)
            if carry is None:
                return
            going, changed = self.compacted(going, carry, all_of_them=self.queue.closed)
            carry = None if changed else carry
            if self.border is not None and not self.queue.closed:  # a chunk that was not cut
                self.border(going, carry)

    def taken(self, going: list[Going]) -> list[Going]:
        """Members for the empty slots, that are validated after the same epochs as the others."""
        in_step = self.job.group.in_step

        def joins(member: Going, taken: list[Going]) -> bool:
            epochs = {one.epoch for one in (*going, *taken)}
            return all(in_step(member.epoch, epoch) for epoch in epochs)

        return self.queue.take(self.slots - len(going), joins)

    def fit_slots(self, members: int) -> None:
        """Go over to a smaller program when the last members would leave most slots empty."""
        fitting = self.job.slots_for(members, self.slots, self.program)
        if fitting != self.slots:
            self.slots = fitting
            self.program = self.job.program(fitting)

    def packed(self, going: list[Going]) -> Carry:
        """The carry of these members, from the states that they hold."""
        axis, slots = self.job.axis, self.slots
        padded = going + [going[0]] * (slots - len(going))
        state = axes.pack([g.state for g in padded], axis)
        first = self.job.group.own_start
        if all(g.own is None for g in going):
            own = axes.same(first, slots, axis)
        else:
            own = axes.pack([first if g.own is None else g.own for g in padded], axis)
        last, logs = jax.tree.map(lambda s: np.zeros(s.shape, s.dtype), self.program.shapes)
        stop = np.zeros(() if axis == axes.ALONE else slots, np.bool_)
        # Empty slots hold the first member once more. They count as stopped, so no loop waits for
        # them.
        if axis != axes.ALONE:
            stop[len(going) :] = True
        return Carry(State(*state), last, own, logs, self.start, stop)

    def chunk(self, going: list[Going], carry: Carry) -> Carry | None:
        """Run the next epochs of all; `None` if they were ended in the middle of one.

        If the queue is closed on the way, the epoch that is under way is the last.
        """
        job = self.job
        # All members in the slots run the same number of epochs: as many as the one has left that
        # is nearest to its end.
        count = min(job.plan.chunk, *(job.last - g.epoch for g in going))
        if self.border is not None:
            count = min(count, self.epochs_in(BORDER_SECONDS))
        if self.queue.waiting:
            count = self.up_to_validation(going[0].epoch, count)
        feed = self.feed(going, count)
        consts = job.group.steps.consts.take(self.places(going), lambda c: axes.moved(c, job.axis))
        carry = carry._replace(position=self.start)

        def call(carry: Carry, steps: int) -> Carry:
            reached: Carry = self.program.call(consts, feed._replace(steps=np.int32(steps)), carry)
            return reached

        for reached in calls(self.program, carry, call):
            carry = reached.carry
            self.seconds += reached.seconds
            finished = np.atleast_2d(reached.at)[:, EPOCH]
            stopped = np.atleast_1d(np.asarray(carry.stop))
            ended = stopped.reshape(len(finished), -1).all(1)  # on each device
            if self.queue.closed:
                count = min(count, int(begun(np.atleast_2d(reached.at)[~ended]).max(initial=0)))
                feed = feed._replace(epochs=np.int32(count))
            if (ended | (finished >= count)).all():
                break
            if self.queue.hurried:
                return None
        self.harvest(going, carry, count, stopped)
        return carry

    def up_to_validation(self, epoch: int, count: int) -> int:
        """So many epochs that the last one ends with a validation, if one of them does.

        Members at their first epoch can join after it: where every n-th epoch is validated, those
        in the slots are validated after the same epochs from there on.
        """
        validated = self.job.group.validated[epoch : epoch + count]
        return max((k for k, one in enumerate(validated, start=1) if one), default=count)

    def epochs_in(self, seconds: float) -> int:
        """Roughly how many epochs take so long, at least one."""
        sizes = [part for part in self.job.group.sizes if part is not None]
        steps = sum(part.full + bool(part.partial) for part in sizes)
        return max(1, int(self.program.pace * seconds / steps))

    def places(self, going: list[Going]) -> np.ndarray:
        """The members in the slots; empty slots repeat the first."""
        places = [g.place for g in going]
        return np.asarray(places + [places[0]] * (self.slots - len(places)))

    def feed(self, going: list[Going], count: int) -> Feed:
        """What the next epochs read."""
        job, axis = self.job, self.job.axis
        padded = going + [going[0]] * (self.slots - len(going))
        firsts = np.asarray([g.epoch for g in padded], np.int32)
        validated = [job.validates(e) for e in range(going[0].epoch, going[0].epoch + count)]
        return Feed(
            train=self.training_rows(going, count),
            valid=self.validation_rows(padded),
            # What stands behind `count` is not read.
            validate=np.resize(np.asarray(validated, np.bool_), job.plan.chunk),
            rates=self.rates(padded, count),
            first=axes.moved(firsts, axis),
            epochs=np.int32(count),
            steps=np.int32(0),
        )

    def training_rows(self, going: list[Going], count: int) -> Rows:
        """The orders of the next epochs, as rows of the whole table."""
        job = self.job
        sizes, length = job.group.sizes[0], job.plan.chunk
        full = np.full(length, sizes.full, np.int32)
        partial = np.full(length, int(sizes.partial > 0), np.int32)
        arrays = job.arrays_of(self.places(going))
        if job.group.ordered:
            return Rows(arrays, None, full, partial)
        order = axes.zeros((length, sizes.rows), self.slots, job.axis)
        for own, member, drawn in zip(axes.first(order, job.axis), going, self.drawn(going, count)):
            rows = job.members[member.place].train
            own[:count] = drawn if rows is None else rows[drawn]
        return Rows(arrays, order, full, partial)

    def drawn(self, going: list[Going], count: int) -> np.ndarray:
        """The orders of the next epochs, as places among each member's own rows."""
        rows = self.job.group.sizes[0].rows
        if not self.job.group.given["shuffle"]:
            return np.broadcast_to(np.arange(rows), (len(going), count, rows))
        streams = [member.stream for member in going]
        if self.job.shuffles_go_on:
            return draw_onward(streams, rows, count)
        goes_on = any(member.epoch + count < self.job.last for member in going)
        return draw(streams, rows, count, goes_on)

    def validation_rows(self, padded: list[Going]) -> Rows | None:
        """What the members are validated on."""
        job = self.job
        sizes = job.group.sizes[1]
        if sizes is None:
            return None
        full = np.full(1, sizes.full, np.int32)
        partial = np.full(1, int(sizes.partial > 0), np.int32)
        if job.group.data.shared_validation:
            return Rows(job.valid_arrays, None, full, partial)
        own = [np.asarray(job.members[g.place].valid, np.int32) for g in padded]
        return Rows(job.valid_arrays, axes.moved(np.stack(own)[:, None], job.axis), full, partial)

    def rates(self, padded: list[Going], count: int) -> Any:
        """The rates of a schedule, each member's from its own learning rate."""
        job = self.job
        for rule in job.rules:
            if rule.rates_dtype is not None:
                table = np.zeros((self.slots, job.plan.chunk), rule.rates_dtype)
                for slot, member in enumerate(padded):
                    rate = job.rate_of(member)
                    asked = rule.rates(member.epoch, count, rate)
                    if len(asked) < count:  # the schedule raises: let it
                        rule.rates(member.epoch + len(asked), 1, asked[-1])
                    table[slot, :count] = asked
                    # With what the optimizer will hold the schedule is asked next: the rate in its
                    # dtype.
                    member.rate = float(np.asarray(asked[-1], rule.rates_dtype))
                return axes.moved(table, job.axis)
        return None

    def harvest(self, going: list[Going], carry: Carry, count: int, stopped: np.ndarray) -> None:
        """Write down the logs of the chunk, and who has finished."""
        axis = self.job.axis
        # The last rule is `Count`: a member that was stopped has fewer epochs than the chunk.
        ran = axes.first(carry.rules[-1], axis)
        logs = axes.first(carry.logs, axis)
        spans = []
        for slot, member in enumerate(going):
            epochs = int(ran[slot]) - member.epoch
            done = bool(stopped[slot]) or member.epoch + epochs >= self.job.last
            spans.append((member.place, slot, member.epoch, epochs, done))
            member.epoch += epochs
            member.stopped, member.halted = done, bool(stopped[slot])
        self.note(logs, spans)

    def compacted(
        self, going: list[Going], carry: Carry, all_of_them: bool = False
    ) -> tuple[list[Going], bool]:
        """Take out the finished, or all; say whether the slots have to be packed anew."""
        done = [slot for slot, member in enumerate(going) if member.stopped or all_of_them]
        if not done:
            return going, False
        state, own = self.unpacked(going, carry)
        for slot in done:
            member = going[slot]
            self.job.put_down(member, Outcome(state, own, slot, member.epoch, member.halted))
        return [member for slot, member in enumerate(going) if slot not in done], True

    def unpacked(self, going: list[Going], carry: Carry) -> tuple[Any, Any]:
        """Give members the states that they have come to; returns those of all slots."""
        axis = self.job.axis
        # Copies: the next call takes the carry's memory over.
        state = jax.tree.map(np.array, axes.first(carry.state, axis))
        own = jax.tree.map(np.array, axes.first(carry.rules, axis))
        for slot, member in enumerate(going):
            member.state = jax.tree.map(lambda a, s=slot: a[s], state)
            member.own = jax.tree.map(lambda a, s=slot: a[s], own)
        return state, own


def begun(positions: np.ndarray) -> np.ndarray:
    """How many epochs have begun at each of some positions, int of shape `(positions,)`.

    >>> begun(np.asarray([[3, 0, 0, 0, 9], [3, 1, 0, 0, 10]])).tolist()
    [3, 4]
    """
    within = positions[:, [STEP, VALID_STEP, TRAINED]].any(1)
    return np.asarray(positions[:, EPOCH] + within)


def averaged(model: Model, state: State) -> State:
    """A member's state with the optimizer's averages as its weights, if it keeps some.

    It is Keras's `finalize_variable_values`, which `fit` calls after the last epoch.
    """
    optimizer = model.optimizer
    parts = [optimizer, getattr(optimizer, "inner_optimizer", None)]
    parts += getattr(optimizer, "_inner_optimizers", [])
    if not any(getattr(part, "use_ema", False) for part in parts):
        return state
    held = variables(model)
    pairs = [pair for group, values in zip(held, state) for pair in zip(group, values)]
    with keras.StatelessScope(state_mapping=pairs) as scope:
        optimizer.finalize_variable_values(model.trainable_weights)
    found = [np.asarray(scope.get_current_value(variable)) for variable in held.trainable]
    return state._replace(trainable=found)


def restored(rules: list[Rule], state: State, own: Any) -> tuple[State, dict[str, Any]]:
    """A member's state after its last epoch: the best weights are back if a rule keeps them."""
    told: dict[str, Any] = {}
    for rule, left in zip(rules, own):
        state = rule.restored(state, left)
        told |= rule.summary(left)
    return state, told
