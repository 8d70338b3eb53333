"""A population from a file gets its data, its models and its callbacks again."""

from __future__ import annotations

from typing import Any

from onefit.errors import PopulationError
from onefit.population.members.array_checks import check_values
from onefit.population.members.shared_data import Data
from onefit.population.members.streams import in_memory
from onefit.population.models.structures import Source
from onefit.population.results.resume import READS, Again, Parts
from onefit.population.results.resume_state import callbacks_digest, data_digest
from onefit.population.results.trained import Trained
from onefit.population.verbs.execution import again


def read_again(population: Trained, own: Again) -> Parts:
    """What trains the members of a file on, if it is what they were trained with.

    Args:
        population: A population that was loaded; or one of this process, which has its own parts,
            and has no more than the data looked at.
        own: What a file has not.

    Raises:
        PopulationError: If something is missing, or is not the same.
    """
    if population.trains is not None:
        return _here(population, own)
    known = population.archive.head.get("going")  # type: ignore[attr-defined]
    heads = [job.head for job in population.jobs]  # type: ignore[attr-defined]
    begun = [head for head in heads if head["trained"]]  # after Ctrl-C others have nothing
    if known is None or not all(head.get("going") for head in begun):
        raise PopulationError(
            "Expected a file that says where members stopped. Received: one that an earlier onefit "
            "has written. Call `fit_many` again; a single member, `nets[i]`, goes on with `fit`."
        )
    if not known["plain"]:
        raise PopulationError(
            "Expected a sweep of numbers and words. Received: one of arrays or objects, of which a "
            "file has no more than the names. Call `fit_many` again with `checkpoint=...`."
        )
    source = _source(population, known, own)
    _check_callbacks(known["callbacks"], own.callbacks)
    # JSON has no dict with numbers for keys, so these are written as pairs.
    weights = [
        None if one is None else {int(k): w for k, w in one} for one in known["class_weight"]
    ]
    given: dict[str, Any] = {
        **population.given, "x": own.x, "y": own.y, "sample_weight": own.sample_weight,
        "validation_data": own.validation_data, "callbacks": own.callbacks, "verbose": "auto",
        "class_weight": weights[0], "initial_epoch": 0, "steps_per_epoch": None,
        "validation_steps": None,
    }  # fmt: skip
    given = in_memory(given)
    data = _data(given, weights[1], known["by_rows"], known["data"])
    return Parts(again, source, data, given)


def _here(population: Trained, own: Again) -> Parts:
    """The parts that a population of this process has, if the data is its own."""
    before = population.data
    if own.model is not None or own.callbacks is not None:
        raise PopulationError(
            "Expected data, or nothing: a population that was trained in this process has its "
            "models and its callbacks. Received: some of them again. Leave them out."
        )
    given = in_memory({**population.given, "x": own.x, "y": own.y,
                       "sample_weight": own.sample_weight,
                       "validation_data": own.validation_data})  # fmt: skip
    weights, by_rows = before.given["class_weight"], not before.shared_validation
    _data(given, weights, by_rows, data_digest(before))
    return Parts(population.trains or again, population.source, before, population.given)


def _data(given: dict[str, Any], class_weight: Any, by_rows: bool, expected: str) -> Data:
    """The table of rows, if it has the digest of the one that members were trained on."""
    check_values(given)
    data = Data({**given, "class_weight": class_weight}, by_rows)
    if data_digest(data) != expected:
        raise PopulationError(
            "Expected the data that the population was trained on: `x` and `y` as `fit_many` was "
            "given them, and `sample_weight` and `validation_data` if there were some. Received: "
            f"{data.rows:,} rows with other values, types or shapes. To train on new data, call "
            "`fit_many`; a single member, `nets[i]`, goes on with `fit`."
        )
    return data


def _source(population: Trained, known: dict[str, Any], own: Again) -> Source:
    """What makes the models: the file's own, unless a function has built them."""
    if own.model is not None:
        return Source(own.model)
    if known["built"]:
        raise PopulationError(
            "Expected the function that builds the members, which a file has not. Received: none. "
            "Give it: `nets.resume(x, y, model=build, epochs=...)`."
        )
    return Source(population.jobs[0].model)


def _check_callbacks(known: list[list[str]], callbacks: Any) -> None:
    """Refuse other callbacks than those before, or none where there were some."""
    now = callbacks_digest(callbacks)
    if now != known:
        names = ", ".join(name for name, _ in known) or "none"
        received = ", ".join(name for name, _ in now) or "none"
        alike = " with other arguments" if received == names else ""
        raise PopulationError(
            f"Expected the callbacks that the members were trained with: {names}. Received: "
            f"{received}{alike}. Give them as before: `nets.resume(x, y, callbacks=[...])`."
        )


# The other way round a room would import one that stands above it.
READS[:] = [read_again]
