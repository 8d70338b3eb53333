"""Names of logs as they were: `lr`, and the names of a model's metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def rate_as_lr(original: Callable[..., Any]) -> Callable[..., Any]:
    """The learning rate that a callback logs is called `lr`."""

    def on_epoch_end(self: Any, epoch: int, logs: dict[str, Any] | None = None) -> None:
        logs = {} if logs is None else logs
        original(self, epoch, logs)
        if "learning_rate" in logs:
            logs["lr"] = logs.pop("learning_rate")

    on_epoch_end.name_of_rate = "lr"  # type: ignore[attr-defined]
    return on_epoch_end


def only_what_is_logged(original: Callable[..., Any]) -> Callable[..., Any]:
    """A file of `CSVLogger` has columns for what the first epoch logs, and no others."""

    def on_epoch_end(self: Any, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.keys is None:
            self.keys = sorted(logs or {})
        original(self, epoch, logs)

    return on_epoch_end


def metrics_names(_: property) -> property:
    """The names of what `evaluate` returns, one for each number."""
    return property(_names)


def in_order_of_outputs(original: Callable[..., Any]) -> Callable[..., Any]:
    """`evaluate` gives the loss, the loss of each output, and then the metrics of each output.

    Keras 3 gives one number twice where `metrics` and `weighted_metrics` have the same.
    """

    def _flatten_metrics_in_order(self: Any, logs: dict[str, Any]) -> Any:
        if len(logs) < 2 or set(names := _names(self)) != set(logs):
            return original(self, logs)
        return [logs[name] for name in names]

    return _flatten_metrics_in_order


def _names(model: Any) -> list[str]:
    compiled = getattr(model, "_compile_metrics", None)
    if compiled is not None and not compiled.built:
        return ["loss", *_losses(model), *_metrics(model)]
    kept = {} if compiled is None else vars(compiled)  # `compile` makes new metrics
    if "names_of_results" not in kept:
        found, losses = list(model.get_metrics_result()), _losses(model)
        first = [name for name in ("loss", *losses) if name in found]
        kept["names_of_results"] = first + [name for name in found if name not in first]
    return list(kept["names_of_results"])


def _losses(model: Any) -> list[str]:
    """The names of the outputs' losses; none for a single output."""
    compiled = getattr(model, "_compile_loss", None)
    if compiled is None:
        return []
    if compiled.built:
        return [one.name for one in compiled.metrics]
    outputs = getattr(model, "output_names", None) or []
    given = compiled._user_loss
    kept = [name for name in outputs if not isinstance(given, dict) or name in given]
    return [f"{name}_loss" for name in kept] if len(outputs) > 1 else []


def _metrics(model: Any) -> list[str]:
    """The names of metrics that no data have met yet."""
    given = model._compile_metrics._user_metrics
    outputs = getattr(model, "output_names", None) or []
    if len(outputs) < 2:
        return [_name(one) for one in _flat(given)]
    if isinstance(given, dict):
        each = [given.get(name) for name in outputs]
    elif isinstance(given, list | tuple) and any(isinstance(one, list | tuple) for one in given):
        each = list(given)
    else:
        each = [given] * len(outputs)
    return [
        f"{output}_{_name(one)}"
        for output, metrics in zip(outputs, each, strict=False)
        for one in _flat(metrics)
    ]


def _flat(metrics: Any) -> list[Any]:
    """The metrics of all outputs in one list."""
    if isinstance(metrics, dict):
        metrics = list(metrics.values())
    if not isinstance(metrics, list | tuple):
        return [] if metrics is None else [metrics]
    return [one for part in metrics for one in _flat(part)]


def _name(metric: Any) -> str:
    found = metric if isinstance(metric, str) else getattr(metric, "name", None)
    return str(found or getattr(metric, "__name__", type(metric).__name__))
