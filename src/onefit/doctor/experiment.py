"""Setups trained as populations, from the same seeds, so that they can be compared in pairs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from onefit.doctor.memory import PASS
from onefit.doctor.setup import Rows, Setup
from onefit.doctor.task import answers, skill, truth
from onefit.errors import OnefitError
from onefit.population.layouts.memory import step_bytes
from onefit.population.results.population import Population
from onefit.population.results.predictions import forward
from onefit.population.verbs.fit_many import fit_many
from onefit.training.core.shapes import size_of

Skills = NDArray[np.float64]

MOST_JUDGED = 4096
"""Rows that a network is judged on; of more, so many in equal steps."""

PART = 1024
"""Rows that a network answers at a time."""

BUSY = 1.3
"""How many times as long as it was given an examination may take on a machine that is busy."""

MOST_NUMBERS = 2**24
"""Predicted numbers that are held at once, about."""


@dataclass(eq=False)
class Result:
    """What came of a setup.

    Args:
        setup: The setup.
        skills: float64 of shape `(seeds,)`, on the rows that it is judged on; -1 for a network that
            has no finite answer.
        trained: The same on the rows that it was trained on.
        seeds: The seed from which each network was started.
        losses: Their losses of shape `(seeds, epochs)`; `None` where they are not known. The
            networks themselves are let go: those of all setups would fill the memory.
    """

    setup: Setup
    skills: Skills
    trained: Skills
    seeds: Sequence[int]
    losses: NDArray[np.float64] | None = None


class Laboratory:
    """Where setups are trained. Programs are kept for setups that differ in their data alone.

    Args:
        most: How many networks may be there at once, of the size of the one as it is written.
            Defaults to `None`: any number.
    """

    def __init__(self, most: int | None = None) -> None:
        """Nothing was trained yet."""
        self.most = most
        self.too_large: list[str] = []  # the changes of setups that do not fit
        self.share_trained = 1.0  # of the last call's time: what was not spent on XLA's compile
        self.share_judged = 0.0  # of that: what does not grow with the steps
        self.training = self.judging = 0.0  # seconds of the last call
        self.setups: list[Setup] = []
        self.places: dict[tuple[Any, ...], int] = {}

        def build(setup: int) -> Any:
            return self.setups[setup].make()

        self.build = build  # one object: programs are kept with it

    def number(self, setup: Setup) -> int:
        """The number of a setup; setups whose models are the same have one."""
        # By identity, as optimizers and losses know no equality. The setups are kept, so that no
        # identity is given away twice.
        key = (setup.edits, setup.rate, tuple((n, id(v)) for n, v in setup.compiled.items()))
        if key not in self.places:
            self.places[key] = len(self.setups)
            self.setups.append(setup)
        return self.places[key]

    def run(self, setups: Sequence[Setup], seeds: int) -> list[Result | None]:
        """Train each setup from each seed.

        Setups of the same data and length are one population, whose programs are compiled side by
        side.

        Args:
            setups: What to train.
            seeds: From how many seeds, counted from 0.

        Returns:
            What came of each; `None` for one that cannot be a population.
        """
        groups: dict[tuple[Any, ...], list[int]] = {}
        for place, setup in enumerate(setups):
            groups.setdefault(_together(setup), []).append(place)
        found: list[Result | None] = [None] * len(setups)
        begin, self.training, self.judging = time.perf_counter(), 0.0, 0.0
        for places in groups.values():
            for some in self._fitting(setups, places, seeds):
                own = [setups[place] for place in some]
                for place, result in zip(some, self._group(own, seeds)):
                    found[place] = result
        passed = time.perf_counter() - begin
        worked = self.training + self.judging
        self.share_trained = min(1.0, worked / passed) if passed > 0 else 1.0
        self.share_judged = self.judging / worked if worked > 0 else 0.0
        return found

    def _fitting(
        self, setups: Sequence[Setup], places: Sequence[int], seeds: int
    ) -> list[list[int]]:
        """Setups by their places, in so many populations that each fits in memory."""
        if self.most is None:
            return [list(places)]
        found, taken = list[list[int]](), float("inf")
        for place in places:
            size = seeds * max(1.0, setups[place].heavier)
            if size > self.most:
                self.too_large += setups[place].changes[-1:]
            elif taken + size <= self.most:
                found[-1].append(place)
                taken += size
            else:
                found.append([place])
                taken = size
        return found

    def told(self) -> str:
        """What was not tried for want of memory, in words; `""` if nothing."""
        names = [one for one in dict.fromkeys(self.too_large) if " + " not in one]
        return f"not tried, as too little memory is free: {', '.join(names)}" if names else ""

    def _group(self, setups: list[Setup], seeds: int) -> list[Result | None]:
        """Train setups together; if that fails, each by itself."""
        try:
            nets = self._trained(setups, seeds)
        except (OnefitError, ValueError, TypeError):
            if len(setups) == 1:
                return [None]
            return [self._group([one], seeds)[0] for one in setups]
        # Lanes train side by side, so that their seconds add up to more than have passed.
        self.training += min(nets.seconds, max(0.0, nets.wall_seconds - nets.compile_seconds))
        begin = time.perf_counter()
        results: list[Result | None] = [self._result(setup, nets) for setup in setups]
        self.judging += time.perf_counter() - begin
        return results

    def _trained(self, setups: list[Setup], seeds: int) -> Population:
        common = setups[0]
        # Only callbacks look at it: skills are computed when the training is over.
        held = common.held if common.callbacks else None
        return fit_many(
            self.build,
            common.rows.x,
            common.rows.y,
            sample_weight=common.rows.weights,
            class_weight=common.class_weight,
            sweep={"setup": sorted({self.number(one) for one in setups})},
            restarts=seeds,
            epochs=common.epochs,
            batch_size=common.batch,
            shuffle=common.shuffle,
            callbacks=list(common.callbacks) or None,
            validation_data=None if held is None else (held.x, held.y),
            verbose=0,
        )

    def _result(self, setup: Setup, nets: Population) -> Result:
        own = self.number(setup)
        numbers = [one.number for one in nets.members if one.values["setup"] == own]
        trained = skills(nets, numbers, setup, setup.rows)
        held = trained if setup.held is None else skills(nets, numbers, setup, setup.held)
        losses = nets.history.get("loss")
        own_losses = losses[numbers] if losses is not None and losses.ndim == 2 else None
        return Result(setup, held, trained, [nets.members[n].seed for n in numbers], own_losses)


def _together(setup: Setup) -> tuple[Any, ...]:
    """Setups that agree in this are one population."""
    weights = setup.class_weight
    return (
        # Data are told apart by identity: to compare them would be to read all of them.
        id(setup.rows), setup.epochs, setup.batch, setup.shuffle, setup.callbacks,
        None if weights is None else tuple(sorted(weights.items())),
    )  # fmt: skip


def skills(nets: Population, numbers: Sequence[int], setup: Setup, rows: Rows) -> Skills:
    """The skill of each network on some rows."""
    rows = some_judged(setup, rows)
    true = truth(setup.task, setup.scaled(rows.y))
    part, weights = _part(nets, numbers[0])
    each = min(MOST_NUMBERS // max(1, len(rows) * _numbers(setup, rows)), PASS // max(1, weights))
    found = []
    for start in range(0, len(numbers), max(1, each)):
        predicted = forward(nets, numbers[start : start + max(1, each)], rows.x, part)
        flat = keras.tree.flatten(predicted)[0]
        found += [one_skill(setup, true, np.asarray(one, np.float64)) for one in flat]
    return np.asarray(found)


def _part(nets: Population, number: int) -> tuple[int, int]:
    """How many rows a network answers at a time, and the bytes of its weights."""
    group = nets.homes[number][0].group
    batch, start = group.sizes[0].batch, group.starts[0].state
    # A step of the training has at once what its batch takes, and a pass over as many rows less.
    rows = max(batch, batch * PASS // max(1, step_bytes(group)))
    return min(PART, rows), size_of([start.trainable, start.non_trainable])


def _numbers(setup: Setup, rows: Rows) -> int:
    """How many numbers a network answers to a row."""
    return int(rows.y[:1].size) * (setup.task.count if setup.task.names else 1)


def some_judged(setup: Setup, rows: Rows) -> Rows:
    """Some of the rows, in equal steps, so that their answers do not fill the memory."""
    most = min(MOST_JUDGED, max(1, MOST_NUMBERS // max(1, _numbers(setup, rows))))
    stride = -(-len(rows) // most)
    return rows.at(slice(None, None, stride)) if stride > 1 else rows


def one_skill(setup: Setup, true: Any, predicted: Any) -> float:
    """The skill of one network's predictions."""
    if not np.isfinite(predicted).all():
        return -1.0
    said = answers(setup.task, setup.scaled(predicted), setup.threshold)
    return skill(setup.task, true, said)


class WorkingTime:
    """Tells the time as far as this process had a processor: where others take theirs it is slower.

    So an examination shows on a busy machine nearly what it shows on an idle one, and takes at most
    `BUSY` times as long. On a GPU, whose work is not the processor's, it is the machine's clock.
    """

    def __init__(self) -> None:
        """Begin at 0."""
        import jax

        self.least = 1 / BUSY if jax.default_backend() == "cpu" else 1.0
        self.told, self.seen = 0.0, (time.perf_counter(), time.process_time())

    def __call__(self) -> float:
        """The time, in seconds."""
        seen = time.perf_counter(), time.process_time()
        passed, worked = (now - before for now, before in zip(seen, self.seen))
        # `process_time` adds up the cores that this process had, and may so run ahead of the clock.
        self.told += max(self.least * passed, min(passed, worked))
        self.seen = seen
        return self.told


class Clock:
    """How much of the time that an examination may take is left.

    Args:
        seconds: The time, in seconds.
        now: What tells the time, in seconds. Defaults to `None`: a `WorkingTime`.
    """

    def __init__(self, seconds: float, now: Callable[[], float] | None = None) -> None:
        """Begin to count."""
        self.seconds, self.now = seconds, now or WorkingTime()
        self.begin = self.now()

    def leave_out(self, seconds: float) -> None:
        """Leave seconds that have passed out of the count: nobody could have saved them."""
        self.begin += seconds

    @property
    def spent(self) -> float:
        """Seconds since the begin."""
        return self.now() - self.begin

    @property
    def left(self) -> float:
        """Seconds that are left, not below 0."""
        return max(0.0, self.seconds - self.spent)
