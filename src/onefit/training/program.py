"""Programs: a function lowered and compiled by XLA, kept with the model for the next call."""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import jax

KEPT = 16  # programs kept for each model; a loop over data of many sizes stays bounded
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
        owner: The loss tracker of the Keras `compile` that the program belongs to; held so that
            its id cannot come again while the program is kept.
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


def program(model: Any, key: Hashable, build: Callable[[], Program]) -> tuple[Program, bool]:
    """The model's program of this key, and whether it had to be built now.

    A new Keras `compile` makes a new loss tracker, and with it the old programs are never found
    again: as in Keras, what `compile` fixed is fixed until the next one.
    """
    kept = _programs.setdefault(model, OrderedDict())
    tracker = getattr(model, "_loss_tracker", None)
    key = (id(tracker), key)
    if key in kept:
        kept.move_to_end(key)
        return kept[key], False
    made = build()
    made.owner = tracker
    kept[key] = made
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return made, True


def compile_program(
    function: Callable[..., Any], donate: tuple[int, ...], consts: Any, shapes: Any, *args: Any
) -> Program:
    """Lower and compile a function for arguments of these shapes.

    XLA works in a thread of its own, so that Ctrl-C does not have to wait for it.
    """
    began = time.perf_counter()
    lowered = jax.jit(function, donate_argnums=donate).lower(*args)
    call = in_thread(lowered.compile)
    return Program(call, consts, shapes, time.perf_counter() - began)


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
