"""Make onefit the way in which this process trains, and take that back."""

from __future__ import annotations

import onefit
from onefit import workers
from onefit.scripts import backend, naming, plot_model, preprocessing, timeseries, tracebacks
from onefit.training.verbs.install import AFTERWARDS


def activate(
    *,
    explain: bool = False,
    strict: bool = False,
    verify: bool = False,
    restarts: int = 1,
    watch: bool = False,
    checkpoint: str = "",
) -> None:
    """Install onefit's fit, evaluate and predict, and provide the name `tensorflow`.

    The worker processes that this one starts are activated, too.

    Args:
        explain: Print each plan before its run. Defaults to `False`.
        strict: Make a fallback an error. Defaults to `False`.
        verify: Train both ways and tell whether they differ. Defaults to `False`.
        restarts: Starts of each fit, of which the best is kept. Defaults to `1`.
        watch: Keep where each fit begins, for a report. Defaults to `False`.
        checkpoint: A folder for the checkpoints of this process's fits. Defaults to `""`: none.

    Raises:
        BackendError: If Keras already runs on a backend other than JAX.
    """
    for provide in (plot_model.provide, preprocessing.provide, timeseries.provide):
        if provide not in AFTERWARDS:
            AFTERWARDS.append(provide)
    onefit.install(
        explain=explain, strict=strict, verify=verify, restarts=restarts, watch=watch,
        checkpoint=checkpoint,
    )  # fmt: skip
    backend.insist()
    naming.provide()
    tracebacks.provide()
    # Without `watch` and `checkpoint`, which are for the trainings of this process alone.
    workers.share(activate, explain=explain, strict=strict, verify=verify, restarts=restarts)


def deactivate() -> None:
    """Undo `activate`, and the `TensorBoard` of a script that shows nothing old."""
    from onefit.scripts.eras import event_logs  # a script for Keras 3 needs nothing of an era

    workers.keep(activate)
    for part in (plot_model, preprocessing, timeseries):
        if part.provide in AFTERWARDS:
            AFTERWARDS.remove(part.provide)
        part.withdraw()
    onefit.uninstall()
    backend.relent()
    naming.withdraw()
    tracebacks.withdraw()
    event_logs.withdraw()
