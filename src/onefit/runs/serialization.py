"""A record as JSON text, and back.

Numbers that JSON does not have are written as the strings "NaN", "Infinity" and "-Infinity", which
JavaScript's `Number` and Python's `float` both read.

>>> run = Run(key="1f", door="run", script="xor.py", fits=[Fit(history={"loss": [0.7, math.nan]})])
>>> text = to_json(run)
>>> json.loads(text)["fits"][0]["history"]
{'loss': [0.7, 'NaN']}
>>> from_json(text).fits[0].history
{'loss': [0.7, nan]}
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from onefit.runs.networks import Band, Configuration, Networks, Score, Simple
from onefit.runs.record import (
    Calls,
    Constant,
    Evaluation,
    Event,
    Examined,
    Fit,
    Layer,
    Prediction,
    Run,
    Told,
    Tried,
)


def to_json(run: Run) -> str:
    """A run as JSON text, in one line.

    Args:
        run: What to write.
    """
    return json.dumps(_written(run), separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> Run:
    """Read what `to_json` wrote; fields that are not known here are left out.

    Args:
        text: A record of this version or of another one.

    Raises:
        ValueError: If it is no record of a run.
    """
    try:
        values = dict(json.loads(text))
        return _run(values)
    except (TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"Expected the record of a run. Received: {text[:60]!r}.") from error


def _written(value: Any) -> Any:
    """A value without dataclasses, and without numbers that JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else _NAMES[str(value)]
    if isinstance(value, str | int) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(name): _written(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        if set(map(type, value)) == {float} and all(map(math.isfinite, value)):
            return value  # a history: as it is
        return [_written(one) for one in value]
    return {one.name: _written(getattr(value, one.name)) for one in dataclasses.fields(value)}


_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
_NUMBERS = {name: float(name) for name in _NAMES.values()}


def _run(values: dict[str, Any]) -> Run:
    run: Run = _made(Run, values)
    run.fits = [_fit(one) for one in values.get("fits", ())]
    run.populations = [_networks(one) for one in values.get("populations", ())]
    run.evaluations = [_evaluation(one) for one in values.get("evaluations", ())]
    run.predictions = _all(Prediction, values.get("predictions", ()))
    run.findings = _all(Told, values.get("findings", ()))
    run.verbs = {name: _made(Calls, one) for name, one in values.get("verbs", {}).items()}
    return run


def _fit(values: dict[str, Any]) -> Fit:
    fit: Fit = _made(Fit, values)
    fit.layers = _all(Layer, values.get("layers", ()))
    fit.events = _all(Event, values.get("events", ()))
    fit.findings = _all(Told, values.get("findings", ()))
    history = values.get("history", {})
    fit.history = {name: [float(one) for one in numbers] for name, numbers in history.items()}
    fit.constants = _constants(values)
    fit.examined = _examined(values["examined"]) if values.get("examined") else None
    return fit


def _examined(values: dict[str, Any]) -> Examined:
    examined: Examined = _made(Examined, values)
    examined.findings = _all(Told, values.get("findings", ()))
    examined.tried = _all(Tried, values.get("tried", ()))
    return examined


def _networks(values: dict[str, Any]) -> Networks:
    many: Networks = _made(Networks, values)
    many.configurations = [_configuration(one) for one in values.get("configurations", ())]
    many.simple = [
        Simple(str(one["name"]), _scores(one["scores"])) for one in values.get("simple", ())
    ]
    many.table = {
        # A column may hold words, so that only the three names become numbers again.
        name: [_NUMBERS.get(one, one) if isinstance(one, str) else one for one in column]
        for name, column in values.get("table", {}).items()
    }
    return many


def _configuration(values: dict[str, Any]) -> Configuration:
    one: Configuration = _made(Configuration, values)
    one.scores = _scores(values.get("scores", {}))
    one.curves = {name: _band(band) for name, band in values.get("curves", {}).items()}
    return one


def _scores(values: Mapping[str, Any]) -> dict[str, Score]:
    return {
        name: Score(float(one["mean"]), float(one["error"]), _floats(one["parts"]))
        for name, one in values.items()
    }


def _band(values: dict[str, Any]) -> Band:
    band: Band = _made(Band, values)
    for name in ("low", "middle", "high", "best"):
        setattr(band, name, _floats(values.get(name, ())))
    return band


def _floats(values: Iterable[Any]) -> list[float]:
    return [float(one) for one in values]


def _evaluation(values: dict[str, Any]) -> Evaluation:
    evaluation: Evaluation = _made(Evaluation, values)
    scores = values.get("scores", {})
    evaluation.scores = {name: float(value) for name, value in scores.items()}
    evaluation.constants = _constants(values)
    return evaluation


def _constants(values: Mapping[str, Any]) -> dict[str, Constant]:
    return {
        name: Constant(float(one["value"]), str(one["answer"]))
        for name, one in values.get("constants", {}).items()
    }


def _made(kind: Any, values: Mapping[str, Any]) -> Any:
    known = {one.name for one in dataclasses.fields(kind)}
    return kind(**{name: value for name, value in values.items() if name in known})


def _all(kind: Any, values: Iterable[Mapping[str, Any]]) -> list[Any]:
    return [_made(kind, one) for one in values]
