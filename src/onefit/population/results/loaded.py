"""A population that was saved: read from its file as far as it is asked for."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import keras
import numpy as np

from onefit.errors import CopyError, PopulationError
from onefit.population.members.member import Member
from onefit.population.members.paths import RATE, Split
from onefit.population.models.copies import copy_of, fresh_names, random_state_kept
from onefit.population.results.archive import Archive
from onefit.population.results.baseline import Baseline, Compared
from onefit.population.results.own_names import cure
from onefit.population.results.population import Population
from onefit.population.results.saving import GROUPS, ROWS
from onefit.population.running.job import Outcome
from onefit.training.core.state import State
from onefit.training.data.arguments import prepare


def load(
    path: str | os.PathLike[str], *, custom_objects: Mapping[str, Any] | None = None
) -> Population:
    """Load a population that `Population.save` has written.

    The file is read as far as it is asked for. It has tables, histories and weights, and how Keras
    writes the models' configurations; no code is run from it. A model of classes or functions of
    your own is made if these are given, or registered with
    `keras.saving.register_keras_serializable`.

    What needs the data (`out_of_fold`, `nested`, `final`) is not there; `resume` is given it.

    Args:
        path: The file.
        custom_objects: Classes and functions of your own by their names, as in
            `keras.saving.load_model`. Defaults to `None`: none.

    Returns:
        A `Population`.

    Raises:
        PopulationError: If the file is damaged, or of a later version of onefit.
        FileNotFoundError: If there is none.
    """
    return Loaded(Archive(path), custom_objects)


def from_bytes(content: bytes) -> Population:
    """A population from what `save` writes: what `pickle` calls."""
    return Loaded(Archive(content))


class LoadedJob:
    """The members of a structure, in a file.

    Args:
        archive: The file.
        place: Which of its structures it is.
        members: All members.
        own: Classes and functions of the user's own, by their names.
    """

    def __init__(
        self, archive: Archive, place: int, members: list[Member], own: Mapping[str, Any]
    ) -> None:
        """Nothing is read yet."""
        self.archive, self.place, self.own = archive, place, own
        self.head = archive.head["jobs"][place]
        self.members = [members[number] for number in self.head["members"]]
        places = {member.number: at for at, member in enumerate(self.members)}
        self.outcomes = {places[number]: at for at, number in enumerate(self.head["trained"])}
        values = {path: np.asarray(each) for path, each in self.head["knobs"].items()}
        self.rate_values = values.get(RATE)
        self.knobs = {path: each for path, each in values.items() if path in self.head["swept"]}
        # What rules restore was restored before the file was written.
        self.rules: list[Any] = []
        self.last = len(self.head["validates"])

    @cached_property
    def weights(self) -> list[list[np.ndarray]]:
        """The variables of all members, each of shape `(members, ...)`."""
        return [
            [self.archive[f"weights/{self.place}/{name}/{number}"] for number in range(count)]
            for name, count in zip(GROUPS, self.head["counts"])
        ]

    @cached_property
    def model(self) -> Any:
        """A model of the structure, made by Keras from its configuration.

        Raises:
            CopyError: If Keras cannot make it.
        """
        config = self.head["model"]
        try:
            if config is None:
                raise ValueError("it has no configuration.")
            named = keras.saving.custom_object_scope(dict(self.own))
            scope = named if self.own else contextlib.nullcontext()  # it would hide the user's
            with random_state_kept(), fresh_names(), scope:
                # In safe mode Keras runs no code of the file, such as that of a `lambda`.
                made = keras.saving.deserialize_keras_object(config, safe_mode=True)
                prepare(made, _given(self.archive.head["row"]))
        except (TypeError, ValueError, AttributeError) as error:
            raise CopyError(
                f"{cure(config, self.own, error)} Expected a model that Keras can make from its "
                f"configuration. Received: one in {self.archive.name} that it cannot make."
            ) from None
        return made

    @property
    def weight_count(self) -> int:
        """How many weights a member has."""
        return int(self.head["weights"])

    def validates(self, epoch: int) -> bool:
        """Whether an epoch ended with a validation."""
        return bool(self.head["validates"][epoch])

    @cached_property
    def last_states(self) -> tuple[list[list[np.ndarray]], list[np.ndarray]]:
        """Where members stopped: their variables, and the states of their rules."""
        changed, path = self.head["going"]["changed"], f"going/{self.place}"
        states = [
            [
                self.archive[f"{path}/{name}/{number}"] if f"{name}/{number}" in changed else values
                for number, values in enumerate(group)
            ]
            for name, group in zip(GROUPS, self.weights)
        ]
        count = self.head["going"]["own"]
        return states, [self.archive[f"{path}/own/{number}"] for number in range(count)]

    def kept(self, place: int) -> Outcome | None:
        """How far a member has come; `None` if it has not begun, or the file does not say."""
        at = self.outcomes.get(place)
        if at is None or not self.head.get("going"):
            return None
        state, own = self.last_states
        going = self.head["going"]
        return Outcome(State(*state), own, at, going["epochs"][at], going["halted"][at])

    def state(self, place: int) -> State:
        """A member's state."""
        at = self.outcomes[place]
        return State(*([values[at] for values in group] for group in self.weights))

    def explanation(self) -> str:
        """What was decided when it was run."""
        return str(self.head["explanation"])


def _given(row: list[Any]) -> dict[str, Any]:
    """The arguments of a `fit` on a row of zeros, for which Keras makes all variables."""
    x, y, weight = (_zeros(part) for part in row)
    return {
        "x": x, "y": y, "sample_weight": weight, "batch_size": 1, "epochs": 1, "verbose": 0,
        "callbacks": None, "validation_split": 0.0, "validation_data": None, "shuffle": False,
        "class_weight": None, "initial_epoch": 0, "steps_per_epoch": None,
        "validation_steps": None, "validation_batch_size": None, "validation_freq": 1,
    }  # fmt: skip


def _zeros(spec: Any) -> Any:
    """A row of zeros with the structure, the shapes and the dtypes of the data."""
    if spec is None:
        return None
    if spec["kind"] == "array":
        return np.zeros((1, *spec["shape"]), spec["dtype"])
    if spec["kind"] == "dict":
        return {name: _zeros(part) for name, part in spec["parts"].items()}
    return [_zeros(part) for part in spec["parts"]]


class Loaded(Population):
    """A population in a file.

    Args:
        archive: The file.
        own: Classes and functions of the user's own, by their names. Defaults to `None`: none.
    """

    def __init__(self, archive: Archive, own: Mapping[str, Any] | None = None) -> None:
        """Read the members and the histories."""
        head = archive.head
        members = [_member(archive, number, one) for number, one in enumerate(head["members"])]
        places = range(len(head["jobs"]))
        jobs: Any = [LoadedJob(archive, place, members, own or {}) for place in places]
        splits = [Split({}, {}, None)] * len(members)
        given = {**head["settings"], "class_weight": None, "callbacks": None}
        known = _compared(head.get("baselines"))
        # Without the data none can be fitted: those that were known when it was saved are shown.
        given["baselines"] = known is not None
        nothing: Any = _NoData(tuple(_zeros(part) for part in head["row"]))
        super().__init__(None, members, splits, nothing, given, jobs, None, head["exact"])
        self.archive = archive
        self.history = {name: archive[f"history/{name}"] for name in head["metrics"]}
        self.epochs, self.finished = archive["epochs"], archive["finished"]
        self.interrupted = head["interrupted"]
        self.seconds, self.compile_seconds, self.wall_seconds = head["seconds"]
        self.known_baselines = known
        self.known_diverged, self._judged = archive["diverged"], archive["judged"]

    @property
    def directions(self) -> dict[str, bool]:
        """For each metric whose direction Keras knows, whether more is better."""
        return dict(self.archive.head["directions"])

    def judged(self, number: int) -> tuple[int, int]:
        """The epoch whose weights a member has, and the epoch with its best loss."""
        epoch, best = self._judged[number].tolist()
        return epoch, best

    def outcome(self, number: int) -> tuple[State, dict[str, Any]]:
        """A member's state as its training left it."""
        job, at = self.homes[number]
        return job.state(at), {}  # type: ignore[attr-defined]

    def _fresh(self, number: int) -> Any:
        """A model of the member's structure and numbers, to be given its state."""
        job, at = self.homes[number]
        values = {path: float(each[at]) for path, each in job.knobs.items()}
        if job.rate_values is not None:
            values[RATE] = float(job.rate_values[at])
        with random_state_kept(), fresh_names():
            made = copy_of(job.model, values)
            prepare(made, _given(self.archive.head["row"]))
        return made


class _NoData:
    """In the place of the data, of which the file has the shapes and dtypes of a row.

    Args:
        parts: A row of zeros: inputs, targets and weights.
    """

    def __init__(self, parts: tuple[Any, ...]) -> None:
        """Keep the row."""
        self.parts = parts

    def __getattr__(self, name: str) -> Any:
        raise PopulationError(
            "Expected a population of this process. Received one that was loaded: a file has not "
            "the data. Use `predict`, `predict_each` or the members themselves."
        )


def _compared(head: Any) -> Compared | None:
    """What simple models get; `None` if it was not asked for. Earlier files have a list."""
    if head is None:
        return None
    found, missing = (head, ()) if isinstance(head, list) else (head["found"], head["missing"])
    return Compared(tuple(_baseline(one) for one in found), tuple(missing))


def _baseline(head: dict[str, Any]) -> Baseline:
    """A baseline from its JSON, in which NaN is null."""
    pairs = {
        name: (float("nan") if mean is None else mean, float("nan") if error is None else error)
        for name, (mean, error) in head["scores"].items()
    }
    return Baseline(head["name"], pairs)


def _member(archive: Archive, number: int, head: dict[str, Any]) -> Member:
    """A member from its JSON; its rows are arrays of the file."""
    rows: dict[str, Any] = {name: archive[head[name]] for name in ROWS if name in head}
    plain = {name: value for name, value in head.items() if name not in ROWS}
    return Member(number, **plain, **rows)
