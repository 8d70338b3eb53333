"""What the trainings of this process did, in a few numbers: the summary's source.

Every fit, evaluate and predict leaves a note here. Notes are added up at once, so that the memory
stays flat in a process that predicts a hundred thousand times.

>>> clear()
>>> note("fit", in_program=True, compile_seconds=0.5, run_seconds=0.25)
>>> note("fit", in_program=False, compile_seconds=0.0, run_seconds=2.0)
>>> total().verbs["fit"]
Tally(in_program=1, step_by_step=1, compile_seconds=0.5, run_seconds=2.25)
>>> clear()
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from onefit.findings import Finding

MOST_FINDINGS = 100
"""Findings told apart; from then on, one is counted with the first of its code."""

MOST_REMARKS = 20
"""Remarks kept; the first ones go."""

MOST_REFUSALS = 20
"""Refusals told apart; later ones are not kept."""


@dataclass(frozen=True)
class Tally:
    """The calls of one verb.

    Args:
        in_program: Calls that ran as one program. Defaults to `0`.
        step_by_step: Calls that ran as stock Keras would run them. Defaults to `0`.
        compile_seconds: Time of XLA compile, both kinds of calls. Defaults to `0.0`.
        run_seconds: Time of running, both kinds of calls. Defaults to `0.0`.
    """

    in_program: int = 0
    step_by_step: int = 0
    compile_seconds: float = 0.0
    run_seconds: float = 0.0


@dataclass(frozen=True)
class Total:
    """All notes added up.

    Args:
        verbs: A tally for each verb that was called, in the order of their first calls.
        findings: How often each finding occurred, in the order of their first occurrences.
        remarks: What else there is to tell at the end.
        refusals: What strict mode refused to run, in the words of its errors, each once.
        differences: How many trainings differed from stock Keras where both were run.
    """

    verbs: Mapping[str, Tally] = field(default_factory=dict)
    findings: Mapping[Finding, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    differences: int = 0

    @property
    def compile_seconds(self) -> float:
        """The time of XLA compile over all verbs."""
        return sum(tally.compile_seconds for tally in self.verbs.values())

    @property
    def run_seconds(self) -> float:
        """The time of running over all verbs."""
        return sum(tally.run_seconds for tally in self.verbs.values())


_lock = threading.Lock()
# A fit of another thread is not to be taken for the last one of this thread.
_own = threading.local()
_verbs: dict[str, list[float]] = {}  # the numbers of a tally; a prediction takes microseconds
_findings: dict[Finding, int] = {}
_remarks: deque[str] = deque(maxlen=MOST_REMARKS)
_refusals: dict[str, None] = {}
_differences: list[str] = []


def note(
    verb: str,
    *,
    in_program: bool,
    compile_seconds: float,
    run_seconds: float,
    findings: tuple[Finding, ...] = (),
) -> None:
    """Add one call.

    Args:
        verb: `"fit"`, `"evaluate"` or `"predict"`.
        in_program: Whether it ran as one program; if not, it ran as stock Keras would run it.
        compile_seconds: How long XLA compiled for this call.
        run_seconds: How long it ran without that.
        findings: What there is to tell, the reasons of a fallback above all. Defaults to `()`.

    >>> note("predict", in_program=True, compile_seconds=0.0, run_seconds=0.001)
    >>> clear()
    """
    if getattr(_own, "aside", False):  # `is_aside()`, which a prediction of one row would notice
        return
    if verb == "fit":
        call = Tally(int(in_program), int(not in_program), compile_seconds, run_seconds)
        _own.fit = call, findings
    with _lock:
        sums = _verbs.get(verb)
        if sums is None:
            sums = _verbs[verb] = [0, 0, 0.0, 0.0]
        sums[0 if in_program else 1] += 1
        sums[2] += compile_seconds
        sums[3] += run_seconds
        for finding in findings:
            known = _told_apart(finding)
            _findings[known] = _findings.get(known, 0) + 1


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """A block of which this thread leaves no notes: calls that nobody asked for but onefit.

    >>> with aside():
    ...     note("fit", in_program=True, compile_seconds=0.5, run_seconds=0.25)
    >>> total().verbs
    {}
    """
    # Blocks may lie in one another: only the end of the outermost one lets notes be left again.
    before, _own.aside = is_aside(), True
    try:
        yield
    finally:
        _own.aside = before


def is_aside() -> bool:
    """Whether this thread leaves no notes.

    >>> is_aside()
    False
    """
    return getattr(_own, "aside", False)


def take_fit() -> tuple[Tally, tuple[Finding, ...]] | None:
    """The note of the last fit of this thread, once.

    >>> note("fit", in_program=True, compile_seconds=0.5, run_seconds=0.25)
    >>> take_fit()
    (Tally(in_program=1, step_by_step=0, compile_seconds=0.5, run_seconds=0.25), ())
    >>> take_fit() is None
    True
    >>> clear()
    """
    noted, _own.fit = getattr(_own, "fit", None), None
    return noted


def remark(text: str) -> None:
    """Add something to tell at the end, such as what became of restarts.

    >>> remark("9 of 16 starts reached accuracy 1")
    >>> total().remarks
    ('9 of 16 starts reached accuracy 1',)
    >>> clear()
    """
    with _lock:
        _remarks.append(text)


def find(finding: Finding) -> None:
    """Add a finding that belongs to no single call, such as what was translated in a script.

    >>> find(Finding("OF101", where="a"))
    >>> total().findings
    {Finding(code='OF101', where='a', evidence=''): 1}
    >>> clear()
    """
    with _lock:
        known = _told_apart(finding)
        _findings[known] = _findings.get(known, 0) + 1


def refuse(told: str) -> None:
    """Remember that strict mode refused a call: the script may catch the error and go on.

    >>> refuse("Expected fit to run as a program")
    >>> total().refusals
    ('Expected fit to run as a program',)
    >>> clear()
    """
    with _lock:
        if len(_refusals) < MOST_REFUSALS:
            _refusals[told] = None


def differ(told: str) -> None:
    """Remember that a training differed from stock Keras.

    >>> differ("weights[0] differs")
    >>> total().differences
    1
    >>> clear()
    """
    with _lock:
        _differences.append(told)


def _told_apart(finding: Finding) -> Finding:
    if finding in _findings or len(_findings) < MOST_FINDINGS:
        return finding
    # Evidence with a number that differs at each call would let the dict grow without end.
    return next((known for known in _findings if known.code == finding.code), finding)


def total() -> Total:
    """Everything noted since the process began, or since `clear`.

    Returns:
        A copy that later notes do not change.

    >>> clear()
    >>> total()
    Total(verbs={}, findings={}, remarks=(), refusals=(), differences=0)
    """
    with _lock:
        verbs = {verb: Tally(int(a), int(b), c, d) for verb, (a, b, c, d) in _verbs.items()}
        return Total(verbs, dict(_findings), tuple(_remarks), tuple(_refusals), len(_differences))


def forked() -> None:
    """In the child of a fork: begin anew, since the notes are the parent's."""
    # The old lock stays locked if another thread of the parent held it.
    global _lock
    _lock = threading.Lock()
    clear()


def clear() -> None:
    """Forget all notes.

    >>> clear()
    """
    with _lock:
        _verbs.clear()
        _findings.clear()
        _remarks.clear()
        _refusals.clear()
        _differences.clear()
