"""Decide how a fit runs, from its inputs and its traced steps. XLA compiles nothing here.

The way is looked for from the outside in: what in the data, then what in the callbacks, then what
in the steps themselves keeps a fit from being one program. `decide` changes none of its inputs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jax

from onefit.findings import Finding
from onefit.training.callbacks.rule import Rule
from onefit.training.core.phase import Phase
from onefit.training.core.shapes import frozen, shapes
from onefit.training.core.state import divided
from onefit.training.data.batches import check_steps
from onefit.training.data.tables import Form
from onefit.training.host import fork
from onefit.training.host.faults import is_ours
from onefit.training.host.interrupts import Answered, raised_by_handler
from onefit.training.host.variables import read
from onefit.training.plan.costs import SHORT, chunk_length, seconds_of_calls
from onefit.training.plan.inputs import Inputs, mistake_of
from onefit.training.plan.own_steps import untraceable
from onefit.training.plan.places import place_of, rules_of
from onefit.training.plan.plan import EPOCHS, PROGRAM, STEPS, Plan, describe
from onefit.training.programs import assembly
from onefit.training.programs.donation import donates
from onefit.training.programs.hidden_state import HiddenState
from onefit.training.programs.metrics import between_of, traced_between
from onefit.training.programs.store import changing, known
from onefit.training.rewrite.convolutions import loses_in_loop

if TYPE_CHECKING:
    from keras import Model


def decide(inputs: Inputs) -> Plan:
    """The plan of a fit.

    What cannot be put together is stock Keras's: a mistake in the validation data, say, is an error
    after the first epoch then, with all that has been trained and drawn by that time. In strict
    mode the error is raised here, and so is one of our own, for the fence around the call.

    Args:
        inputs: What the user has given.
    """
    found = data_findings(inputs)
    if found:
        return step_by_step(inputs, *found)
    try:
        return way_of(inputs)
    except Exception as error:
        return step_by_step(inputs, mistake_of(inputs.model, error))


def way_of(inputs: Inputs) -> Plan:
    """The plan of a fit whose data a program could read."""
    model, table, tested = inputs.model, inputs.table, inputs.valid_table
    if table is not None:  # a stream's own loop raises, when it begins
        # Before the model's own steps are traced: Keras raises before it calls them.
        check_steps(inputs.given["steps_per_epoch"])
    if not inputs.epochs:
        return epoch_by_epoch(inputs, "there is no epoch to train")
    if found := untraceable(model, "fit", {"train": table, "test": tested}, inputs.valid):
        return step_by_step(inputs, *found)
    between = between_of(model)
    if not between.traceable:
        reaching = ", ".join(between.reaching)
        return epoch_by_epoch(inputs, f"reset or result of a metric runs Python: {reaching}")
    if table is None or (inputs.valid is not None and tested is None):
        return epoch_by_epoch(inputs)
    rules = rules_of(inputs.callbacks.callbacks, model)
    if rules is None:
        return epoch_by_epoch(inputs)
    for read_by_program in filter(None, (table, tested)):
        # What JAX does not take raises here, where `decide` can still leave the fit to stock Keras,
        # and not once a program is being built for it.
        read_by_program.arrays()  # they are put on the device
    plan = Plan(
        **about(inputs, rules),
        way=PROGRAM,
        train=table.form,
        valid=None if tested is None else tested.form,
        rules=tuple(rule.key() for rule in rules),
        validated=is_always_validated(inputs, rules),
        metrics=between.key(),
        chunk=chunk_length(table.sizes.rows),
    )
    return with_steps(inputs, plan, rules)


def with_steps(inputs: Inputs, plan: Plan, rules: list[Rule]) -> Plan:
    """The plan of one program, after a look at the steps that it would loop over."""
    model = inputs.model
    owner = assembly.owner_of(model, plan)
    # A second fit of the same plan is not traced at all: the program that is kept says what a trace
    # would say.
    made = known(model, owner, plan.key)
    if made is not None:
        return replace(plan, donated=True) if made.donated else plan
    steps = plan.table.sizes.full + bool(plan.table.sizes.partial)
    if changing(model, owner, plan.key) and seconds_of_calls(len(inputs.epochs), steps) <= SHORT:
        why = "short, and of new sizes after others: compiling a program would take longer"
        return epoch_by_epoch(inputs, why, each=True)
    fork.check("a program for new shapes")
    try:
        with Answered():
            train, valid = phases_of(model, plan)
            check_loop(model, train, valid)
            check_metrics(model, train, valid)
            check_monitored(model, train, valid if plan.validated else None, rules)
    except Elsewhere as other:
        if other.way == STEPS:
            return step_by_step(inputs, *other.findings)
        return epoch_by_epoch(inputs, other.why)
    except Exception as error:  # of the user's code, while it was traced
        # Ctrl-C or a time limit in the middle of a trace is no reason to run step by step; and a
        # fault of ours is for the fence around the call.
        if raised_by_handler(error) or is_ours(error):
            raise
        return replace(step_by_step(inputs), error=f"{type(error).__name__}: {error}")
    state = shapes(read(model))
    # What no step changes is not taken over, so its size does not count.
    kept = assembly.kept_by(state, train, valid, rules)
    return replace(plan, donated=donates(divided(state, kept)[1]))


def about(inputs: Inputs, rules: list[Rule]) -> dict[str, Any]:
    """What the plan of every fit says of its inputs."""
    listed = inputs.callbacks.callbacks if inputs.callbacks is not None else []
    return {
        "verb": "fit",
        "model": describe(inputs.model),
        "state": frozen(read(inputs.model)),
        "epochs": (inputs.first, inputs.last),
        "callbacks": tuple((type(c).__name__, place_of(c, rules)) for c in listed),
    }


def epoch_by_epoch(inputs: Inputs, why: str = "", each: bool = False) -> Plan:
    """The plan of a fit between whose epochs Python has its say."""
    table, tested = inputs.table, inputs.valid_table
    state = read(inputs.model)
    return Plan(
        **about(inputs, []),
        way=EPOCHS,
        train=None if table is None else table.form,
        valid=None if tested is None else tested.form,
        each=each,
        # A guess for the line about memory: nothing is traced yet, and each program decides for
        # itself by what its step changes.
        donated=donates((state.trainable, state.optimizer, state.metrics)),
        why=why,
    )


def step_by_step(inputs: Inputs, *found: Finding) -> Plan:
    """The plan of a fit that stock Keras runs."""
    table, tested = inputs.table, inputs.valid_table
    return Plan(
        **about(inputs, []),
        way=STEPS,
        train=None if table is None else Form(table.sizes),
        valid=None if tested is None else Form(tested.sizes),
        findings=found,
    )


def is_always_validated(inputs: Inputs, rules: list[Rule]) -> bool:
    """Whether there is a validation in every epoch in which a rule looks for its value."""
    monitors = any(rule.monitor is not None for rule in rules)
    # Without a rule that monitors, the answer is no part of what the program does; asking only
    # where it is keeps `validation_freq` out of the program's key.
    looked_at = inputs.epochs if monitors else ()
    return inputs.valid_table is not None and all(map(inputs.validates, looked_at))


class Elsewhere(Exception):
    """Raised where a program cannot be put together: the fit runs another way, and why."""

    def __init__(self, way: str, *findings: Finding, why: str = "") -> None:
        """Carry the way and the reasons."""
        super().__init__(way)
        self.way, self.findings, self.why = way, findings, why


def phases_of(model: Model, plan: Plan) -> tuple[Phase, Phase | None]:
    """Trace the steps; those of the validation before the training, Keras does after an epoch.

    Raises:
        Elsewhere: If that makes a difference.
    """
    try:
        return assembly.phases_of(model, plan)
    except HiddenState as hidden:
        raise Elsewhere(EPOCHS, why=f"{type(model).__name__}.test_step {hidden}") from hidden


def check_loop(model: Model, *phases: Phase | None) -> None:
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


def check_metrics(model: Model, *phases: Phase | None) -> None:
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


def check_monitored(model: Model, train: Phase, valid: Phase | None, rules: list[Rule]) -> None:
    """See whether what the rules monitor is there; a callback that misses its value warns.

    Raises:
        Elsewhere: If not.
    """
    monitored = {rule.monitor for rule in rules if rule.monitor is not None}
    if not monitored <= assembly.log_names(model, train, valid):
        raise Elsewhere(EPOCHS)


def data_findings(inputs: Inputs) -> tuple[Finding, ...]:
    """What in the data keeps a fit out of a program."""
    table, tested = inputs.table, inputs.valid_table
    if table is None:
        # Keras's adapter of arrays holds them as `_inputs`. Arrays that are no table are sparse,
        # ragged, masked or of no numbers; without them, it is a stream.
        sparse = hasattr(inputs.iterator.data_adapter, "_inputs")
        found = Finding("OF108", where="x, y or sample_weight") if sparse else inputs.mistake
    elif table.sizes.empty:
        found = Finding("OF112", where="x")
    elif inputs.mistake is not None or inputs.valid is None:
        found = inputs.mistake
    elif tested is None:
        sparse = hasattr(inputs.valid.data_adapter, "_inputs")
        found = Finding("OF108", where="validation_data") if sparse else None
    else:
        found = Finding("OF112", where="validation_data") if tested.sizes.empty else None
    return () if found is None else (found,)
