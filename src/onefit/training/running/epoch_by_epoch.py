"""Run a fit epoch by epoch: the steps in a program, Keras's callbacks on the host in between.

The loop is Keras's own `fit`, but for the loop over steps. The model is in step with the program
whenever a callback is called, so a callback that reads or sets weights, the learning rate or
`stop_training` sees and does what it would in Keras.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from keras import callbacks as keras_callbacks

from onefit.findings import Finding
from onefit.training.callbacks.hooks import is_strange, is_watcher
from onefit.training.callbacks.registry import watcher
from onefit.training.checkpoints.callback_states import reasons, set_states, states
from onefit.training.core.phase import Passed
from onefit.training.core.state import State
from onefit.training.data.arguments import validation_iterator
from onefit.training.data.batches import check_steps, last_counted
from onefit.training.data.ordered_tables import OrderedTable, steady_table_of
from onefit.training.host.faults import of_keras
from onefit.training.host.keras_private import array_data_adapter
from onefit.training.host.variables import read, write
from onefit.training.plan.inputs import Inputs
from onefit.training.plan.plan import EPOCHS
from onefit.training.programs import assembly
from onefit.training.programs.donation import donates
from onefit.training.running.divergence import diverged
from onefit.training.running.evaluation import evaluate_pass
from onefit.training.running.logs import of_pass, of_step
from onefit.training.running.snapshots import (
    Place,
    finding_of,
    go_back,
    held,
    packed_finding,
    place_now,
    put,
)
from onefit.training.running.stream_passes import StreamPass

if TYPE_CHECKING:
    from onefit.training.checkpoints.checkpoint import Checkpoint


class EpochRun:
    """The run of a fit between whose epochs Python has its say.

    Args:
        inputs: What is trained.
        each: Whether each step is a call of its own.
    """

    def __init__(self, inputs: Inputs, each: bool = False) -> None:
        """Nothing has run yet."""
        self.inputs, self.model, self.each = inputs, inputs.model, each
        self.callbacks, self.table = inputs.callbacks, inputs.table
        self.valid, self.valid_table = inputs.valid, inputs.valid_table
        listed = inputs.callbacks.callbacks
        self.logs: dict[str, Any] = {}
        self.before: State | None = None  # the state that the last epoch left
        watchers = [c for c in listed if is_watcher(c)]
        loggers = [c for c in listed if isinstance(c, keras_callbacks.ProgbarLogger)]
        self.logger = loggers[0] if loggers else None
        self.watchers = watchers
        self.strangers = any(map(is_strange, listed))
        rules = [watcher(c, self.model) for c in watchers]
        self.training = StreamPass(self.model, assembly.train_phase, rules, self.show)
        self.testing = StreamPass(self.model, assembly.test_phase, [])
        self.diverged: Finding | None = None
        self.checkpoint: Checkpoint | None = None

    @property
    def compile_seconds(self) -> float:
        """Seconds that compiling took."""
        return self.training.compile_seconds + self.testing.compile_seconds

    @property
    def run_seconds(self) -> float:
        """Seconds that the programs ran."""
        return self.training.run_seconds + self.testing.run_seconds

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why Keras's own step ran some batches."""
        return tuple(dict.fromkeys(self.training.findings + self.testing.findings))

    def run(self) -> None:
        """Keras's loop over epochs."""
        inputs, model = self.inputs, self.model
        first, ends = inputs.first, False
        if self.checkpoint is not None:
            first, ends = self.resume(self.checkpoint)
        epoch = first - 1
        for epoch in range(first, first if ends else inputs.last):
            if self.training.resumed is None:
                model.reset_metrics()
                self.callbacks.on_epoch_begin(epoch)
            # The callbacks have begun this epoch before the snapshot was taken. The bar is a new
            # one.
            elif self.logger is not None:
                self.logger.on_epoch_begin(epoch)
            if self.strangers:
                # Keras slices the user's arrays anew in each epoch, so what a callback writes to
                # them counts.
                for table in filter(None, (self.table, self.valid_table)):
                    table.renew()
            try:
                self.train(epoch)
            except Exception:
                self.synchronize()
                raise
            # Keras keeps it as `_jax_state`, and assigns it again where the next epoch ends before
            # its first step. Only a user's callback or a stream can bring that about.
            if self.strangers or self.table is None:
                self.before = read(model)
            logs = of_pass(model, self.training.last)
            if inputs.validates(epoch):
                logs.update({f"val_{name}": value for name, value in self.validate().items()})
                # Keras's `evaluate` leaves no `_jax_state` behind.
                self.before = None
            self.callbacks.on_epoch_end(epoch, logs)
            self.logs = logs
            if self.checkpoint is not None and self.checkpoint.due:
                self.checkpoint.write(EPOCHS, partial(self.snapshot, epoch + 1))
            if model.stop_training:
                break
        if self.checkpoint is not None:
            self.checkpoint.finish(EPOCHS, partial(self.snapshot, epoch + 1))

    def snapshot(self, epoch: int) -> dict[str, Any]:
        """What the run goes on from, before an epoch."""
        state = read(self.model)
        return {
            "epoch": epoch,
            "ended": bool(self.model.stop_training) or epoch >= self.inputs.last,
            "start": tuple(self.start),
            "place": tuple(place_now(epoch, self.table)),
            "state": held(state, donates(state)),
            "pass": None,
            "callbacks": states(self.callbacks.callbacks),
            "logs": self.logs,
            "stopped": bool(self.model.stop_training),
            "diverged": packed_finding(self.diverged),
        }

    def reasons(self) -> list[str]:
        """Why the run cannot go on exactly where it was interrupted, if it cannot."""
        found = reasons(self.callbacks.callbacks)
        if self.table is None or isinstance(self.table, OrderedTable):
            found.append("the data are a stream")
        elif self.table.follows and self.strangers:  # whose draws would be missing, see `go_back`
            found.append("epochs' rows follow on each other, and a callback may draw between")
        valid = self.valid if isinstance(self.valid, tuple) else ()
        if self.valid_table is None and not array_data_adapter.can_convert_arrays(valid):
            found.append("the validation data are a stream")
        return found

    def within(self, place: Place) -> None:
        """Let the pass that begins write borders within the epoch."""
        checkpoint = self.checkpoint

        def snapshot(passed: Passed, donated: bool) -> dict[str, Any]:
            within: dict[str, Any] = {"place": tuple(place), "ended": False, "state": None}
            within["pass"] = held(passed, donated)
            return self.snapshot(place.epoch) | within

        def reached(passed: Passed, donated: bool) -> None:
            if checkpoint is not None and checkpoint.due:
                checkpoint.write(EPOCHS, partial(snapshot, passed, donated))

        self.training.reached = reached

    def resume(self, checkpoint: Checkpoint) -> tuple[int, bool]:
        """Go to where a snapshot was taken, if there is any; the epoch, and whether it is all."""
        self.start = place_now(self.inputs.first, self.table)
        saved = checkpoint.saved(EPOCHS)
        if saved is None:
            return self.inputs.first, False
        self.start, place = Place(*saved["start"]), Place(*saved["place"])
        if saved["state"] is not None:
            write(self.model, put(saved["state"], read(self.model)))
        go_back(self.table, self.start, place)
        set_states(self.callbacks.callbacks, saved["callbacks"])
        self.training.resumed = saved["pass"]
        self.logs, self.diverged = saved["logs"], finding_of(saved["diverged"])
        self.model.stop_training = saved["stopped"]
        return place.epoch, saved["ended"]

    def train(self, epoch: int) -> None:
        """The steps of one epoch, or until `stop_training` is set; at least one execution."""
        table, executed = self.table, self.model.steps_per_execution
        self.training.steps = 0
        if self.model.train_function is None:  # a callback has compiled the model
            if table is None:
                next(iter(self.inputs.iterator), None)  # its stream begins all the same
            raise of_keras(TypeError("'NoneType' object is not callable"))
        if table is not None:
            if self.each:
                self.training.over_batches(table.batches(table.order(1, 1)), self.stop)
            else:
                if self.checkpoint is not None:
                    # Before the rows are drawn: from this place the same rows can be drawn again.
                    self.within(place_now(epoch, table))
                self.training.over_table(table, table.draw(1, 1), self.stop)
        else:
            self.training.over_stream(self.inputs.iterator)
            if not self.training.steps:
                self.without_batches()
        if self.diverged is None and self.training.lost is not None:
            self.diverged = diverged(epoch, self.training.lost)
        if self.training.halted:
            self.halt()
        if self.logger is not None:
            self.logger.seen = last_counted(self.training.steps, executed) + 1

    def without_batches(self) -> None:
        """A stream has ended before the first batch of an epoch: Keras keeps the epoch before it.

        That epoch's losses are told again. In the first epoch, and after a validation, Keras has no
        state to keep, and these are its errors.

        Raises:
            UnboundLocalError: In the first epoch.
            TypeError: After a validation.
        """
        if self.training.last is None:
            raise of_keras(
                UnboundLocalError(
                    "cannot access local variable 'logs' where it is not associated with a value"
                )
            )
        if self.before is None:
            raise of_keras(TypeError("'NoneType' object is not callable"))
        self.synchronize()

    def synchronize(self) -> None:
        """After an error, what Keras does with the state of the epoch before: it assigns it.

        To a model with a layer frozen since then it cannot be assigned, and that is the error that
        a user of Keras sees.
        """
        model = self.model
        if self.before is None or self.training.steps:
            return
        names = (f"{kind}_variables" for kind in State._fields)
        now, model._jax_state_synced = read(model), False
        model._jax_state = dict(zip(names, self.before))
        model._purge_model_variables(**dict.fromkeys(model._jax_state, True))
        try:
            model.jax_state_sync()
        except Exception:
            write(model, now)
            raise
        finally:
            model._jax_state = None

    def stop(self) -> bool:
        """Whether somebody has asked the training to end."""
        return bool(self.model.stop_training)

    def halt(self) -> None:
        """A watcher has halted the program: let the callback itself say and do the rest."""
        loss = float(self.training.last["loss"])
        last = last_counted(self.training.steps, self.model.steps_per_execution)
        for callback in self.watchers:
            callback.on_batch_end(last, {"loss": loss})

    def validate(self) -> dict[str, Any]:
        """Keras's evaluation at an epoch's end."""
        if isinstance(self.valid, tuple):  # a stream's; Keras makes its iterator now
            self.valid = validation_iterator(self.model, self.inputs.given, self.valid)
            self.valid_table = steady_table_of(self.valid)
            if self.valid_table is not None:
                check_steps(self.valid_table.steps)
        table, valid = self.valid_table, self.valid
        valid.reset()
        # What the training has left in the metrics, for a validation that ends before its first
        # step.
        metrics = self.model.metrics_variables
        trained, self.testing.steps = [variable._value for variable in metrics], 0
        self.testing.begun = False
        try:
            return evaluate_pass(
                self.model, valid, table, self.testing, self.callbacks, self.each, trained
            )
        except BaseException:
            begun = self.testing.begun or (table is None and valid._steps_seen > 0)
            if begun and not self.testing.steps:  # Keras assigns the state of the last step
                for variable, value in zip(metrics, trained):
                    variable._value = value
            raise

    def show(self, steps: int, last: Any) -> None:
        """Move Keras's bar in the middle of an epoch."""
        if self.logger is not None and self.logger.verbose == 1:
            self.logger.on_train_batch_end(steps - 1, of_step(last))
