"""Signals while a program runs: noted at once, acted on when model and History are whole again."""

from __future__ import annotations

# `signal.signal` and `signal.getsignal` look each handler up in an enum, a hundred times as long
import _signal  # type: ignore[import-not-found]
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Any

Handler = Callable[[int, FrameType | None], Any]

_NUMBERS = sorted(map(int, signal.valid_signals()))


class Interrupts:
    """Hold back Python's handlers of signals; `check` calls them between two calls of a program.

    A handler may raise, as that of Ctrl-C or a time limit does, and it may look at the model, save
    it or stop its training. After a call and before all of it is noted, the model and its History
    do not agree; so the handler waits until they do.

    A process has one handler for each signal, and only its main thread can set it or is interrupted
    by it. So nothing is changed in other threads, and no two blocks can be in each other's way. A
    handler that is set within the block stays.

    >>> with Interrupts() as interrupts:
    ...     interrupts.check()
    """

    def __enter__(self) -> Interrupts:
        """Take the handlers over."""
        self.noted: deque[tuple[int, FrameType | None]] = deque()
        self.before: dict[int, Handler] = {}
        self.note = self._note  # one object, to be found again
        if threading.current_thread() is threading.main_thread():
            found = zip(_NUMBERS, map(_signal.getsignal, _NUMBERS))
            self.before = {number: handler for number, handler in found if callable(handler)}
            try:
                for number in self.before:
                    _signal.signal(number, self.note)
            except BaseException:  # a handler that was not held back yet has raised
                self._give_back()
                raise
        return self

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.noted.append((number, frame))

    def check(self) -> None:
        """Deliver what has been noted; Python's own handler of Ctrl-C raises KeyboardInterrupt."""
        while self.noted:
            number, frame = self.noted.popleft()
            self.before[number](number, frame)

    def __exit__(self, *raised: object) -> None:
        """Give the handlers back, and deliver what is still held."""
        # The handlers go back first, because what is still held may raise.
        self._give_back()
        self.check()

    def _give_back(self) -> None:
        try:
            for number, handler in self.before.items():
                if _signal.getsignal(number) is self.note:
                    _signal.signal(number, handler)
        except BaseException:  # a handler that had been given back already has raised
            self._give_back()
            raise


class Answered(Interrupts):
    """Let signals through at once; one whose exception was dropped is delivered at the block's end.

    For blocks in which nothing is half done, also within `Interrupts`: the building of a program.

    Python calls a signal's handler between any two instructions of its own, those of a weak
    reference's callback and of JAX's look at the garbage collection too. What is raised there is
    printed and dropped. Tracing goes through many of them, and may take seconds: too long to hold
    every press back.

    >>> with Answered():
    ...     traced = 1 + 1
    """

    def __enter__(self) -> Answered:
        """Take the handlers over, and find who handles a signal where nothing is held back."""
        self.handlers: dict[int, Handler] = {}
        super().__enter__()
        self.handlers = {number: _last(number, held) for number, held in self.before.items()}
        return self

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.noted.append((number, frame))
        # What is raised before the block or while the handlers go back would leave some behind.
        if number not in self.handlers or (frame is not None and frame.f_code in _GIVING_BACK):
            return
        self.handlers[number](number, frame)
        self.noted.remove((number, frame))  # it raised nothing that could be dropped

    def check(self) -> None:
        """Deliver the signals whose exceptions did not come out."""
        while self.noted:
            number, frame = self.noted.popleft()
            self.handlers[number](number, frame)

    def __exit__(self, *raised: object) -> None:
        """Give the handlers back; an exception that came out is not raised again."""
        # The exception may be the very one that a handler has raised.
        if raised[0] is not None:
            self.noted.clear()
        super().__exit__(*raised)


_GIVING_BACK = {
    method.__code__ for method in (Answered.__exit__, Interrupts.__exit__, Interrupts._give_back)
}


def _last(number: int, handler: Handler) -> Handler:
    """The handler that the user has set, behind the blocks that hold it back."""
    while isinstance(holding := getattr(handler, "__self__", None), Interrupts):
        handler = holding.before[number]
    return handler


def raised_by_handler(error: BaseException) -> bool:
    """Whether an error is that of a signal's handler, not of the code in whose middle it came.

    >>> raised_by_handler(ValueError())
    False
    """
    handlers = [signal.getsignal(number) for number in signal.valid_signals()]
    codes = [getattr(handler, "__code__", None) for handler in handlers if callable(handler)]
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_code in codes for frame, _ in frames)
