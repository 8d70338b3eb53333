"""The plan: what one fit, evaluate or predict will do, decided before it runs, and why.

There are three ways to run a fit:

- `PROGRAM`: every epoch is in the program, with validation, metrics and callbacks.
- `EPOCHS`: the steps of an epoch are in a program; Keras's callbacks are called between epochs.
- `STEPS`: stock Keras runs it, step by step. A finding says why.

An evaluation or a prediction of few batches calls one program for each of them: `BATCHES`.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

from onefit.findings import Finding, render
from onefit.training.core.rows import Sizes
from onefit.training.core.shapes import Frozen
from onefit.training.data.tables import Form

if TYPE_CHECKING:
    from keras import Model

PROGRAM, EPOCHS, STEPS = "one program", "epoch by epoch", "step by step"
BATCHES = "batch by batch"


@dataclass(frozen=True)
class Plan:
    """What a call will do. It holds no arrays and no model; two equal plans are one program.

    Args:
        verb: `"fit"`, `"evaluate"`, `"predict"`, or `"fit_many"` of a member.
        way: `PROGRAM`, `EPOCHS`, `BATCHES` or `STEPS`.
        model: The model's class and name.
        state: Shapes and dtypes of the model's variables, optimizer and metrics included.
        epochs: First epoch and the one after the last.
        train: Sizes, shapes and order of the table that is trained on; `None` for a stream.
        valid: Those of the table that is validated on, or `None`.
        callbacks: For each callback its class and its place.
        rules: For each callback in the program its rule with its settings.
        validated: Whether there is a validation in every epoch that a rule looks at.
        metrics: Numbers of the metrics that are part of the program.
        chunk: Epochs in one call of the program, at most.
        each: Whether each step is a call of its own: nothing is compiled for a number of steps.
        filled: Whether the rows of a prediction that are left over are filled up to a power of two.
        donated: Whether the program takes over the memory of the model's state (a large one), or
            writes the new state beside the old one.
        findings: Why something does not run in the program.
        why: Why it runs this way, where neither callbacks nor findings tell.
        error: What was raised while the steps were traced: stock Keras comes to it as well.
    """

    verb: str
    way: str
    model: str
    state: Frozen | None = None
    epochs: tuple[Any, Any] = (0, 1)
    train: Form | None = None
    valid: Form | None = None
    callbacks: tuple[tuple[str, str], ...] = ()
    rules: tuple[Hashable, ...] = ()
    validated: bool = False
    metrics: tuple[Hashable, ...] = ()
    chunk: int = 1
    each: bool = False
    filled: bool = False
    donated: bool = False
    findings: tuple[Finding, ...] = ()
    why: str = ""
    error: str = ""

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What programs depend on, beside what the model was compiled with.

        That the last epoch is another one, or the words about it are, makes no other program. Two
        evaluations or predictions of one key call the same programs; those of a stream depend on
        the shapes of its batches, too, which come later.
        """
        if not self.trains:
            return (self.verb, self.way, self.train, self.state, self.filled)
        rows = (self.train, self.valid, self.chunk)
        return ("run", *rows, self.state, self.rules, self.metrics, self.validated)

    @property
    def trains(self) -> bool:
        """Whether it is a training: of one network, or of a member of a population."""
        return self.verb not in ("evaluate", "predict")

    @property
    def table(self) -> Form:
        """What of the table that is trained on a program knows.

        Raises:
            ValueError: If there is none: a stream has no program of a whole run.
        """
        if self.train is None:
            raise ValueError("Expected a plan with a table. Received one of a stream.")
        return self.train

    @property
    def weights(self) -> int:
        """How many numbers the model has, optimizer and metrics included."""
        return sum(math.prod(shape) for shape, _ in _forms(self.state))

    @property
    def memory(self) -> int:
        """Bytes needed: data, state, and the state that a training writes beside it."""
        data = sum(_bytes(form.arrays) for form in (self.train, self.valid) if form)
        beside = self.trains and not self.donated
        return data + (1 + beside) * _bytes(self.state)

    def __str__(self) -> str:
        """The plan as text, a line for each thing decided."""
        lines = [f"{self.verb} {self.model}: {self.way}"]
        if self.weights:
            lines.append(f"  state       {self.weights:,} numbers")
        if self.trains:
            first, last = self.epochs
            lines.append(f"  epochs      {first} to {last}, up to {self.chunk} in a call")
        if self.why:
            lines.append(f"  because     {self.why}")
        if self.train is not None and self.train.arrays is not None:
            words = (f"{jnp.dtype(dtype)} {shape}" for shape, dtype in _forms(self.train.arrays))
            lines.append(f"  data        {', '.join(words)}")
        lines += [f"  {name:<11} {_sizes(form.sizes)}" for name, form in self._tables() if form]
        lines += [f"  callback    {name}: {place}" for name, place in self.callbacks]
        if self.memory:
            state = "; the state's buffers are donated" if self.donated else "; the state is kept"
            told = state if self.trains else ""
            lines.append(f"  memory      {self.memory / 2**20:.1f} MiB{told}")
        if self.findings:
            lines.append(render(self.findings))
        return "\n".join(lines)

    def _tables(self) -> tuple[tuple[str, Form | None], ...]:
        named = "train" if self.trains else "rows"
        return ((named, self.train), ("validation", self.valid))


def _forms(found: Frozen | None) -> tuple[tuple[tuple[int, ...], Any], ...]:
    return () if found is None else found[1]


def _bytes(found: Frozen | None) -> int:
    return sum(math.prod(shape) * jnp.dtype(dtype).itemsize for shape, dtype in _forms(found))


def _sizes(sizes: Sizes) -> str:
    rows = f"{sizes.rows:,} row{'s' * (sizes.rows != 1)} in"
    if not sizes.full and sizes.partial:
        return f"{rows} one batch"
    text = f"{rows} {sizes.full:,} batch{'es' * (sizes.full != 1)} of {sizes.batch}"
    return text + (f" and one of {sizes.partial}" if sizes.partial else "")


def describe(model: Model) -> str:
    """A model's class and name.

    >>> import keras
    >>> describe(keras.Sequential(name="net"))
    'Sequential "net"'
    """
    return f'{type(model).__name__} "{model.name}"'
