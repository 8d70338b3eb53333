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

    def names(self: Any) -> list[str]:
        compiled = getattr(self, "_compile_metrics", None)
        if compiled is None or compiled.built:
            return [name for name in self.get_metrics_result()]
        return ["loss", *map(_name, _flat(compiled._user_metrics))]

    return property(names)


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
