"""Programs: a function lowered and compiled by XLA, kept with the model for the next call."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

import jax

from onefit.training.structure import structure_of

KEPT = 16  # programs kept for each model; a loop over data of many sizes stays bounded
SHARED = 64  # programs kept for all models of one structure
CALL_SECONDS = 0.2  # how long one call of a program may take: Ctrl-C and the bar wait for it
FIRST_STEPS = 16  # steps of a first call, when nothing is known of a program's pace
GROWTH = 64  # how much longer than the call before a call may be


@dataclass
class Program:
    """A compiled function.

    Args:
        call: The executable.
        consts: The arrays that the traced steps closed over.
        shapes: Shapes of what the caller has to bring (empty logs, last logs).
        compile_seconds: How long tracing, lowering and XLA took.
        pace: Steps a second in the calls so far; 0 if there were none.
        owner: The loss tracker of the Keras `compile` that the program belongs to.
    """

    call: Callable[..., Any]
    consts: Any
    shapes: Any
    compile_seconds: float
    pace: float = 0.0
    owner: Any = None

    def budget(self, before: int) -> int:
        """How many steps to give the next call, when the call before had `before`."""
        if not self.pace:
            return FIRST_STEPS
        fitting = max(1, int(self.pace * CALL_SECONDS))
        return min(fitting, before * GROWTH) if before else fitting

    def took(self, steps: int, seconds: float) -> None:
        """Learn from a call."""
        if steps:
            self.pace = steps / max(seconds, 1e-6)


_programs: weakref.WeakKeyDictionary[Any, OrderedDict[Hashable, Program]] = (
    weakref.WeakKeyDictionary()
)
_shared: OrderedDict[Hashable, Program] = OrderedDict()


def program(model: Any, key: Hashable, build: Callable[[], Program]) -> tuple[Program, bool]:
    """The program of this key, for this model or for another of its structure.

    A new Keras `compile` makes a new loss tracker, and with it the model's old programs are never
    found again: as in Keras, what `compile` fixed is fixed until the next one.

    Args:
        model: The model.
        key: What the program depends on besides the model.
        build: Makes the program if there is none.

    Returns:
        The program, and whether it had to be built now.
    """
    kept = _programs.setdefault(model, OrderedDict())
    tracker = getattr(model, "_loss_tracker", None)
    own = (id(tracker), key)
    if own in kept:
        kept.move_to_end(own)
        return kept[own], False
    structure = structure_of(model)
    shared = None if structure is None else (structure, key)
    new = shared is None or shared not in _shared
    made = build() if new else _shared[shared]
    if shared is not None:
        _keep(_shared, shared, made, SHARED)
    # the tracker is held, so that its id cannot come again while the program is kept
    _keep(kept, own, replace(made, owner=tracker), KEPT)
    return kept[own], new


def _keep(
    programs: OrderedDict[Hashable, Program], key: Hashable, made: Program, most: int
) -> None:
    """Put a program last, and forget the first ones if there are too many."""
    programs[key] = made
    programs.move_to_end(key)
    while len(programs) > most:
        programs.popitem(last=False)


def compile_program(
    function: Callable[..., Any], donate: tuple[int, ...], consts: Any, shapes: Any, *args: Any
) -> Program:
    """Lower and compile a function for arguments of these shapes.

    XLA works in a thread of its own, so that Ctrl-C does not have to wait for it.
    """
    began = time.perf_counter()
    lowered = jax.jit(function, donate_argnums=donate).lower(*args)
    call = in_thread(lambda: lowered.compile(compiler_options=_options()))
    return Program(call, consts, shapes, time.perf_counter() - began)


def _options() -> dict[str, Any]:
    """XLA cuts a program's code into 32 pieces to compile them side by side; two cores want two."""
    if jax.default_backend() != "cpu":
        return {}
    return {"xla_cpu_parallel_codegen_split_count": max(2, os.cpu_count() or 2)}


def in_thread(work: Callable[[], Any]) -> Any:
    """Run something that cannot be interrupted so that waiting for it can."""
    result: list[Any] = []
    error: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as raised:  # handed to the caller's thread below
            error.append(raised)

    thread = threading.Thread(target=run, daemon=True, name="onefit-xla")
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
    if error:
        raise error[0]
    return result[0]
