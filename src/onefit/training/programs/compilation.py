"""A program: a function that is lowered and compiled by XLA."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import jax
from jax.sharding import SingleDeviceSharding
from jax.stages import Traced

from onefit.training.core.shapes import frozen
from onefit.training.core.state import State
from onefit.training.host.garbage import no_collection
from onefit.training.host.interrupts import Answered
from onefit.training.host.jax_private import trace_context
from onefit.training.programs.executables import executables
from onefit.training.programs.jaxpr_keys import key_of
from onefit.training.rewrite.jaxprs import wide

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
        kept: For each value of a model's state whether the program leaves it alone; such values are
            an argument of their own, and the others come back. `None` where that is not known.
        donated: Whether it takes over the memory of the state that it is given.
        calls_python: Whether a step calls a function of Python.
        pace: Steps a second in the calls so far; 0 if there were none.
    """

    call: Callable[..., Any]
    consts: Any
    shapes: Any
    compile_seconds: float
    kept: State | None = None
    donated: bool = False
    calls_python: bool = False
    pace: float = 0.0

    def budget(self, before: int) -> int:
        """How many steps to give the next call, when the call before had `before`."""
        if not self.pace:
            return FIRST_STEPS
        fitting = max(1, int(self.pace * CALL_SECONDS))
        # The pace of a first, short call can be far off.
        return min(fitting, before * GROWTH) if before else fitting

    def took(self, steps: int, seconds: float) -> None:
        """Learn from a call."""
        if steps:
            self.pace = steps / max(seconds, 1e-6)


def compile_program(
    function: Callable[..., Any],
    donate: tuple[int, ...],
    consts: Any,
    shapes: Any,
    *args: Any,
    device: jax.Device | None = None,
    kept: State | None = None,
) -> Program:
    """Lower a function for arguments of these shapes, and compile it.

    An executable that was compiled for such a program before is taken: the five hundredth model of
    a loop is traced like the first, and finds the executable of the first. Configurations would not
    do as a key, because some of Keras's classes leave arguments out of theirs.

    Args:
        function: What to compile.
        donate: Which arguments it may overwrite.
        consts: Kept with the program.
        shapes: Kept with the program.
        args: The shapes of its arguments.
        device: Where it runs. Defaults to `None`: where JAX runs everything.
        kept: Kept with the program.
    """
    placed: dict[str, Any] = {}
    if device is not None:
        placed = dict.fromkeys(("in_shardings", "out_shardings"), SingleDeviceSharding(device))
    began = time.perf_counter()
    with no_collection():
        with Answered():
            traced = jax.jit(function, donate_argnums=donate, **placed).trace(*args)
        # A program's key does not tell a tuple from a dict. An executable checks the shapes of all
        # its arguments, also of those that it has no use for.
        forms = (frozen(args), jax.tree.structure(traced.out_info), donate, device, trace_context())
        call, calls_python = _executable(traced, forms)
    spent = time.perf_counter() - began
    return Program(call, consts, shapes, spent, kept, bool(donate), calls_python)


def _executable(traced: Traced, forms: Hashable) -> tuple[Callable[..., Any], bool]:
    """The executable of a traced program, and whether it calls a function of Python.

    It is known by what was traced, or else by the text to which that is lowered.

    XLA works in a thread of its own, so that Ctrl-C does not have to wait for it.
    """
    known = key_of(traced.jaxpr)
    call = executables.get((known, forms)) if known is not None else None
    if call is not None:
        return call, False
    # A rule (`Monitor.improves`) or a model's own step may compute in 64 bit, in a block that has
    # ended by now. Lowering follows the setting of its own moment, and has to allow it again.
    allowed = jax.enable_x64(True) if wide(traced.jaxpr) else contextlib.nullcontext()
    with Answered(), allowed:
        lowered = traced.lower()
    text = lowered.as_text()
    key = (known or hashlib.sha256(text.encode()).hexdigest(), forms)
    calls_python = "callback" in text
    call = executables.get(key)
    if call is None:
        call = in_thread(lambda: lowered.compile(compiler_options=_options()))
        if not calls_python:  # it does not tell which function of Python is called back
            executables.keep(key, call)
    return call, calls_python


def _options() -> dict[str, Any]:
    """XLA cuts a program's code into 32 pieces to compile them side by side; two cores want two."""
    if jax.default_backend() != "cpu":
        return {}
    return {"xla_cpu_parallel_codegen_split_count": max(2, os.cpu_count() or 2)}


def in_thread(work: Callable[[], Any]) -> Any:
    """Run something that cannot be interrupted so that waiting for it can.

    The thread is no daemon: Python would end below XLA's feet, and the process abort. An event is
    waited for, because Python 3.11 takes a thread for ended when Ctrl-C interrupts its `join`.
    """
    result: list[Any] = []
    error: list[BaseException] = []
    over = threading.Event()

    def run() -> None:
        try:
            result.append(work())
        except BaseException as raised:  # handed to the caller's thread below
            error.append(raised)
        finally:
            over.set()

    threading.Thread(target=run, name="onefit-xla").start()
    # With a timeout, because signals interrupt a wait without one on POSIX only.
    while not over.wait(0.1):
        pass
    if error:
        raise error[0]
    return result[0]
