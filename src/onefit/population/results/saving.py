"""What is written of a population: its table, its histories, and every member's weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import keras
import numpy as np
from keras import Model

import onefit
from onefit.console import tell
from onefit.population.members.paths import OF_FIT
from onefit.population.results import own_names
from onefit.population.results.baselines import baselines_of
from onefit.population.results.divergence import diverged
from onefit.population.results.resume_state import add_states, told_of
from onefit.population.results.trained import Trained
from onefit.training.core.state import State

SETTINGS = (
    "batch_size", "epochs", "validation_split", "shuffle", "validation_batch_size",
    "validation_freq", "metric", "mode",
)  # fmt: skip
GROUPS = State._fields
ROWS = ("train", "held", "valid")


def contents(population: Trained) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What is written as JSON, and what as arrays.

    Raises:
        PopulationError: If there is nothing to write.
    """
    population.check_finished()
    arrays = {f"history/{name}": values for name, values in population.history.items()}
    judged = np.zeros((len(population.members), 2), int)
    for number in population.numbers:
        judged[number] = population.judged(int(number))
    arrays |= {
        "epochs": population.epochs,
        "finished": population.finished,
        "diverged": diverged(population),
        "judged": judged,
        "numbers": population.numbers,
    }
    rows: dict[bytes, str] = {}
    members = [_member(member, arrays, rows) for member in population.members]
    jobs = [_job(population, place, arrays) for place in range(len(population.jobs))]
    # Told once for all structures, of which most say the same.
    for told in {own_names.warning(job["model"]) for job in jobs} - {""}:
        tell(f"onefit: a population is saved, and {told}")
    head = {
        "onefit": onefit.__version__,
        "keras": keras.__version__,
        "settings": {name: _plain(population.given.get(name)) for name in SETTINGS},
        "members": members,
        "jobs": jobs,
        "metrics": list(population.history),
        "row": [_spec(part) for part in population.data.parts],
        # So that a population that is loaded need not make a model to rank its members.
        "directions": population.directions,
        "baselines": _baselines(population),
        "going": told_of(population),
        "interrupted": population.interrupted,
        "exact": population.exact,
        "seconds": [population.seconds, population.compile_seconds, population.wall_seconds],
    }
    return head, arrays


def _baselines(population: Trained) -> dict[str, Any] | None:
    """What simple models get: without the data they could not be fitted later."""
    if not population.given.get("baselines", True):
        return None
    known = baselines_of(population)
    found = [{"name": one.name, "scores": _finite(one.scores)} for one in known.found]
    return {"found": found, "missing": list(known.missing)}


def _finite(scores: Mapping[str, tuple[float, float]]) -> dict[str, list[float | None]]:
    """Scores as JSON has them, which knows no NaN."""
    return {
        name: [float(value) if np.isfinite(value) else None for value in pair]
        for name, pair in scores.items()
    }


def _member(member: Any, arrays: dict[str, np.ndarray], rows: dict[bytes, str]) -> dict[str, Any]:
    """A member as JSON; rows that many members share are written once."""
    found: dict[str, Any] = {
        name: getattr(member, name) for name in ("seed", "restart", "fold", "replica")
    }
    found["configuration"] = member.configuration
    found |= {name: getattr(member, name) for name in OF_FIT if getattr(member, name)}
    found["values"] = {name: _plain(value) for name, value in member.values.items()}
    for name in ROWS:
        values = getattr(member, name)
        if values is not None:
            key = np.asarray(values).tobytes()
            if key not in rows:
                rows[key] = f"rows/{len(rows)}"
                arrays[rows[key]] = np.asarray(values, np.int64)
            found[name] = rows[key]
    return found


def _job(population: Trained, place: int, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """The members of a structure: the model's config, the numbers in which they differ, states."""
    job = population.jobs[place]
    at = [at for at in range(len(job.members)) if at in job.outcomes]
    own = [job.members[one].number for one in at]
    states = [population.outcome(number)[0] for number in own]
    counts = [len(group) for group in states[0]] if states else [0] * len(GROUPS)
    for group, (name, count) in enumerate(zip(GROUPS, counts)):
        for variable in range(count):
            stacked = np.stack([np.asarray(state[group][variable]) for state in states])
            arrays[f"weights/{place}/{name}/{variable}"] = stacked
    going = add_states(job, place, at, arrays)
    knobs = dict(job.knobs)
    if job.rate_values is not None:
        # A variable of the state while members are trained; in the file a number like the others.
        knobs["optimizer.learning_rate"] = job.rate_values
    return {
        "members": [member.number for member in job.members],
        "trained": own,
        "counts": counts,
        "knobs": {path: [float(v) for v in values] for path, values in knobs.items()},
        "swept": [path for path in job.knobs],
        "model": config_of(job.model),
        "weights": job.weight_count,
        "validates": [job.validates(epoch) for epoch in range(population.given["epochs"])],
        "explanation": job.explanation(),
        "going": going,
    }


def config_of(model: Model) -> Any:
    """A model as Keras writes it into a `.keras` file; `None` for one that has no config."""
    try:
        return jax.tree.map(_plain, keras.saving.serialize_keras_object(model))
    except (NotImplementedError, TypeError, ValueError):
        return None


def _spec(part: Any) -> Any:
    """The structure, shapes and dtypes of a row of the data, without its values."""
    if part is None:
        return None
    if isinstance(part, dict):
        return {"kind": "dict", "parts": {name: _spec(one) for name, one in part.items()}}
    if isinstance(part, (list, tuple)):
        return {"kind": "list", "parts": [_spec(one) for one in part]}
    array = np.asarray(part)
    return {"kind": "array", "shape": list(array.shape[1:]), "dtype": array.dtype.name}


def _plain(value: Any) -> Any:
    """A value as JSON has it; what JSON has not is written as text."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return repr(value)
