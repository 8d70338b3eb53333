"""Ctrl-C while a program runs: noted at once, acted on when the state is whole again."""

from __future__ import annotations

import signal
import threading
import traceback
from types import FrameType
from typing import Any


class Interrupts:
    """Hold back SIGINT while a state is in flight; `check` lets it through between two calls.

    The program's old state is donated to the new one. An exception that arrives after the call and
    before the assignment would lose both; so the signal waits until there is a state to keep.
    Outside of the main thread, and where SIGINT is handled by C code, nothing is changed.

    >>> with Interrupts() as interrupts:
    ...     interrupts.check()
    """

    def __enter__(self) -> Interrupts:
        """Take SIGINT over."""
        self.noted = False
        self.before: Any = None
        if threading.current_thread() is threading.main_thread():
            before = signal.getsignal(signal.SIGINT)
            if callable(before):
                self.before = before
                signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.noted = True

    def check(self) -> None:
        """Deliver a signal that has been noted; Python's own handler raises KeyboardInterrupt."""
        if self.noted:
            self.noted = False
            self.before(signal.SIGINT, None)

    def __exit__(self, *raised: object) -> None:
        """Give SIGINT back, and deliver what is still held."""
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)
            if raised[0] is None:
                self.check()


class Answered(Interrupts):
    """Let SIGINT through at once; one whose exception was dropped is delivered at the block's end.

    For blocks in which no state is in flight, also within `Interrupts`: the building of a program.

    Python calls a signal's handler between any two instructions of its own, those of a weak
    reference's callback and of JAX's look at the garbage collection too. What is raised there is
    printed and dropped. Tracing goes through many of them, and may take seconds: too long to hold
    every press back.

    >>> with Answered():
    ...     traced = 1 + 1
    """

    def __enter__(self) -> Answered:
        """Take SIGINT over, and find who handles it where nothing is held back."""
        super().__enter__()
        self.handler = self.before
        while isinstance(holding := getattr(self.handler, "__self__", None), Interrupts):
            self.handler = holding.before
        return self

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.noted = True
        self.handler(number, frame)
        self.noted = False  # it raised nothing that could be dropped

    def check(self) -> None:
        """Deliver a signal whose exception did not come out."""
        if self.noted:
            self.noted = False
            self.handler(signal.SIGINT, None)


def raised_by_handler(error: BaseException) -> bool:
    """Whether an error is that of a signal's handler, not of the code in whose middle it came.

    >>> raised_by_handler(ValueError())
    False
    """
    handlers = [signal.getsignal(number) for number in signal.valid_signals()]
    codes = [getattr(handler, "__code__", None) for handler in handlers if callable(handler)]
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_code in codes for frame, _ in frames)
