"""Decide first: what one fit, evaluate or predict will do, and why.

There are three ways to run a fit:

- `PROGRAM`: every epoch is in the program, with validation, metrics and callbacks.
- `EPOCHS`: the steps of an epoch are in a program; Keras's callbacks are called between epochs.
- `STEPS`: stock Keras runs it, step by step. A finding says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax
from keras import callbacks as keras_callbacks
from keras.src import callbacks as callbacks_module
from keras.src.backend.config import is_nnx_enabled
from keras.src.distribution import distribution_lib

from onefit.findings import Finding, render
from onefit.training.batches import Sizes
from onefit.training.callbacks import (
    BATCH_HOOKS,
    EPOCH_HOOKS,
    TEST_HOOKS,
    is_plain,
    is_watcher,
    overridden,
)
from onefit.training.stock import EVALUATE, JAXTrainer

PROGRAM, EPOCHS, STEPS = "one program", "epoch by epoch", "step by step"


@dataclass(frozen=True)
class Plan:
    """What a run will do. It holds no arrays; two equal plans do the same.

    Args:
        verb: `"fit"`, `"evaluate"` or `"predict"`.
        way: `PROGRAM`, `EPOCHS` or `STEPS`.
        model: The model's class and name.
        weights: How many numbers the model has, optimizer and metrics included.
        epochs: First epoch and the one after the last.
        train: Sizes of the table that is trained on, or `None` for a stream.
        valid: Sizes of the table that is validated on, or `None`.
        callbacks: For each callback its class and its place.
        chunk: Epochs in one call of the program, at most.
        memory: Bytes needed: data, state and what the program works with.
        findings: Why something does not run in the program.
    """

    verb: str
    way: str
    model: str
    weights: int = 0
    epochs: tuple[int, int] = (0, 1)
    train: Sizes | None = None
    valid: Sizes | None = None
    callbacks: tuple[tuple[str, str], ...] = ()
    chunk: int = 1
    memory: int = 0
    findings: tuple[Finding, ...] = field(default=())

    def __str__(self) -> str:
        """The plan as text, a line for each thing decided."""
        lines = [f"{self.verb} {self.model}: {self.way}"]
        if self.weights:
            lines.append(f"  state       {self.weights:,} numbers")
        if self.verb == "fit":
            first, last = self.epochs
            lines.append(f"  epochs      {first} to {last}, up to {self.chunk} in a call")
        lines += [f"  {name:<11} {_sizes(sizes)}" for name, sizes in self._tables() if sizes]
        lines += [f"  callback    {name}: {place}" for name, place in self.callbacks]
        if self.memory:
            lines.append(f"  memory      {self.memory / 2**20:.1f} MiB")
        if self.findings:
            lines.append(render(self.findings))
        return "\n".join(lines)

    def _tables(self) -> tuple[tuple[str, Sizes | None], ...]:
        named = "train" if self.verb == "fit" else "rows"
        return ((named, self.train), ("validation", self.valid))


def _sizes(sizes: Sizes) -> str:
    text = f"{sizes.rows:,} rows in {sizes.full:,} batches of {sizes.batch}"
    return text + (f" and one of {sizes.partial}" if sizes.partial else "")


def model_findings(model: Any, verb: str) -> list[Finding]:
    """What in a model keeps it out of a program, seen without running or building it."""
    found = []
    if getattr(model, "run_eagerly", False):
        found.append(Finding("OF101", where=f"{model.name}.run_eagerly is True"))
    elif not model.jit_compile:
        names = [layer.name for layer in model._flatten_layers() if not layer.supports_jit]
        found.append(
            Finding("OF104", where=", ".join(names))
            if names
            else Finding("OF102", where=f"{model.name}.jit_compile is False")
        )
    if distribution_lib.distribution() is not None:
        found.append(Finding("OF105", where=type(distribution_lib.distribution()).__name__))
    if is_nnx_enabled():
        found.append(Finding("OF106", where="keras.config.enable_nnx"))
    own = [name for name in _LOOP[verb] if getattr(type(model), name) is not _keras(name)]
    if own:
        found.append(Finding("OF107", where=", ".join(f"{type(model).__name__}.{n}" for n in own)))
    return found


_LOOP = {
    "fit": ("make_train_function", "make_test_function", "jax_state_sync", "_symbolic_build"),
    "evaluate": ("make_test_function", "jax_state_sync", "_symbolic_build"),
    "predict": ("make_predict_function", "jax_state_sync"),
}


def _keras(name: str) -> Any:
    return getattr(JAXTrainer, name)


def overrides_evaluate(model: Any) -> bool:
    """Whether the model's class has an `evaluate` that is neither Keras's nor onefit's."""
    method = type(model).evaluate
    return method is not EVALUATE and getattr(method, "__onefit__", None) is None


def callback_findings(callbacks: Any) -> list[Finding]:
    """Which callbacks need to be called at every step."""
    if isinstance(callbacks, keras_callbacks.CallbackList):
        if type(callbacks) is not callbacks_module.CallbackList:
            return [Finding("OF103", where=type(callbacks).__name__, evidence="own CallbackList")]
        callbacks = callbacks.callbacks
    found = []
    for callback in flatten(callbacks):
        if is_plain(callback, keras_callbacks.ProgbarLogger) or is_watcher(callback):
            continue
        hooks = (
            overridden(callback, BATCH_HOOKS)
            if isinstance(callback, keras_callbacks.Callback)
            else ["no keras.callbacks.Callback"]
        )
        if hooks:
            found.append(Finding("OF103", where=type(callback).__name__, evidence=", ".join(hooks)))
    return found


def flatten(callbacks: Any) -> list[Any]:
    """The callbacks as Keras's CallbackList would flatten them."""
    return list(callbacks_module.callback_list.tree.flatten(callbacks)) if callbacks else []


def place(callback: Any, rule: Any) -> str:
    """Where a callback runs, in words."""
    if isinstance(callback, keras_callbacks.ProgbarLogger):
        return "shown a few times a second"
    if rule is not None:
        return "in the program"
    hooks = overridden(callback, EPOCH_HOOKS + TEST_HOOKS)
    return f"on the host, {', '.join(hooks)}" if hooks else "on the host, before and after"


def needs_host(callback: Any) -> bool:
    """Whether a callback without a rule has to be called between epochs."""
    return bool(overridden(callback, EPOCH_HOOKS + TEST_HOOKS))


def size_of(values: Any) -> int:
    """Bytes of a pytree of arrays."""
    return sum(getattr(leaf, "nbytes", 0) for leaf in jax.tree.leaves(values))
