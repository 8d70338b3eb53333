"""What looks wrong with a fit: looked at before it, and at its end, for the verdict only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from onefit.checks.counts import miscounted
from onefit.checks.data import as_array, data_findings
from onefit.checks.labels import label_findings, weight_findings
from onefit.checks.steps import with_steps
from onefit.checks.verdict import certain, without_effects
from onefit.findings import Finding
from onefit.runs.constants import constants, whole
from onefit.runs.record import Constant, Fit
from onefit.training.observation.call_graph import call_graph
from onefit.training.observation.case import case_of, given_of
from onefit.training.observation.case_layers import layers_of
from onefit.training.observation.outputs import Output, outputs_of, values_of
from onefit.training.observation.safety import safely
from onefit.training.observation.supply import supply_findings

if TYPE_CHECKING:
    from keras import Model

Array = NDArray[Any]
Given = Mapping[str, Any]


def before(model: Model, given: Given) -> list[Finding]:
    """What shows in the arguments, before anything runs.

    Args:
        model: A compiled model, built or not.
        given: The arguments of `fit`.
    """
    found = data_findings({name: given[name] for name in ("x", "sample_weight")})
    data = given["validation_data"]
    pairs = {"y": given["y"]}
    if isinstance(data, tuple | list):
        named = {f"validation_data[{place}]": one for place, one in enumerate(data)}
        pairs |= {name: one for name, one in named.items() if name == "validation_data[1]"}
        found += data_findings({name: one for name, one in named.items() if name not in pairs})
    compiled = getattr(model, "optimizer", None) is not None
    outputs = _outputs(model, given["x"]) if compiled else []
    for name, y in pairs.items():
        wrong = _of_labels(name, y, outputs, model)
        words = {one.where for one in wrong}
        # Of words among the labels the loss tells more than that they are no numbers.
        found += [one for one in data_findings({name: y}) if not (words and one.code == "OF301")]
        found += wrong
    found += _of_weights(given) + _of_schedule(model, given["callbacks"])
    return without_effects([*found, *(safely(_proven, model, given) or [])])


def _outputs(model: Model, x: Any) -> list[Output]:
    """The outputs of a model, also of one of a class of the script's."""
    with call_graph(model, x):
        return outputs_of(model)


def _proven(
    model: Model, given: Given, history: Mapping[str, Sequence[float]] = {}
) -> list[Finding]:
    """What algebra and counts prove about a fit."""
    if getattr(model, "optimizer", None) is None:
        return []
    return certain(case_of(model, given, history))


def _of_labels(name: str, y: Any, outputs: Sequence[Output], model: Model) -> list[Finding]:
    """What in labels does not go with the outputs and their losses."""
    found: list[Finding] = []
    for output, given in zip(outputs, values_of(y, outputs)):
        labels = _array(given)
        if labels is not None and output.loss:
            named = f"{name}[{output.name!r}]" if output.name else name
            own = label_findings(output.loss, output.shape, labels, named, output.ignored)
            found += with_steps(own, layers_of(model)[0], labels) if own else []
    return found


def _of_weights(given: Given) -> list[Finding]:
    """What shows in `class_weight`."""
    weights = given["class_weight"]
    if not isinstance(weights, Mapping):
        return []
    values = list(weights.values())
    if not all(isinstance(one, int | float | np.number) for one in values):
        return []  # Keras's error
    wrong = [name for name, value in zip(weights, values) if not math.isfinite(value)]
    found = [Finding("OF302", where=f"class_weight[{name!r}]") for name in wrong]
    labels = _array(given["y"])
    return found + (weight_findings(weights, labels) if labels is not None else [])


def _of_schedule(model: Model, callbacks: Any) -> list[Finding]:
    """A callback that sets a learning rate that is computed from the step."""
    schedule = type(getattr(getattr(model, "optimizer", None), "_learning_rate", None))
    listed = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
    computed = any(base.__name__ == "LearningRateSchedule" for base in schedule.__mro__)
    if computed and any(type(one).__name__ == "ReduceLROnPlateau" for one in listed):
        return [Finding("OF306", where=schedule.__name__)]
    return []


def after(model: Model, given: Given, fit: Fit) -> list[Finding]:
    """What shows when the network is built and the fit has ended.

    Args:
        model: The model.
        given: The arguments of `fit`.
        fit: Its record.
    """
    proven = safely(_proven, model, given, fit.history) or []
    labels = _of_labels("y", given["y"], _outputs(model, given["x"]), model)
    return without_effects([*supply_findings(given, fit), *labels, *proven])


def failed(model: Model, given: Given, error: BaseException | None, fit: Fit) -> list[Finding]:
    """What an error that ended a fit wants of the script, where nothing else has said it.

    Args:
        model: The model.
        given: The arguments of `fit`.
        error: What ended it; `None` if nothing did.
        fit: Its record.
    """
    if not isinstance(error, Exception) or {"OF301", "OF303"} & {one.code for one in fit.findings}:
        return []
    outputs = _outputs(model, given["x"])
    labels = safely(_of_labels, "y", given["y"], outputs, model)  # it may be built only now
    from onefit.checks.errors import explained  # where there is an error to explain

    found = safely(miscounted, given) or explained(error, safely(case_of, model, given))
    return labels or ([] if found is None else [found])


def failed_evaluation(model: Model, given: Given, error: Exception) -> list[Finding]:
    """What an error that ended an evaluation wants of the script: of its labels first.

    Args:
        model: A compiled model.
        given: The arguments of `evaluate`.
        error: What ended it.
    """
    from onefit.checks.errors import explained

    labels = _of_labels("y", given["y"], _outputs(model, given["x"]), model)
    found = explained(error, safely(case_of, model, given_of(given["x"], given["y"])))
    return labels or ([] if found is None else [found])


def lost(found: Sequence[Finding], fit: Fit, history: Mapping[str, list[float]]) -> list[Finding]:
    """The findings of a call of `fit`, with one about a loss that became NaN or infinite.

    A program knows the step, stock Keras the epoch. Of calls in a loop the first one that lost the
    loss is told, with its number.

    Args:
        found: What was found.
        fit: The record of the training, with this call in it.
        history: What this call logged.
    """
    others = [one for one in found if one.code != "OF307"]
    told = next((one for one in found if one.code == "OF307"), None)
    if told is None:
        losses = history.get("loss", ())
        # Nearly always: a thousand short epochs would notice a look at each by itself.
        sound = all(map(math.isfinite, losses))
        at = None if sound else next(e for e, one in enumerate(losses) if not math.isfinite(one))
        told = (
            None if at is None else Finding("OF307", where=f"from epoch {fit.first + at + 1:,} on")
        )
    # The calls after the one that lost the loss begin with weights that are lost already.
    if told is None or any(one.code == "OF307" for one in fit.findings):
        return others
    if fit.calls > 1:
        told = replace(told, where=f"call {fit.calls}, {told.where}")
    return [*others, told]


def compared(model: Model, given: Given, fit: Fit) -> dict[str, Constant]:
    """The best constant answers for the numbers that a fit has logged.

    Losses of weighted rows have none: the weights are not looked into.
    """
    outputs = outputs_of(model)
    weighted = given["sample_weight"] is not None or given["class_weight"] is not None
    y, valid = labels_of(given, fit, outputs)
    found = _constants(outputs, y, fit, "", weighted)
    return found | _constants(outputs, valid, fit, "val_", weighted)


def _constants(
    outputs: Sequence[Output], labels: Sequence[Any], fit: Fit, prefix: str, weighted: bool
) -> dict[str, Constant]:
    """The best constant answers on the rows of training, or on those of validation."""
    found: dict[str, Constant] = {}
    losses: list[tuple[float, Constant]] = []
    for output, y in zip(outputs, labels):
        if y is None:
            continue
        logged = {
            name: function
            for name, function in output.logged.items()
            if not (weighted and name.endswith("loss"))
        }
        best = constants(logged, y)
        found |= {f"{prefix}{name}": one for name, one in best.items()}
        loss = best.get(f"{output.name}_loss")
        losses += [(output.weight, loss)] if loss is not None else []
    if len(outputs) > 1 and len(losses) == len(outputs):
        found[f"{prefix}loss"] = whole(losses)
    return {name: one for name, one in found.items() if name in fit.history}


def labels_of(
    given: Given, fit: Fit, outputs: Sequence[Output]
) -> tuple[list[Array | None], list[Array | None]]:
    """The labels of each output that were trained on, and those that were validated on.

    `None` for labels that are no arrays.
    """
    y = [_array(one) for one in values_of(given["y"], outputs)]
    valid: list[Array | None] = [None] * len(outputs)
    data = given["validation_data"]
    if isinstance(data, tuple | list) and len(data) > 1:
        valid = [_array(one) for one in values_of(data[1], outputs)]
    elif fit.validation == "split":
        valid = [None if one is None else one[fit.rows :] for one in y]
        y = [None if one is None else one[: fit.rows] for one in y]
    return y, valid


def _array(y: Any) -> Array | None:
    """Labels as an array, where they are one, a list of numbers, or a pandas column or table."""
    if type(y).__module__.split(".")[0] == "pandas" and hasattr(y, "to_numpy"):
        y = y.to_numpy()
    array = as_array(y)
    return array if array is not None and array.ndim else None
