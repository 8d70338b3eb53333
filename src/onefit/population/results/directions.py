"""Whether more of a metric is better: Keras's metric object tells where it knows, else the name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from onefit.errors import PopulationError

if TYPE_CHECKING:
    from keras import Model

# Whole words between underscores: there is "acc" in other words, too.
_MORE_IS_BETTER = re.compile(
    r"(^|_)(acc\d*|accuracy|auc|precision|recall|f1|f1score|fbeta|f_score|iou|io_u|miou|r2|"
    r"true_positives|true_negatives|specificity|sensitivity|cosine_similarity|cosine_proximity|correlation|"
    r"dice|jaccard|kappa|psnr|ssim)(_|$)"
)


def is_max(metric: str, mode: str, known: Mapping[str, bool] | None = None) -> bool:
    """Whether more is better.

    Args:
        metric: The metric's name in a history.
        mode: `"min"`, `"max"`, or `"auto"`: what the model's metric object says, if it is one of
            Keras's. Else more is better of what has `accuracy`, `auc`, `io_u` and the like in its
            name; less is better of all others, and of every name that ends in `loss`.
        known: What the model's metric objects say: `directions(model)`. Defaults to `None`: the
            name decides.

    >>> is_max("val_accuracy", "auto"), is_max("val_loss", "auto"), is_max("mean_io_u", "auto")
    (True, False, True)
    >>> is_max("a_accuracy_loss", "auto")  # the loss of an output with a name of its own
    False
    """
    if mode not in ("auto", "min", "max"):
        raise PopulationError(f"Expected mode 'auto', 'min' or 'max'. Received: {mode!r}.")
    if mode != "auto":
        return mode == "max"
    name = re.sub(r"\[\d+\]$", "", metric.removeprefix("val_"))  # one of a metric's values
    known = known or {}
    for written in (name, re.sub(r"_\d+$", "", name)):  # Keras numbers metrics of one name
        if written in known:
            return known[written]
    return not name.endswith("loss") and bool(_MORE_IS_BETTER.search(name.lower()))


def directions(model: Model) -> dict[str, bool]:
    """For each metric whose direction Keras knows, whether more is better, by its logs' name."""
    found: dict[str, bool] = {}
    for metric in model.metrics:
        for part in getattr(metric, "_flat_metrics", None) or ():
            _add(found, part, "")
        for part in getattr(metric, "_flat_weighted_metrics", None) or ():
            _add(found, part, "")
            _add(found, part, "weighted_")
        if not hasattr(metric, "_flat_metrics"):
            _put(found, metric.name, metric)
    return found


def _add(found: dict[str, bool], listed: Any, prefix: str) -> None:
    """The metrics of one output, under the names that Keras logs them by."""
    if listed:
        output = f"{listed.output_name}_" if listed.output_name else ""
        for metric in listed.metrics:
            _put(found, f"{output}{prefix}{metric.name}", metric)


def _put(found: dict[str, bool], name: str, metric: Any) -> None:
    direction = getattr(metric, "_direction", None)
    if direction in ("up", "down"):
        found.setdefault(name, direction == "up")
