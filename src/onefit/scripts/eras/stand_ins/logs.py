"""Names of logs as they were: `lr`, and the names of a model's metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def rate_in_history(original: Callable[..., Any]) -> Callable[..., Any]:
    """The learning rate that a callback logs is called `lr`."""

    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        history = original(self, *args, **kwargs)
        found = getattr(history, "history", {})
        if "learning_rate" in found and "lr" not in found:
            found["lr"] = found.pop("learning_rate")
        return history

    return fit


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
