"""What looks wrong with a fit: looked at before it, and at its end, for the verdict only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from onefit.findings import Finding
from onefit.findings.data import data_findings
from onefit.findings.labels import label_findings, weight_findings
from onefit.runs.constants import constants
from onefit.runs.record import Constant, Fit
from onefit.training.network import Network

Given = Mapping[str, Any]


def before(model: Any, given: Given) -> list[Finding]:
    """What shows in the arguments, before anything runs.

    Args:
        model: A compiled model, built or not.
        given: The arguments of `fit`.
    """
    found = data_findings({name: given[name] for name in ("x", "y", "sample_weight")})
    data = given["validation_data"]
    if isinstance(data, tuple | list):
        found += data_findings({f"validation_data[{place}]": one for place, one in enumerate(data)})
    schedule = type(getattr(model.optimizer, "_learning_rate", None))
    if any(base.__name__ == "LearningRateSchedule" for base in schedule.__mro__):
        callbacks = given["callbacks"]
        listed = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
        if any(type(one).__name__ == "ReduceLROnPlateau" for one in listed):
            found.append(Finding("OF306", where=schedule.__name__))
    return found


def after(given: Given, fit: Fit, network: Network) -> list[Finding]:
    """What shows when the network is built and the fit has ended.

    Args:
        given: The arguments of `fit`.
        fit: Its record.
        network: What was trained.
    """
    found = []
    if hasattr(given["x"], "__next__") and given["steps_per_epoch"] is None and fit.epochs > 1:
        evidence = f"from epoch {fit.first + 2} on Keras had only what was left of the generator"
        found.append(Finding("OF305", where=type(given["x"]).__name__, evidence=evidence))
    y = labels_of(given, fit)[0]
    if y is not None:
        units = network.layers[-1].shape[-1] if network.layers and network.layers[-1].shape else 0
        loss = network.functions.get("loss", "")
        found += label_findings(loss, units or 0, y)
        if isinstance(given["class_weight"], Mapping):
            found += weight_findings(given["class_weight"], y)
    losses = fit.history.get("loss", ())
    lost = next((e for e, value in enumerate(losses) if not math.isfinite(value)), None)
    if lost is not None:
        found.append(Finding("OF307", where=f"from epoch {fit.first + lost + 1} on"))
    return found


def compared(given: Given, fit: Fit, network: Network) -> dict[str, Constant]:
    """The best constant answers for the numbers that a fit has logged.

    Losses of weighted rows have none: the weights are not looked into.
    """
    y, valid = labels_of(given, fit)
    named = {name: network.functions[name] for name in fit.history if name in network.functions}
    if given["sample_weight"] is not None or given["class_weight"] is not None:
        named.pop("loss", None)
    found = constants(named, y) if y is not None else {}
    if valid is not None:
        named = {
            name: network.functions[name]
            for name in network.functions
            if f"val_{name}" in fit.history
        }
        found |= {f"val_{name}": one for name, one in constants(named, valid).items()}
    return found


def labels_of(given: Given, fit: Fit) -> tuple[Any, Any]:
    """The labels that were trained on and those that were validated on, where they are arrays."""
    y, valid = _array(given["y"]), None
    data = given["validation_data"]
    if isinstance(data, tuple | list) and len(data) > 1:
        valid = _array(data[1])
    elif y is not None and fit.validation == "split" and fit.rows is not None:
        y, valid = y[: fit.rows], y[fit.rows :]
    return y, valid


def _array(y: Any) -> Any:
    """Labels as an array, if they are one, or a pandas column of plain numbers."""
    if type(y).__module__.split(".")[0] == "pandas" and hasattr(y, "to_numpy"):
        y = y.to_numpy()
    elif isinstance(y, list) and y and isinstance(y[0], int | float):
        y = np.asarray(y)
    return y if isinstance(y, np.ndarray) and y.ndim else None
