"""Decide first: what one fit, evaluate or predict will do, and why.

There are three ways to run a fit:

- `PROGRAM`: every epoch is in the program, with validation, metrics and callbacks.
- `EPOCHS`: the steps of an epoch are in a program; Keras's callbacks are called between epochs.
- `STEPS`: stock Keras runs it, step by step. A finding says why.

An evaluation or a prediction of few batches calls one program for each of them: `BATCHES`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import jax

from onefit.findings import Finding, render
from onefit.training.core.rows import Sizes

PROGRAM, EPOCHS, STEPS = "one program", "epoch by epoch", "step by step"
BATCHES = "batch by batch"


@dataclass(frozen=True)
class Plan:
    """What a run will do. It holds no arrays; two equal plans of one model are one program.

    Args:
        verb: `"fit"`, `"evaluate"` or `"predict"`.
        way: `PROGRAM`, `EPOCHS`, `BATCHES` or `STEPS`.
        model: The model's class and name.
        weights: How many numbers the model has, optimizer and metrics included.
        epochs: First epoch and the one after the last.
        train: Sizes of the table that is trained on, or `None` for a stream.
        valid: Sizes of the table that is validated on, or `None`.
        callbacks: For each callback its class and its place.
        chunk: Epochs in one call of the program, at most.
        memory: Bytes needed: data, state and what the program works with.
        donated: Whether the program takes over the memory of the model's state (a large one), or
            writes the new state beside the old one.
        findings: Why something does not run in the program.
        why: Why it runs this way, where neither callbacks nor findings tell.
        arrays: Shapes and dtypes of the data that is trained on, in words.
        key: What the program depends on beside the compiled model: sizes, shapes, whether there is
            an order, the callbacks' settings. Empty where there is no program of the whole run.
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
    donated: bool = False
    findings: tuple[Finding, ...] = ()
    why: str = ""
    arrays: tuple[str, ...] = ()
    key: tuple[Hashable, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        """The plan as text, a line for each thing decided."""
        lines = [f"{self.verb} {self.model}: {self.way}"]
        if self.weights:
            lines.append(f"  state       {self.weights:,} numbers")
        if self.verb == "fit":
            first, last = self.epochs
            lines.append(f"  epochs      {first} to {last}, up to {self.chunk} in a call")
        if self.why:
            lines.append(f"  because     {self.why}")
        if self.arrays:
            lines.append(f"  data        {', '.join(self.arrays)}")
        lines += [f"  {name:<11} {_sizes(sizes)}" for name, sizes in self._tables() if sizes]
        lines += [f"  callback    {name}: {place}" for name, place in self.callbacks]
        if self.memory:
            state = "the state's buffers are donated" if self.donated else "the state is kept"
            lines.append(f"  memory      {self.memory / 2**20:.1f} MiB; {state}")
        if self.findings:
            lines.append(render(self.findings))
        return "\n".join(lines)

    def _tables(self) -> tuple[tuple[str, Sizes | None], ...]:
        named = "train" if self.verb == "fit" else "rows"
        return ((named, self.train), ("validation", self.valid))


def in_words(arrays: Any) -> tuple[str, ...]:
    """Shapes and dtypes of arrays.

    >>> import numpy as np
    >>> in_words((np.zeros((4, 2), "float32"), np.zeros(4, "int32"), None))
    ('float32 (4, 2)', 'int32 (4,)')
    """
    return tuple(f"{leaf.dtype} {tuple(leaf.shape)}" for leaf in jax.tree.leaves(arrays))


def _sizes(sizes: Sizes) -> str:
    rows = f"{sizes.rows:,} row{'s' * (sizes.rows != 1)} in"
    if not sizes.full and sizes.partial:
        return f"{rows} one batch"
    text = f"{rows} {sizes.full:,} batch{'es' * (sizes.full != 1)} of {sizes.batch}"
    return text + (f" and one of {sizes.partial}" if sizes.partial else "")


def describe(model: Any) -> str:
    """A model's class and name.

    >>> import keras
    >>> describe(keras.Sequential(name="net"))
    'Sequential "net"'
    """
    return f'{type(model).__name__} "{model.name}"'
