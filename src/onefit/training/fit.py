"""`fit`: prepare as Keras does, decide, then run the plan."""

from __future__ import annotations

from typing import Any

import jax
from keras import callbacks as keras_callbacks
from keras.src import optimizers as optimizers_module

from onefit.findings import Finding
from onefit.runs import journal
from onefit.training import build, options
from onefit.training.arguments import (
    Work,
    prepare,
    prepare_callbacks,
    prepare_validation,
    should_validate,
)
from onefit.training.by_epoch import EpochRun
from onefit.training.evaluate import describe
from onefit.training.in_program import WholeRun, chunk_length, feed_shapes
from onefit.training.plan import (
    EPOCHS,
    PROGRAM,
    STEPS,
    Plan,
    callback_findings,
    is_plain,
    model_findings,
    needs_host,
    overrides_evaluate,
    place,
    size_of,
)
from onefit.training.program import Program, program
from onefit.training.rewrite import loses_in_loop
from onefit.training.rules import Monitor, Rule, rule_for
from onefit.training.state import read
from onefit.training.steps import frozen, shapes
from onefit.training.stock import FIT


def fit(
    model: Any,
    x: Any = None,
    y: Any = None,
    batch_size: int | None = None,
    epochs: int = 1,
    verbose: str | int = "auto",
    callbacks: Any = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    shuffle: bool | str = True,
    class_weight: Any = None,
    sample_weight: Any = None,
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    validation_freq: Any = 1,
) -> Any:
    """Train a Keras model: `keras.Model.fit`, the whole of it one program.

    History, weights, optimizer, metric and seed-generator variables and the state of `np.random`
    come out as stock Keras on JAX gives them.

    Args:
        model: A compiled `keras.Model`.
        x: Inputs, in every form that Keras takes; arrays have shape `(rows, ...)`.
        y: Targets of shape `(rows, ...)`. Defaults to `None`.
        batch_size: Rows a batch. Defaults to `None`, which means 32.
        epochs: The epoch to train to. Defaults to `1`.
        verbose: `0`, `1`, `2` or `"auto"`, as in Keras. Defaults to `"auto"`.
        callbacks: Keras callbacks, a list or one. Defaults to `None`.
        validation_split: The share of the last rows to validate on. Defaults to `0.0`.
        validation_data: `(x, y)` or `(x, y, sample_weight)` or a dataset. Defaults to `None`.
        shuffle: Whether to draw a new order for each epoch, or `"batch"`. Defaults to `True`.
        class_weight: A dict from class to weight. Defaults to `None`.
        sample_weight: Weights of shape `(rows,)`. Defaults to `None`.
        initial_epoch: The epoch to begin with. Defaults to `0`.
        steps_per_epoch: Batches an epoch. Defaults to `None`: all.
        validation_steps: Batches a validation. Defaults to `None`: all.
        validation_batch_size: Defaults to `None`: `batch_size`.
        validation_freq: An int or a list of epochs, as in Keras. Defaults to `1`.

    Returns:
        The `keras.callbacks.History`.

    Raises:
        Whatever `keras.Model.fit` raises, before anything is trained; `FallbackError` in strict
        mode if the fit would run step by step.

    >>> import keras, numpy as np, onefit
    >>> x = np.arange(8.0).reshape(8, 1)
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(keras.optimizers.SGD(0.01), "mse")
    >>> history = onefit.fit(model, x, 2 * x, epochs=50, verbose=0)
    >>> len(history.history["loss"]), history.history["loss"][-1] < 0.1
    (50, True)
    """
    given = {
        "x": x, "y": y, "batch_size": batch_size, "epochs": epochs, "verbose": verbose,
        "callbacks": callbacks, "validation_split": validation_split,
        "validation_data": validation_data, "shuffle": shuffle, "class_weight": class_weight,
        "sample_weight": sample_weight, "initial_epoch": initial_epoch,
        "steps_per_epoch": steps_per_epoch, "validation_steps": validation_steps,
        "validation_batch_size": validation_batch_size, "validation_freq": validation_freq,
    }  # fmt: skip
    model._assert_compile_called("fit")
    found = before_data(model, given)
    if found:
        return step_by_step(model, given, found)
    work = prepare(model, given)
    decided = decide(work)
    if decided.plan.way == STEPS:
        return step_by_step(model, work.given, list(decided.plan.findings))
    options.announce(decided.plan)
    return run(work, decided)


def before_data(model: Any, given: dict[str, Any]) -> list[Finding]:
    """What keeps a fit out of a program, as far as it shows without touching the data."""
    found = model_findings(model, "fit") + callback_findings(given["callbacks"])
    validates = given["validation_data"] is not None or given["validation_split"]
    if validates and overrides_evaluate(model):
        found.append(Finding("OF107", where=f"{type(model).__name__}.evaluate"))
    return found


def step_by_step(model: Any, given: dict[str, Any], found: list[Finding]) -> Any:
    """Let stock Keras train, and say why."""
    options.announce(Plan("fit", STEPS, describe(model), findings=tuple(found)))
    history = FIT(model, **given)
    journal.note(
        "fit", in_program=False, compile_seconds=0.0, run_seconds=0.0, findings=tuple(found)
    )
    return history


class Decided:
    """A plan, and what was made on the way to it: the rules, and the phases if they were traced."""

    def __init__(self, plan: Plan, rules: list[Rule], built: Any = None) -> None:
        """Keep them."""
        self.plan, self.rules, self.built = plan, rules, built


def decide(work: Work) -> Decided:
    """Choose the way of a prepared fit, from its data, its callbacks and its traced steps."""
    model = work.model
    found = data_findings(work)
    if found:
        return Decided(plan_of(work, STEPS, [], found), [])
    if work.valid is not None and work.table is not None:
        prepare_validation(work)
    prepare_callbacks(work)
    if work.valid is not None:
        should_validate(work, work.first)  # a wrong validation_freq is an error before training
    listed = [c for c in work.callbacks.callbacks if not is_shown(c)]
    rules = [(c, rule_for(c, model)) for c in listed]
    inside = (
        work.table is not None
        and (work.valid is None or work.valid_table is not None)
        and not any(rule is None and needs_host(c) for c, rule in rules)
        and sum(rule.sets_rate for _, rule in rules if rule) <= 1
    )
    if not inside:
        return Decided(plan_of(work, EPOCHS, [], []), [])
    return decide_program(work, [rule(c, model) for c, rule in rules if rule])


def decide_program(work: Work, rules: list[Rule]) -> Decided:
    """Trace the steps if this program is new, and see whether they can be a loop's body."""
    model, table, valid = work.model, work.table, work.valid_table
    length = chunk_length(table.sizes.rows)
    feed = feed_shapes(work, rules, length)
    key = (
        "run",
        table.sizes,
        valid and valid.sizes,
        frozen(feed),
        frozen(shapes(read(model))),
        tuple(rule.key() for rule in rules),
    )
    monitored = {rule.monitor for rule in rules if isinstance(rule, Monitor)}
    always = all(should_validate(work, e) for e in range(work.first, work.last))

    def make() -> Program:
        train = build.train_phase(model, feed.train.arrays, table.sizes)
        test = None if valid is None else build.test_phase(model, feed.valid.arrays, valid.sizes)
        for step in build.faults(train, test):
            raise NotALoop(Finding("OF109", where=type(model).__name__))
        for phase in (train, test):
            for step in (phase.full, phase.partial) if phase is not None else ():
                reason = step is not None and loses_in_loop(step.jaxpr, jax.default_backend())
                if reason:
                    raise NotALoop(Finding("OF110", where=type(model).__name__, evidence=reason))
        return build.run_program(model, train, test, rules, feed)

    try:
        made, new = program(model, key, make)
    except NotALoop as known:
        return Decided(plan_of(work, STEPS, [], [known.finding]), [])
    names = build.log_names(made, always)
    if not monitored <= names:  # a callback that warns about a missing value warns on the host
        return Decided(plan_of(work, EPOCHS, [], []), [])
    return Decided(plan_of(work, PROGRAM, rules, [], length), rules, (made, new, length))


class NotALoop(Exception):
    """Raised while a program is put together: its step cannot be, or should not be, a loop's body."""

    def __init__(self, finding: Finding) -> None:
        """Carry the reason."""
        super().__init__(str(finding))
        self.finding = finding


def data_findings(work: Work) -> list[Finding]:
    """What in the data keeps a fit out of a program."""
    adapter = work.iterator.data_adapter
    if work.table is None and hasattr(adapter, "_inputs"):
        return [Finding("OF108", where="x, y or sample_weight")]
    if work.table is not None and not work.table.sizes.rows:
        return [Finding("OF112", where="x")]
    watchers = [
        c
        for c in given_callbacks(work)
        if callable(getattr(c, "on_batch_end", None)) and rule_watches(c, work.model)
    ]
    if work.table is None and watchers:
        return [Finding("OF111", where=type(watchers[0]).__name__)]
    return []


def given_callbacks(work: Work) -> list[Any]:
    """The callbacks that the user gave, as a flat list."""
    given = work.given["callbacks"]
    if isinstance(given, keras_callbacks.CallbackList):
        return list(given.callbacks)
    return list(jax.tree.leaves(given, is_leaf=lambda c: isinstance(c, keras_callbacks.Callback)))


def rule_watches(callback: Any, model: Any) -> bool:
    """Whether a callback looks at every step."""
    rule = rule_for(callback, model)
    return rule is not None and rule.watches


def is_shown(callback: Any) -> bool:
    """History and the progress bar: shown epochs, neither rules nor calls."""
    return is_plain(callback, keras_callbacks.History) or is_plain(
        callback, keras_callbacks.ProgbarLogger
    )


def plan_of(work: Work, way: str, rules: list[Rule], found: list[Finding], length: int = 1) -> Plan:
    """Write the decision down."""
    model, table, valid = work.model, work.table, work.valid_table
    state = read(model)
    ruled = {id(rule.callback) for rule in rules}
    listed = work.callbacks.callbacks if work.callbacks is not None else []
    data = sum(size_of(t.arrays()) for t in (table, valid) if t is not None)
    return Plan(
        verb="fit",
        way=way,
        model=describe(model),
        weights=sum(int(v.size) for v in jax.tree.leaves(state)),
        epochs=(work.first, work.last),
        train=table.sizes if table is not None else None,
        valid=valid.sizes if valid is not None else None,
        callbacks=tuple(
            (type(c).__name__, place(c, True if id(c) in ruled or is_shown(c) else None))
            for c in listed
        ),
        chunk=length,
        memory=data + 2 * size_of(state),
        findings=tuple(found),
    )


def run(work: Work, decided: Decided) -> Any:
    """Run a plan between Keras's `on_train_begin` and `on_train_end`."""
    model = work.model
    model.stop_training = False
    work.callbacks.on_train_begin()
    work.first = model._initial_epoch or work.first
    run: Any = None
    finished = False
    try:
        if decided.plan.way == PROGRAM and not model.stop_training:
            made, _, length = decided.built
            run = WholeRun(work, made, decided.rules, length)
        else:
            run = EpochRun(work)
        run.run()
        finished = True
    finally:
        if isinstance(model.optimizer, optimizers_module.Optimizer) and work.last > 0:
            model.optimizer.finalize_variable_values(model.trainable_weights)
        if finished:
            work.callbacks.on_train_end(logs=run.logs)
        model._jax_state = None
    journal.note(
        "fit", in_program=True, compile_seconds=compiled(run, decided), run_seconds=seconds(run)
    )
    return model.history


def compiled(run: Any, decided: Decided) -> float:
    """Seconds that XLA took for this fit."""
    if isinstance(run, WholeRun):
        return run.program.compile_seconds if decided.built[1] else 0.0
    return float(run.training.compile_seconds + run.testing.compile_seconds)


def seconds(run: Any) -> float:
    """Seconds that the program took for this fit."""
    if isinstance(run, WholeRun):
        return run.seconds
    return float(run.training.run_seconds + run.testing.run_seconds)
