"""Run a fit whose every epoch is in the program: feed it, and show what it did."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

import jax
import numpy as np

from onefit.findings import Finding
from onefit.training.callbacks.rule import Rule
from onefit.training.core.position import EPOCH, SPENT, STEP, TRAINED
from onefit.training.core.run import Carry, Feed
from onefit.training.core.state import State, divided, joined
from onefit.training.data.ordered_tables import OrderedTable
from onefit.training.data.tables import Table
from onefit.training.host.interrupts import Interrupts
from onefit.training.plan.inputs import Inputs
from onefit.training.plan.plan import PROGRAM
from onefit.training.programs import assembly
from onefit.training.programs.compilation import Program
from onefit.training.programs.donation import taken
from onefit.training.running.border import Border, under_way
from onefit.training.running.calls import calls
from onefit.training.running.divergence import diverged, finite, first_lost, loss_places, losses_of
from onefit.training.running.epoch_ends import EpochEnds
from onefit.training.running.feeds import ended, padded
from onefit.training.running.snapshots import (
    Place,
    finding_of,
    go_back,
    held,
    packed_finding,
    place_now,
    put,
)

if TYPE_CHECKING:
    from onefit.training.checkpoints.checkpoint import Checkpoint


class WholeRun:
    """The run of a fit in its program.

    Args:
        inputs: What is trained.
        program: The compiled program.
        rules: The callbacks that are part of it, in the user's order.
        length: Epochs in one call, at most.
        compile_seconds: What compiling the program for this fit took.
    """

    def __init__(
        self,
        inputs: Inputs,
        program: Program,
        rules: list[Rule],
        length: int,
        compile_seconds: float = 0.0,
    ) -> None:
        """Nothing has run yet."""
        self.inputs, self.model, self.program = inputs, inputs.model, program
        self.rules, self.length = rules, length
        self.table = cast(Table, inputs.table)
        self.epoch, self.stopped = inputs.first, False
        self.own: Any = []
        self.carry: Carry  # at the last border
        self.compile_seconds, self.run_seconds = compile_seconds, 0.0
        self.ends = EpochEnds(inputs, self.table, rules)
        self.diverged: Finding | None = None
        self.checkpoint: Checkpoint | None = None
        self.last: Callable[[], dict[str, Any]] | None = None  # the last border's snapshot

    @property
    def logs(self) -> dict[str, Any]:
        """The logs of the last epoch that was told of."""
        return self.ends.logs

    def run(self) -> None:
        """Run chunk after chunk until the last epoch, or until something ends it."""
        with under_way(self.model) as border, border.passing(), Interrupts() as interrupts:
            place = self.begin(border)
            try:
                while place or (self.epoch < self.inputs.last and not self.stopped):
                    self.chunk(border, interrupts, place)
                    place = None
                if self.checkpoint is not None and self.last is not None:
                    self.checkpoint.finish(PROGRAM, self.last)
            finally:
                for rule, left in zip(self.rules, jax.tree.map(np.asarray, self.own)):
                    rule.finish(left, self.epoch)

    def begin(self, border: Border) -> Place | None:
        """Go to the first epoch, or to where a checkpoint was written, a place within a feed."""
        state = border.state()
        self.start = self.place(state)
        self.own = [rule.start(state) for rule in self.rules]
        self.carry = assembly.first_carry(state, self.program.shapes, self.own)
        if self.checkpoint is None:
            return None
        self.carry, place = self.resumed(self.checkpoint, self.carry)
        border.write(self.carry.state)
        return place

    def chunk(self, border: Border, interrupts: Interrupts, place: Place | None = None) -> None:
        """Run the next epochs, as many as one feed holds.

        Args:
            border: The model.
            interrupts: Signals that are held back.
            place: Where the feed begins, if the carry is in the middle of it. Defaults to `None`:
                the feed begins where the run is.
        """
        shown = 0
        if place is None:
            place = self.place(self.carry.state)
            # A feed counts its epochs and its steps from 0.
            at_first = np.zeros(self.carry.position.shape, np.int32)
            self.carry = self.carry._replace(position=at_first, stop=np.bool_(False))
        else:
            self.epoch, shown = place.epoch, int(self.carry.position[EPOCH])
        feed, validated = self.feed(place)
        self.epoch += shown
        count, begun, steps = len(validated), 1, 0  # Keras draws an epoch's rows at its begin
        began = time.perf_counter()

        def call(carry: Carry, steps: int) -> Carry:
            # Nothing is known of how long the first call of a new program takes: the number of its
            # epoch is printed before it.
            if self.ends.progress.logger is not None and shown == 0 and not self.program.pace:
                self.ends.open(self.epoch)
            return self.call(feed._replace(steps=np.int32(steps)), carry, border)

        try:
            for reached in calls(self.program, self.carry, call):
                before, carry, at, _ = reached
                self.carry = carry
                finished = int(at[EPOCH])
                begun = finished + bool(at[STEP])
                over = finished == count or bool(carry.stop)
                if self.diverged is None and self.is_lost(carry, shown):
                    self.diverged = self.first_lost(feed, before, at)
                if finished > shown:
                    took, places = time.perf_counter() - began, (shown, finished)
                    self.ends.tell(self.epoch, carry, places, validated, took)
                    self.epoch += finished - shown
                    shown, began = finished, time.perf_counter()
                if not over:
                    self.ends.move_bar(self.epoch, carry)
                interrupts.check()
                if self.model.stop_training and not over:
                    feed, count, steps = ended(feed, at, self.table.executed)
                    self.last = None
                    over = finished == count
                elif self.checkpoint is not None and not self.model.stop_training:
                    self.last = partial(self.snapshot, place, carry, over)
                    if self.checkpoint.due:
                        self.checkpoint.write(PROGRAM, self.last)
                if over:
                    break
                # A state of a border that is past would take up memory during the next call.
                del before, carry, reached
        finally:
            # Also after an error: the rows of many epochs were drawn ahead, and Keras draws those
            # of an epoch when it begins.
            self.table.undraw(begun, steps)
        if self.carry.stop:
            self.model.stop_training = True
        self.stopped = bool(self.model.stop_training)

    def reasons(self) -> list[str]:
        """Why the run cannot go on exactly where it was interrupted, if it cannot."""
        drawn = isinstance(self.table, OrderedTable) and self.table.follows
        return ["a dataset draws the order of its elements"] if drawn else []

    def place(self, state: State) -> Place:
        """Where the next feed begins."""
        rates = [cast(int, rule.place) for rule in self.rules if rule.rates_dtype is not None]
        rate = float(state.optimizer[rates[-1]]) if rates else 0.0
        if self.checkpoint is None:
            return Place(self.epoch, rate)
        return place_now(self.epoch, self.table, rate)

    def snapshot(self, place: Place, carry: Carry, over: bool) -> dict[str, Any]:
        """What the run goes on from, at a border; whether the feed is over there."""
        return {
            "epoch": self.epoch,
            "ended": over and (bool(carry.stop) or self.epoch >= self.inputs.last),
            "start": tuple(self.start),
            "place": tuple(place),
            "carry": held(carry, self.program.donated),
            "histories": [(one.epoch, one.history) for one in self.ends.histories],
            "logs": self.ends.logs,
            "diverged": packed_finding(self.diverged),
        }

    def resumed(self, checkpoint: Checkpoint, carry: Carry) -> tuple[Carry, Place | None]:
        """Where a snapshot was taken, if there is any; all but the model is as it was there."""
        saved = checkpoint.saved(PROGRAM)
        if saved is None:
            return carry, None
        try:
            carry = put(saved["carry"], carry)
        except ValueError as error:
            checkpoint.fail(error)
            return carry, None
        self.start, place = Place(*saved["start"]), Place(*saved["place"])
        go_back(self.table, self.start, place)
        for one, (epochs, logged) in zip(self.ends.histories, saved["histories"]):
            one.epoch, one.history = epochs, logged
        self.ends.logs, self.own = saved["logs"], carry.rules
        self.diverged = finding_of(saved["diverged"])
        return carry, place

    def call(self, feed: Feed, carry: Carry, border: Border) -> Carry:
        """Call the program once, and put the model in step when it has come back."""
        start = time.perf_counter()
        with border.lending(self.program.donated):
            carry = self.after(feed, carry)
            np.asarray(carry.position)  # waits for the program
            border.write(carry.state)
            self.own = carry.rules
        self.run_seconds += time.perf_counter() - start
        return carry

    @cached_property
    def losses(self) -> list[int]:
        """Where the running loss stands among the metrics."""
        return loss_places(self.model)

    def after(self, feed: Feed, carry: Carry) -> Carry:
        """Where the program comes to from here."""
        kept = cast(State, self.program.kept)
        held, changed = divided(carry.state, kept)
        given = carry._replace(state=taken(changed, self.program.donated))
        reached: Carry = self.program.call(self.program.consts, feed, held, given)
        return reached._replace(state=joined(held, reached.state, kept))

    def is_lost(self, carry: Carry, first: int) -> bool:
        """Whether the loss is no finite number, in an epoch of this feed from `first` on."""
        at, logs = np.asarray(carry.position), carry.logs["train"]
        losses = np.asarray(logs["loss"]) if isinstance(logs, dict) and "loss" in logs else None
        if losses is not None and not np.isfinite(losses[first : at[EPOCH] + at[TRAINED]]).all():
            return True
        within = at[STEP] and not at[TRAINED]
        return bool(within and not finite(losses_of(carry.state, self.losses)))

    def first_lost(self, feed: Feed, before: Carry, at: np.ndarray) -> Finding | None:
        """The step at which the loss was lost, in the call that began with `before`.

        It is not known of a call that took over the memory of its state, or that calls Python.
        """
        if not self.losses or self.program.calls_python or self.program.donated:
            return None
        first, bare = int(np.asarray(before.position)[EPOCH]), np.zeros_like(feed.train.partial)

        def run(carry: Carry, steps: int, leftover: bool) -> Carry:
            train = feed.train if leftover else feed.train._replace(partial=bare)
            return self.after(feed._replace(train=train, steps=np.int32(steps)), carry)

        found = first_lost(before, int(at[SPENT]), run, lambda carry: self.is_lost(carry, first))
        if found is None:
            return None
        step = int(found[STEP])
        return diverged(int(feed.first) + int(found[EPOCH]), (step, step))

    def feed(self, place: Place) -> tuple[Feed, list[bool]]:
        """What the next epochs read; also which of them validate."""
        length, tested = self.length, self.inputs.valid_table
        count, rates = min(length, self.inputs.last - self.epoch), None
        for rule in self.rules:
            if rule.rates_dtype is not None:
                asked = self.ask(rule, place.rate, count)
                count, rates = len(asked), padded(asked, rule.rates_dtype, length)
        validated = [False] * count
        if self.inputs.valid is not None:
            validated = list(map(self.inputs.validates, range(self.epoch, self.epoch + count)))
        train = self.table.draw(count, length)
        feed = Feed(
            train=train,
            valid=tested.first() if tested is not None else None,
            validate=padded(validated, np.bool_, length),
            rates=rates,
            first=np.int32(self.epoch),
            epochs=np.int32(count),
            steps=np.int32(0),
        )
        return feed, validated

    def ask(self, rule: Rule, rate: float, count: int) -> list[float]:
        """The schedule's rates; where it raises, the metrics are reset before, as in Keras."""
        try:
            return rule.rates(self.epoch, count, rate)
        except Exception:
            self.model.reset_metrics()
            raise
