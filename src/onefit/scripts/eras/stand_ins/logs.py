"""Names of logs as they were: `lr`, and the names of a model's metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.stand_ins.model_metrics import has_own_steps, is_computed


def rate_as_lr(original: Callable[..., Any]) -> Callable[..., Any]:
    """The learning rate that a callback logs is called `lr`."""

    def on_epoch_end(self: Any, epoch: int, logs: dict[str, Any] | None = None) -> None:
        logs = {} if logs is None else logs
        original(self, epoch, logs)
        if "learning_rate" in logs:
            logs["lr"] = logs.pop("learning_rate")

    vars(on_epoch_end).update(vars(original))  # the marks of what it stands for
    # By this mark a program of the whole training logs the rate under the same name.
    on_epoch_end.name_of_rate = "lr"  # type: ignore[attr-defined]
    return on_epoch_end


def without_rate(original: Callable[..., Any]) -> Callable[..., Any]:
    """`LearningRateScheduler` logged nothing. Source: `keras/callbacks.py` of 1.2.2."""

    def on_epoch_end(self: Any, epoch: int, logs: dict[str, Any] | None = None) -> None:
        original(self, epoch, {})

    vars(on_epoch_end).update(vars(original))  # the marks of what it stands for
    on_epoch_end.name_of_rate = ""  # type: ignore[attr-defined]
    return on_epoch_end


def only_what_is_logged(original: Callable[..., Any]) -> Callable[..., Any]:
    """A file of `CSVLogger` has columns for what the first epoch logs, and no others."""

    def on_epoch_end(self: Any, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.keys is None:
            # Keras 3 would add the columns of a validation that its first epoch has not had.
            self.keys = sorted(logs or {})
        original(self, epoch, logs)

    return on_epoch_end


def named_as_weighted(original: Callable[..., Any]) -> Callable[..., Any]:
    """Logs of `weighted_metrics` began with `weighted_` in Keras 2.2, whatever `metrics` has."""

    def build(self: Any, y_true: Any, y_pred: Any) -> None:
        original(self, y_true, y_pred)
        for metrics in self._flat_weighted_metrics:
            for one in getattr(metrics, "metrics", ()):
                one.name = f"{_WEIGHTED}{one.name.removeprefix(_WEIGHTED)}"

    # `_metrics` asks for it where names are wanted before data have come.
    build.names_weighted = True  # type: ignore[attr-defined]
    return build


_WEIGHTED = "weighted_"


def metrics_names(_: property) -> property:
    """The names of what `evaluate` returns, one for each number."""
    return property(names_of_results)


def in_order_of_outputs(original: Callable[..., Any]) -> Callable[..., Any]:
    """`evaluate` gives the loss, the loss of each output, and then the metrics of each output.

    Keras 3 gives one number twice where `metrics` and `weighted_metrics` have the same.
    """

    def _flatten_metrics_in_order(self: Any, logs: dict[str, Any]) -> Any:
        if has_own_steps(self):
            names = [name for name in names_of_used(self) if name in logs]
            names += sorted(logs.keys() - set(names))
            return logs[names[0]] if len(names) == 1 else [logs[name] for name in names]
        if len(logs) < 2 or set(names := names_of_results(self)) != set(logs):
            return original(self, logs)
        return [logs[name] for name in names]

    return _flatten_metrics_in_order


def names_of_results(model: Any) -> list[str]:
    """What `evaluate` returns, by name: the loss, those of the outputs, and the metrics."""
    if has_own_steps(model):
        return names_of_used(model)
    compiled = getattr(model, "_compile_metrics", None)
    if compiled is not None and not compiled.built:
        return ["loss", *_losses(model), *_metrics(model)]
    loss = getattr(model, "_compile_loss", None)
    if compiled is None and loss is not None and not loss.built:
        return ["loss", *_losses(model)]
    kept = {} if compiled is None else vars(compiled)  # `compile` makes new metrics
    # Kept, since `get_metrics_result` computes every metric only to tell their names.
    if "names_of_results" not in kept:
        found, losses = list(model.get_metrics_result()), _losses(model)
        first = [name for name in ("loss", *losses) if name in found]
        kept["names_of_results"] = first + [name for name in found if name not in first]
    return list(kept["names_of_results"])


def names_of_logs(model: Any) -> list[str]:
    """The same without a look at values: within an epoch those of the metrics may be given away."""
    compiled = getattr(model, "_compile_metrics", None)
    found = ["loss", *_losses(model)]
    if compiled is None:
        return found
    if not compiled.built or "names_of_results" in vars(compiled):
        return names_of_results(model)
    return found + _of_outputs(compiled)


def _of_outputs(compiled: Any) -> list[str]:
    """The names of metrics that data have met, those of each output with its name before them."""
    found = []
    for metrics in (*compiled._flat_metrics, *compiled._flat_weighted_metrics):
        output = getattr(metrics, "output_name", None)
        before = f"{output}_" if output else ""
        found += [f"{before}{one.name}" for one in getattr(metrics, "metrics", ())]
    return found


def names_of_used(model: Any) -> list[str]:
    """The names of `model.metrics` in tf.keras 2: what a step of the script's own has used."""
    compiled, loss = model._compile_metrics, model._compile_loss
    of_loss = ["loss", *_losses(model)] if is_computed(model) else []
    of_metrics = _of_outputs(compiled) if compiled is not None and compiled.built else []
    listed = [model._loss_tracker, compiled, *(loss.metrics if loss is not None else ())]
    others = [one.name for one in model.metrics if not any(one is other for other in listed)]
    return [*of_loss, *of_metrics, *others]


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
    """The names of metrics that no data have met yet, those of each output in a row."""
    compiled = model._compile_metrics
    start = _WEIGHTED if getattr(type(compiled).build, "names_weighted", False) else ""
    outputs = getattr(model, "output_names", None) or []
    plain = _by_output(compiled._user_metrics, outputs)
    weighted = _by_output(compiled._user_weighted_metrics, outputs)
    found = []
    for place, output in enumerate(outputs or [""]):
        before = f"{output}_" if len(outputs) > 1 else ""
        found += [f"{before}{_name(one)}" for one in plain[place]]
        found += [f"{before}{start}{_name(one)}" for one in weighted[place]]
    return found


def _by_output(given: Any, outputs: list[str]) -> list[list[Any]]:
    """The metrics of each output; those of a single one stand alone."""
    if len(outputs) < 2:
        return [_flat(given)]
    if isinstance(given, dict):
        each = [given.get(name) for name in outputs]
    elif isinstance(given, list | tuple) and any(isinstance(one, list | tuple) for one in given):
        each = list(given)
    else:
        each = [given] * len(outputs)
    return [_flat(one) for one in [*each, *[None] * len(outputs)][: len(outputs)]]


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
