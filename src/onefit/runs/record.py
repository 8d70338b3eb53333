"""What is kept of a run: plain values, no data and no weights; JSON when it is written down.

A `Run` is what one process did: a script, a notebook, a program that called `onefit.install`. Each
of its trainings is a `Fit`; of a process that trains nothing, each `evaluate` and `predict` has an
entry, too. `serialization.py` writes and reads a record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from onefit.runs.networks import Networks

SCHEMA = 1
"""The version of the record. It changes when a field changes its meaning, not when one is added."""

MOST_FITS = 100
"""Fits kept in full: the first half of them, and the latest."""

MOST_POPULATIONS = 20
"""Populations kept: the first half of them, and the latest."""

Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None


@dataclass
class Constant:
    """The best answer that looks at no input: what a score has to be compared with.

    Args:
        value: The score of that answer.
        answer: The answer, in words: `'"0"'`, `"the mean (3.2)"`.
    """

    value: float
    answer: str


@dataclass
class Event:
    """Something that a callback did.

    Args:
        epoch: The epoch at whose end it happened, counted from 0.
        callback: The callback's class.
        what: What it did, in words: `"stopped the training"`.
    """

    epoch: int
    callback: str
    what: str


@dataclass
class Layer:
    """A layer of the network, as much as a drawing needs.

    Args:
        name: Its name in the model.
        kind: Its class.
        shape: The shape of its output, the batch left out; `None` for a size that varies.
        weights: How many numbers it holds.
        activation: The name of its activation, or `""`.
        inputs: The names of the layers that it takes its input from.
    """

    name: str
    kind: str
    shape: list[int | None] = field(default_factory=list)
    weights: int = 0
    activation: str = ""
    inputs: list[str] = field(default_factory=list)


@dataclass
class Told:
    """A finding as it is kept.

    Args:
        code: Its code.
        where: The thing it is about.
        evidence: What was seen.
        count: How often.
        grade: How sure it is, if it is a diagnosis: `"certain"`, `"verified"` or `"hunch"`.
        fix: What to do about it, where that is not what the code says to all.
    """

    code: str
    where: str = ""
    evidence: str = ""
    count: int = 1
    grade: str = ""
    fix: str = ""


@dataclass
class Tried:
    """Something that the doctor has tried, from several starts.

    Args:
        what: The change, as one writes it; `""` for the training as it is written.
        low: The skill below which a tenth of the starts end: 0 is the best constant answer's, 1 is
            perfect.
        middle: The median.
        high: The skill above which a tenth of the starts end.
        told: The median, or the share of starts that do well, in words.
        word: What came of it: `"helps"`, `"worse"`, `"no"`, or that it was chosen.
    """

    what: str
    low: float
    middle: float
    high: float
    told: str = ""
    word: str = ""


@dataclass
class Examined:
    """What the doctor has found out about a training.

    Args:
        findings: Its findings, the most telling first.
        reasons: Why it is so, in sentences.
        measure: What the number is called that is told of what was tried.
        starts: From how many starts each was trained.
        tried: What was tried, the training as it is written first.
        remarks: What was other in the experiments than in the training.
    """

    findings: list[Told] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    measure: str = ""
    starts: int = 0
    tried: list[Tried] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class Fit:
    """One training.

    Args:
        file: The file of the line that called `fit`.
        line: Its number.
        model: The model's class and name.
        network: The number of the model object in this process; fits of one network share it.
        layers: The layers of the network, at most `MOST_LAYERS` of them.
        weights: How many numbers are trained.
        rows: Rows trained on; `None` for a stream.
        validation: `""` (there is none), `"split"` (the last rows of the data), `"data"`, or
            `"training rows"` where `validation_data` are rows that were trained on.
        validation_rows: Rows validated on; `None` for a stream and where there are none.
        arguments: The arguments of `fit` that are plain values and differ from Keras's defaults.
        compiled: `loss`, `optimizer` and its `learning_rate`, and `metrics`, as words and numbers.
        seed: The seed of `keras.utils.set_random_seed`; `None` where none was set.
        first: The first epoch, counted from 0.
        asked: The epoch to which the training was to go.
        history: Every number that Keras logged, a list for each name. What is logged at some
            epochs only (`validation_freq`) has a shorter list.
        constants: For each name in `history` that has one, the best constant answer.
        calls: How many calls of `fit` this was: calls from one line on one network, one after
            the other, are one training; their histories stand one after the other.
        way: `"one program"`, `"epoch by epoch"` or `"step by step"`.
        plan: The plan as text.
        began: Seconds from the begin of the run to the begin of this fit.
        seconds: How long the call took.
        compile_seconds: How long XLA compiled for it.
        run_seconds: How long its programs ran; 0 for a fit that ran step by step.
        ended: `"finished"`, `"interrupted"` or `"failed"`.
        error: The error that ended it, in a line; `""` where none did.
        events: What callbacks did.
        findings: What there is to tell about it.
        process: The number of the process that trained it.
        examined: What the doctor has found out about it; `None` where it was not asked.
    """

    file: str = ""
    line: int = 0
    model: str = ""
    network: int = 0
    layers: list[Layer] = field(default_factory=list)
    weights: int = 0
    rows: int | None = None
    validation: str = ""
    validation_rows: int | None = None
    arguments: dict[str, Json] = field(default_factory=dict)
    compiled: dict[str, Json] = field(default_factory=dict)
    seed: int | None = None
    first: int = 0
    asked: int = 1
    history: dict[str, list[float]] = field(default_factory=dict)
    constants: dict[str, Constant] = field(default_factory=dict)
    calls: int = 1
    way: str = ""
    plan: str = ""
    began: float = 0.0
    seconds: float = 0.0
    compile_seconds: float = 0.0
    run_seconds: float = 0.0
    ended: str = "finished"
    error: str = ""
    events: list[Event] = field(default_factory=list)
    findings: list[Told] = field(default_factory=list)
    process: int = 0
    examined: Examined | None = None

    @property
    def epochs(self) -> int:
        """How many epochs were finished."""
        return max(map(len, self.history.values()), default=0)


@dataclass
class Evaluation:
    """One call of `evaluate` in a run that has trained nothing.

    Args:
        file: The file of the line that called it.
        line: Its number.
        rows: Rows evaluated; `None` for a stream.
        weights: How many numbers of the network can be trained.
        scores: The loss and the metrics.
        constants: For each name in `scores` that has one, the best constant answer.
        seconds: How long the call took, XLA compile included.
    """

    file: str = ""
    line: int = 0
    rows: int | None = None
    weights: int = 0
    scores: dict[str, float] = field(default_factory=dict)
    constants: dict[str, Constant] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class Prediction:
    """Calls of `predict` from one line in a run that has trained nothing.

    Args:
        file: The file of the line that called it.
        line: Its number.
        rows: Rows predicted in all; `None` if one of the calls was given a stream.
        weights: How many numbers of the network can be trained.
        calls: How many calls there were.
        seconds: How long they took, XLA compile included.
    """

    file: str = ""
    line: int = 0
    rows: int | None = None
    weights: int = 0
    calls: int = 1
    seconds: float = 0.0


@dataclass
class Calls:
    """The calls of one verb: how many ran in which way, and for how long."""

    in_program: int = 0
    step_by_step: int = 0
    compile_seconds: float = 0.0
    run_seconds: float = 0.0


@dataclass
class Run:
    """What one process did.

    Args:
        schema: The version of this record.
        number: The number of `onefit show NUMBER`; 0 where it is not kept.
        previous: The number of the run of the same script before it with which it is compared: one
            that trained and did not fail; 0 where there is none.
        key: What makes it one run: a random word of 32 digits.
        door: How onefit came in: `"run"` (the command), `"notebook"` or `"python"`.
        started: When, in seconds since 1970.
        seconds: From the start to the last time that it was written down.
        command: The words of the command line.
        script: The script's path, `-m module`, `-c`, or the notebook's path where it is known.
        folder: The working folder.
        script_sha256: The hash of the script's text; `""` where there is no file.
        commit: The git commit of the folder that holds the script; `""` outside of a repository.
        versions: The versions of python, onefit, keras, jax and numpy.
        machine: System, processor, cores, and the devices that JAX used.
        host: A mark of the machine, which does not tell its name.
        process: The number of the process; 0 if it is not known.
        ended: `"finished"`, `"interrupted"`, `"failed"`; `"running"` if it has not come to an
            end, and `"killed"` where it is read and its process is gone.
        error: The error that ended it, in a line; `""` where none did.
        verbs: The calls of `fit`, `evaluate` and `predict`.
        fits: The trainings, at most `MOST_FITS`: the first and the latest ones.
        fits_left_out: How many trainings are counted in `verbs` and not kept in `fits`.
        populations: What was trained by `fit_many` and the like, at most `MOST_POPULATIONS`.
        populations_left_out: How many more there were.
        evaluations: What `evaluate` returned, the first `MOST_EVALUATIONS` calls of a run that has
            trained nothing before them.
        predictions: The lines that called `predict`, likewise.
        findings: What there is to tell that belongs to no single fit.
        remarks: Other lines to tell at the end.
        verdict: The lines that were shown at the end.
    """

    schema: int = SCHEMA
    number: int = 0
    previous: int = 0
    key: str = ""
    door: str = ""
    started: float = 0.0
    seconds: float = 0.0
    command: list[str] = field(default_factory=list)
    script: str = ""
    folder: str = ""
    script_sha256: str = ""
    commit: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    machine: dict[str, Json] = field(default_factory=dict)
    host: str = ""
    process: int = 0
    ended: str = "running"
    error: str = ""
    verbs: dict[str, Calls] = field(default_factory=dict)
    fits: list[Fit] = field(default_factory=list)
    fits_left_out: int = 0
    populations: list[Networks] = field(default_factory=list)
    populations_left_out: int = 0
    evaluations: list[Evaluation] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    findings: list[Told] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    verdict: list[str] = field(default_factory=list)

    @property
    def latest(self) -> Fit | None:
        """The latest fit that has curves."""
        return next((fit for fit in reversed(self.fits) if fit.history), None)

    def __str__(self) -> str:
        """The verdict as text."""
        return "\n".join(self.verdict)
