"""Where the combinations of a search come from: drawn all at once, or asked of Optuna in turns."""

from __future__ import annotations

import contextlib
import copy
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from onefit.console import tell
from onefit.errors import PopulationError
from onefit.population.members.checks import shown, whole
from onefit.population.members.ranges import Range, distinct, ranges_of
from onefit.runs.words import counted

INSTALL = 'pip install "onefit[search]"'
TURNS, FEWEST = 8, 8  # in so many turns a search asks Optuna, for at least so many combinations


class Proposals(Protocol):
    """Combinations, in turns: each turn is told what the ones before have reached."""

    def ask(self, count: int) -> list[dict[str, Any]]:
        """So many combinations that have not been trained."""

    def check(self, rises: bool) -> None:
        """Refuse a metric of which more is better, or of which less is, before anything runs."""

    def tell(self, scores: Sequence[float], rises: bool) -> None:
        """What the combinations of the last turn have reached; NaN where a member diverged."""

    def drop(self) -> None:
        """The last turn was interrupted."""


class Draws:
    """Combinations drawn at random, which cover each range evenly.

    Args:
        space: A range for each name.
        seed: Where they come from.
    """

    def __init__(self, space: Mapping[str, Any], seed: int) -> None:
        """Look at the space."""
        self.space, self.seed = space, seed

    def ask(self, count: int) -> list[dict[str, Any]]:
        """All combinations: there is one turn."""
        found = distinct(self.space, count, self.seed)
        if len(found) < count:
            tell(
                f"onefit: {counted(len(found), 'combination')} of the space, and not {count:,}: "
                "none is tried twice"
            )
        return found

    def check(self, rises: bool) -> None:
        """Both will do."""

    def tell(self, scores: Sequence[float], rises: bool) -> None:
        """Nothing is learned from them."""

    def drop(self) -> None:
        """Nobody waits for them."""


class Asked:
    """Combinations that Optuna proposes.

    Args:
        space: A range for each name.
        sampler: `"tpe"`, or a sampler of Optuna.
        study: A study of Optuna to ask and to tell, instead of a sampler.
        seed: Where the proposals of `"tpe"` come from.
    """

    def __init__(self, space: Mapping[str, Any], sampler: Any, study: Any, seed: int) -> None:
        """Look at the space, and make a study if there is none.

        Raises:
            ModuleNotFoundError: If Optuna is not installed.
            PopulationError: If sampler or study are none.
        """
        optuna = _optuna()
        self.ranges = ranges_of(space)
        self.distributions = {name: _distribution(r) for name, r in self.ranges.items()}
        self.own = study is None
        self.study = _study(optuna, sampler, seed) if study is None else _checked(optuna, study)
        self.trials: list[Any] = []

    def ask(self, count: int) -> list[dict[str, Any]]:
        """What Optuna proposes, with all of them under way at the same time."""
        with _quiet():
            self.trials = [self.study.ask(self.distributions) for _ in range(count)]
        return [
            {name: _value(self.ranges[name], trial.params[name]) for name in self.ranges}
            for trial in self.trials
        ]

    def check(self, rises: bool) -> None:
        """Refuse a study that is for the other direction.

        Raises:
            PopulationError: If it is.
        """
        if not self.own and rises != (self.study.direction.name == "MAXIMIZE"):
            raise PopulationError(
                f"Expected a study that {'maximizes' if rises else 'minimizes'} this metric. "
                f"Received: one with direction {self.study.direction.name}. Make it with "
                f"`optuna.create_study(direction={'maximize' if rises else 'minimize'!r})`, or "
                "give `mode`."
            )

    def tell(self, scores: Sequence[float], rises: bool) -> None:
        """Tell the study; a combination with a member that diverged is as bad as can be."""
        sign = -1 if rises else 1
        for trial, score in zip(self.trials, scores):
            value = score if math.isfinite(score) else sign * math.inf
            with _quiet():  # a study of our own minimizes
                self.study.tell(trial, sign * value if self.own else value)

    def drop(self) -> None:
        """Tell the study that these trials have failed: nobody else can end them."""
        state = _optuna().trial.TrialState.FAIL
        for trial in self.trials:
            with _quiet():
                self.study.tell(trial, state=state)


def turns(trials: int, at_once: int | None) -> list[int]:
    """How many combinations there are in each turn.

    Raises:
        PopulationError: If `at_once` is no number of combinations.

    >>> turns(20, None), turns(256, None), turns(5, 2)
    ([8, 8, 4], [32, 32, 32, 32, 32, 32, 32, 32], [2, 2, 1])
    """
    if at_once is None:
        at_once = max(FEWEST, -(-trials // TURNS))
    whole("at_once", at_once, 1, "Give how many combinations are one population, such as 16.")
    return [min(at_once, trials - start) for start in range(0, trials, at_once)]


def _optuna() -> Any:
    try:
        import optuna
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Expected Optuna, which proposes combinations. Received: none, it is not installed. "
            f"Install it: {INSTALL}; or leave `sampler` and `study` out: combinations are drawn "
            "at random.",
            name="optuna",
        ) from error
    return optuna


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without Optuna's lines for each trial, and its warnings of what is new in it."""
    optuna = _optuna()
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(max(before, optuna.logging.WARNING))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)


def _study(optuna: Any, sampler: Any, seed: int) -> Any:
    """A study in memory."""
    with _quiet():
        if sampler == "tpe":
            # Many are asked for before any is told: the others under way are counted as bad, or
            # they would all lie close together.
            sampler = optuna.samplers.TPESampler(seed=seed, constant_liar=True)
        elif isinstance(sampler, optuna.samplers.BaseSampler):
            sampler = copy.deepcopy(sampler)  # a search that is made again gets the same
        else:
            raise PopulationError(
                "Expected `sampler` to be 'tpe' or a sampler of Optuna. Received: "
                f"{shown(sampler)}. Leave it out for combinations drawn at random."
            )
        return optuna.create_study(sampler=sampler)


def _checked(optuna: Any, study: Any) -> Any:
    if not isinstance(study, optuna.Study) or len(study.directions) != 1:
        raise PopulationError(
            "Expected `study` to be a study of Optuna with one direction. Received: "
            f"{shown(study)}. Make one with `optuna.create_study(direction='minimize')`."
        )
    return study


def _distribution(given: Range) -> Any:
    """A range in Optuna's terms; a choice is one of places where Optuna cannot keep its values."""
    optuna = _optuna()
    if given.kind == "choice":
        return optuna.distributions.CategoricalDistribution(_choices(given))
    if given.kind == "integers":
        return optuna.distributions.IntDistribution(int(given.low), int(given.high))
    log = given.kind == "log_uniform"
    return optuna.distributions.FloatDistribution(given.low, given.high, log=log)


def _choices(given: Range) -> list[Any]:
    # Optuna keeps other values of a choice only with a warning, and not in a storage on disk.
    plain = all(isinstance(v, (bool, int, float, str, type(None))) for v in given.values)
    return list(given.values) if plain else list(range(len(given.values)))


def _value(given: Range, value: Any) -> Any:
    if given.kind == "choice" and _choices(given) != list(given.values):
        return given.values[value]
    return value
