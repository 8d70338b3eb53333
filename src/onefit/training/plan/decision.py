"""Decide how a prepared fit runs: from its data, its callbacks and its traced steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax
from keras import callbacks as keras_callbacks

from onefit.findings import Finding
from onefit.training.callbacks.hooks import (
    EPOCH_HOOKS,
    TEST_HOOKS,
    is_plain,
    is_watcher,
    overridden,
)
from onefit.training.callbacks.registry import rule_for
from onefit.training.callbacks.rule import Rule
from onefit.training.core.phase import Phase
from onefit.training.core.rows import Sizes
from onefit.training.core.shapes import frozen, size_of
from onefit.training.data.arguments import (
    Work,
    epochs_of,
    is_validated,
    prepare_callbacks,
    prepare_validation,
    should_validate,
)
from onefit.training.data.batches import check_steps
from onefit.training.data.tables import Table
from onefit.training.host import switches
from onefit.training.host.faults import is_ours
from onefit.training.host.interrupts import raised_by_handler
from onefit.training.host.variables import read, variables
from onefit.training.plan.costs import chunk_length
from onefit.training.plan.plan import EPOCHS, PROGRAM, STEPS, Plan, describe, in_words
from onefit.training.programs import assembly
from onefit.training.programs.assembly import feed_shapes
from onefit.training.programs.compilation import Program
from onefit.training.programs.donation import donates
from onefit.training.programs.hidden_state import HiddenState
from onefit.training.programs.metrics import between_of, traced_between
from onefit.training.programs.store import changing, functions_of, program
from onefit.training.rewrite.convolutions import loses_in_loop

SHORT = 0.5  # seconds of calls for steps, about what it takes to compile a program for all of them


@dataclass
class Decided:
    """A decision, with what was made on the way to it.

    Args:
        work: The fit.
        way: `PROGRAM`, `EPOCHS` or `STEPS`.
        findings: Why it is `STEPS`.
        rules: The callbacks that are part of the program.
        program: The program of a `PROGRAM`.
        new: Whether it was compiled now.
        length: How many epochs one call of it may run.
        why: Why it is `EPOCHS`, if not because of data or callbacks.
        error: What was raised while the program was put together.
        start: The structure and shapes of the model's variables.
        key: What the program depends on beside the model.
    """

    work: Work
    way: str
    findings: list[Finding] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    program: Program | None = None
    new: bool = False
    length: int = 1
    why: str = ""
    error: Exception | None = None
    start: Any = None
    key: tuple[Any, ...] = ()

    def plan(self) -> Plan:
        """Write the decision down."""
        work = self.work
        state = read(work.model)
        tables = [t for t in (work.table, work.valid_table) if t is not None]
        listed = work.callbacks.callbacks if work.callbacks is not None else []
        changing = (state.trainable, state.optimizer, state.metrics)
        donated = self.program.donated if self.program is not None else donates(changing)
        return Plan(
            verb="fit",
            way=self.way,
            model=describe(work.model),
            weights=sum(int(v.size) for v in jax.tree.leaves(state)),
            epochs=(work.first, work.last),
            train=work.table.sizes if work.table is not None else None,
            valid=work.valid_table.sizes if work.valid_table is not None else None,
            callbacks=tuple((type(c).__name__, self.place(c)) for c in listed),
            chunk=self.length,
            memory=sum(size_of(t.arrays()) for t in tables) + (2 - donated) * size_of(state),
            donated=donated,
            findings=tuple(self.findings),
            why=self.why,
            arrays=in_words(work.table.arrays()) if work.table is not None else (),
            key=self.key,
        )

    def place(self, callback: Any) -> str:
        """Where a callback runs, in words."""
        if is_plain(callback, keras_callbacks.ProgbarLogger):
            return "shown a few times a second"
        if is_shown(callback) or any(rule.callback is callback for rule in self.rules):
            return "in the program"
        hooks = overridden(callback, EPOCH_HOOKS + TEST_HOOKS)
        return f"on the host, {', '.join(hooks)}" if hooks else "on the host, before and after"


def decide(work: Work, *, only: bool = False) -> Decided:
    """Choose the way of a prepared fit.

    What cannot be put together is stock Keras's: a mistake in the validation data, say, is an error
    after the first epoch then, with all that has been trained and drawn by that time. In strict
    mode the error is raised here, and so is one of our own, for the fence around the call.

    Args:
        work: The fit.
        only: Decide and compile nothing: there is no program then that was not there before.
    """
    prepare_callbacks(work)  # what they raise, they raise in Keras's fit at this place
    try:
        return choose(work, only)
    except Exception as error:
        if switches.CURRENT.strict or is_ours(error):
            raise
        lines = f"{type(error).__name__}: {error}".splitlines()
        found = Finding("OF115", where=type(work.model).__name__, evidence=lines[0])
        return Decided(work, STEPS, [found])


def choose(work: Work, only: bool) -> Decided:
    """The way of a fit whose parts are put together without an error."""
    model, table = work.model, work.table
    found = data_findings(work)
    if found:
        return Decided(work, STEPS, found)
    if work.valid is not None and not is_validated(work):
        work.valid = None  # Keras never looks at it
    if work.valid is not None and table is not None:
        prepare_validation(work)
        if work.valid_table is None and hasattr(work.valid.data_adapter, "_inputs"):
            return Decided(work, STEPS, [Finding("OF108", where="validation_data")])
        if work.valid_table is not None and work.valid_table.sizes.empty:
            return Decided(work, STEPS, [Finding("OF112", where="validation_data")])
    if table is not None:  # a stream's own loop raises, when it begins
        check_steps(work.given["steps_per_epoch"])
    listed = [c for c in work.callbacks.callbacks if not is_shown(c)]
    rules = [rule_for(c, model) for c in listed]
    if not epochs_of(work):
        return Decided(work, EPOCHS, why="there is no epoch to train")
    between = between_of(model)
    if not between.traceable:
        why = f"reset or result of a metric runs Python: {', '.join(between.reaching)}"
        return Decided(work, EPOCHS, why=why)
    if (
        table is None
        or (work.valid is not None and work.valid_table is None)
        or any(rule is None and needs_host(c) for c, rule in zip(listed, rules))
        or sum(rule.sets_rate for rule in rules if rule) > 1
    ):
        return Decided(work, EPOCHS)
    chosen = [rule(c, model) for c, rule in zip(listed, rules) if rule]
    return decide_program(work, table, chosen, only)


def decide_program(work: Work, table: Table, rules: list[Rule], only: bool = False) -> Decided:
    """Find or compile the program, and see whether it serves this fit."""
    model, valid = work.model, work.valid_table
    owner = functions_of(model, "train", *(["test"] if valid is not None else []))
    length, start = chunk_length(table.sizes.rows), frozen(variables(model))
    feed = feed_shapes(table, valid, rules, length)
    monitored = {rule.monitor for rule in rules if rule.monitor is not None}
    looked_at = range(work.first, work.last) if monitored else ()
    always = valid is not None and all(should_validate(work, epoch) for epoch in looked_at)
    key = (
        "run",
        table.sizes,
        valid and valid.sizes,
        frozen(feed),
        start,
        tuple(rule.key() for rule in rules),
        between_of(model).key(),
        always,
    )

    if changing(model, owner, key) and seconds_of_calls(work, table) <= SHORT:
        work.by_step = True
        why = "short, and of new sizes after others: compiling a program would take longer"
        return Decided(work, EPOCHS, why=why)

    def make() -> Program:
        train = assembly.train_phase(model, feed.train.arrays, table.sizes)
        test = None
        if valid is not None and feed.valid is not None:
            test = validation_phase(model, feed.valid.arrays, valid.sizes)
        check_loop(model, train, test)
        check_metrics(model, train, test)
        if not monitored <= assembly.log_names(model, train, test if always else None):
            raise Elsewhere(EPOCHS)  # a callback that misses its value warns, on the host
        if only:
            raise Elsewhere(PROGRAM)
        return assembly.run_program(model, train, test, rules, feed)

    try:
        made, new = program(model, owner, key, make)
    except Elsewhere as known:
        if known.way == PROGRAM:  # it would be compiled now
            return Decided(work, PROGRAM, [], rules, length=length, key=key)
        return Decided(work, known.way, known.findings, why=known.why)
    except Exception as error:  # of the user's code, while it was traced
        if raised_by_handler(error) or is_ours(error):
            raise
        return Decided(work, STEPS, error=error)
    return Decided(work, PROGRAM, [], rules, made, new, length, start=start, key=key)


def seconds_of_calls(work: Work, table: Table) -> float:
    """Roughly, what it costs to call a program for each step, and Keras's callbacks between epochs.

    Measured: 40 us for a step's call and its batch, 1 ms for an epoch.
    """
    steps = table.sizes.full + bool(table.sizes.partial)
    return (work.last - work.first) * (1e-3 + 4e-5 * steps)


class Elsewhere(Exception):
    """Raised while a program is put together: the fit runs another way, and why."""

    def __init__(self, way: str, *findings: Finding, why: str = "") -> None:
        """Carry the way and the reasons."""
        super().__init__(way)
        self.way, self.findings, self.why = way, list(findings), why


def check_loop(model: Any, *phases: Phase | None) -> None:
    """See whether the steps can be, and should be, the body of a loop.

    Raises:
        Elsewhere: If not.
    """
    where = type(model).__name__
    for phase in phases:
        for step in (phase.full, phase.partial) if phase is not None else ():
            if step is None:
                continue
            if not step.closes:
                raise Elsewhere(STEPS, Finding("OF109", where=where))
            reason = loses_in_loop(step.jaxpr, jax.default_backend())
            if reason:
                raise Elsewhere(STEPS, Finding("OF110", where=where, evidence=reason))


def validation_phase(model: Any, arrays: Any, sizes: Sizes) -> Phase:
    """Trace the validation's steps, before the training; Keras does after the first epoch.

    Raises:
        Elsewhere: If that makes a difference.
    """
    try:
        return assembly.test_phase(model, arrays, sizes, alone=False)
    except HiddenState as hidden:
        raise Elsewhere(EPOCHS, why=f"{type(model).__name__}.test_step {hidden}") from hidden


def check_metrics(model: Any, *phases: Phase | None) -> None:
    """See whether what the metrics do between two passes is a function of their variables.

    Raises:
        Elsewhere: If not: Keras does it, epoch by epoch.
    """
    try:
        for phase in filter(None, phases):
            traced_between(model, phase)
    except Exception as error:  # whatever the user's own metric does not want to do in a trace
        why = f"reset or result of a metric is no function of its variables: {error}"
        raise Elsewhere(EPOCHS, why=why.splitlines()[0]) from error


def data_findings(work: Work) -> list[Finding]:
    """What in the data keeps a fit out of a program."""
    if work.table is None and hasattr(work.iterator.data_adapter, "_inputs"):
        return [Finding("OF108", where="x, y or sample_weight")]
    if work.table is not None and work.table.sizes.empty:
        return [Finding("OF112", where="x")]
    return []


def is_shown(callback: Any) -> bool:
    """History and the progress bar: they are shown epochs, and are neither rules nor calls."""
    return is_plain(callback, keras_callbacks.History) or is_plain(
        callback, keras_callbacks.ProgbarLogger
    )


def needs_host(callback: Any) -> bool:
    """Whether a callback without a rule has to be called between epochs."""
    return is_watcher(callback) or bool(overridden(callback, EPOCH_HOOKS + TEST_HOOKS))
