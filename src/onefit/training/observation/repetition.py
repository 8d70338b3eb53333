"""Calls of `fit` from one line, on one network, again and again, each of them a short one.

A call may take a millisecond, and writing down what it left would take a thirtieth of that. So it
is put aside, and written into the record when somebody looks at it, or many calls at once.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from onefit.runs import journal
from onefit.runs.record import Fit
from onefit.runs.recorder import RECORDER
from onefit.training.observation.data_form import form_of
from onefit.training.observation.fit_call import Call, add, epochs_of, logged
from onefit.training.observation.safety import safely

if TYPE_CHECKING:
    from keras import Model

SHORT = 0.01
"""Seconds below which a call is a short one: of others, what is saved here is less than 0.3 %."""

MOST = 32
"""Calls that are put aside; the one after them is looked at like a first one, its data too."""


class Repetition:
    """A training in a loop of calls.

    Args:
        fit: Its record.
        model: The model.
        given: The arguments of `fit`.
        frame: The frame that called `fit`.
    """

    def __init__(
        self, fit: Fit, model: Model, given: dict[str, Any], frame: FrameType | None
    ) -> None:
        """Nothing is put aside."""
        self.fit, self.model, self.form = fit, weakref.ref(model), form_of(given)
        self.code = frame.f_code if frame is not None else None
        self.line = frame.f_lineno if frame is not None else 0
        self.thread = threading.get_ident()
        self.aside: list[Call] = []

    def goes_on(self, model: Model, given: dict[str, Any], frame: FrameType | None) -> bool:
        """Whether a call comes from the same line, for the same network, with data of one form.

        Args:
            model: The model.
            given: The arguments of `fit`.
            frame: The frame that asks.
        """
        if self.model() is not model or len(self.aside) >= MOST or form_of(given) != self.form:
            return False
        # A line that several threads run is a training of each.
        if threading.get_ident() != self.thread:
            return False
        while frame is not None and frame.f_code is not self.code:
            frame = frame.f_back
        return frame is not None and frame.f_lineno == self.line

    def observed(self, model: Model, given: dict[str, Any], train: Callable[[], Any]) -> Any:
        """Train, and put aside what came of it; what `train` raises passes through."""
        before = model.history
        start = time.perf_counter()
        try:
            result = train()
        except BaseException as error:
            self.put_aside(model, before, given, start, error)
            self.write()
            raise
        self.put_aside(model, before, given, start)
        if time.perf_counter() - start > SHORT:
            self.write()
        return result

    def put_aside(
        self,
        model: Model,
        before: Any,
        given: dict[str, Any],
        start: float,
        error: BaseException | None = None,
    ) -> None:
        """Keep what a call has left."""
        seconds = time.perf_counter() - start
        noted = journal.take_fit()
        call = Call(logged(model, before), epochs_of(given), seconds, noted, error)
        with RECORDER.lock:
            self.aside.append(call)
        if RECORDER.repetition is not self:  # somebody has looked at the record in the meantime
            self.write()

    def write(self) -> None:
        """Write what was put aside into the record, and let the next call begin anew."""
        if RECORDER.repetition is self:
            RECORDER.repetition = None
        with RECORDER.lock:
            calls, self.aside = self.aside, []
            for call in calls:
                safely(add, self.fit, call)
