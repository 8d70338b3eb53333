"""`report`: a page about a model and its data, or about everything that this process trained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onefit.inspection.names import ClassNames, class_names_of, feature_names_of
from onefit.inspection.plane import has_plane, plane
from onefit.inspection.replay import Replay, copied, holding, replay, undisturbed
from onefit.inspection.rows import judged_on, rows, trained_on
from onefit.inspection.views import views
from onefit.inspection.watch import WATCH, Training
from onefit.reports import Page, Report
from onefit.reports.views import Views
from onefit.runs import surroundings
from onefit.runs.record import Fit, Run
from onefit.training.observation.layers import layers
from onefit.training.observation.network import network_of

if TYPE_CHECKING:
    from keras import Model

LONGEST = 20.0
"""Seconds of a training that is still run again for pictures."""


def report(
    model: Model,
    x: Any = None,
    y: Any = None,
    *,
    history: Any = None,
    validation_data: Any = None,
    path: str | Path | None = None,
    class_names: ClassNames = None,
    feature_names: Sequence[str] | None = None,
) -> Page:
    """A page about a model: curves, what it gets wrong, how sure it is, what it looks like.

    The network is judged on `validation_data` where there is any, else on `x` and `y`; of a
    training that was watched, on its own validation. A model of two inputs is shown over their
    plane; over all its epochs if `history` is of a training that was watched, since that is run
    again from where it began. `onefit.install(watch=True)`, `onefit run --report` and a notebook's
    `%load_ext onefit` watch.

    Args:
        model: A compiled `keras.Model`.
        x: Inputs of shape `(rows, ...)`: an array, a table, or a list or dict of them. Defaults to
            `None`: only what needs no data is shown.
        y: Targets: numbers of classes or rows with a one for classifiers, of shape `(rows,)` or
            `(rows, outputs)`; a list or dict of them for several outputs. Defaults to `None`.
        history: The `keras.callbacks.History` of its training, or the dict in it. Defaults to
            `None`: no curves.
        validation_data: `(x, y)` to judge on. Defaults to `None`.
        path: A file to write the page to. Defaults to `None`: none is written.
        class_names: The names of the classes, in their order; of a model with several outputs a
            dict with those of each output. Defaults to `None`: their numbers.
        feature_names: The names of the columns of `x`. Defaults to `None`: those of the table.

    Returns:
        The page; `save(path)` writes it, and a notebook shows it.

    Raises:
        TypeError: If the data are read batch by batch.
        ValueError: If there are more or fewer names than classes or columns.

    >>> import keras, numpy as np, onefit
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x = np.linspace(0, 1, 20).reshape(20, 1)
    >>> history = onefit.fit(model, x, 2 * x, epochs=5, verbose=0)
    >>> page = onefit.report(model, x, 2 * x, history=history)
    >>> page.report.views[0].scatter.rows
    20
    """
    class_names = class_names_of(model, class_names)
    given = None if x is None else rows(x, y, "given")
    named = None if given is None else feature_names_of(given, feature_names)
    watched = None if history is None else WATCH.of(history)
    fit = watched.fit if watched is not None else _described(model, history, x)
    found: dict[int, Views] = {}
    if given is not None:
        trained = judged = given
        trained.names = names = named or given.names
        if validation_data is not None:
            x_new, y_new, *_ = validation_data
            judged = rows(x_new, y_new, "validation", names)
        elif watched is not None and watched.given["x"] is x:
            judged = judged_on(watched.given, names)
        with undisturbed(model):
            found[0] = views(model, judged, class_names)
            if has_plane(model, trained):
                states = _states(watched, fit, copied(model))
                found[0].plane = plane(model, trained, states, class_names)
    run = Run(door="python", script=surroundings.script(), ended="finished", fits=[fit])
    run.versions, run.machine = surroundings.versions(), surroundings.machine()
    page = Page(Report(run, found, title=str(model.name)))
    if path is not None:
        page.save(path)
    return page


def _described(model: Model, history: Any, x: Any) -> Fit:
    """A record of a training of which only the History is known."""
    logged = getattr(history, "history", history) or {}
    numbers = {name: [float(value) for value in values] for name, values in logged.items()}
    fit = Fit(history=numbers, layers=layers(model), model=str(model.name))
    fit.weights = sum(int(value.size) for value in copied(model).trainable)
    given = None if x is None else rows(x, None)
    fit.rows = None if given is None else given.whole or given.count
    fit.compiled = dict(network_of(model).compiled)
    fit.first = (getattr(history, "epoch", None) or [0])[0]
    fit.asked = fit.first + fit.epochs
    return fit


def of_run(run: Run) -> dict[int, Views]:
    """What the networks do with rows that this process has trained and watched.

    Args:
        run: The record of the run.

    Returns:
        The views by the place of their fit in the run.
    """
    found = {}
    for at, fit in enumerate(run.fits):
        training = next((one for one in WATCH.trainings if one.fit is fit), None)
        if training is not None:
            found[at] = _seen(training)
    return found


def _seen(training: Training) -> Views:
    """What a watched network does with the rows of its fit; what goes wrong is told there."""
    model, given = training.model, training.given
    try:
        end = WATCH.end(training)
        with undisturbed(model), holding(model, end):
            found = views(model, judged_on(given))
            trained = trained_on(given)
            if has_plane(model, trained):
                found.plane = plane(model, trained, _states(training, training.fit, end))
    except TypeError as error:
        return Views("", 0, "", remarks=[f"Nothing is shown of its rows. {error}"])
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        return Views("", 0, "", remarks=[f"Nothing is shown of its rows, because of {told}"])
    return found


def _states(training: Training | None, fit: Fit, end: Any) -> Replay:
    """The states that a training went through, or its end alone."""
    if training is None or training.begin is None:
        told = "Only the end of the training is shown: where it began is not known."
        return Replay([fit.epochs], [end], remark=told if fit.epochs else "")
    if (fit.run_seconds or fit.seconds) > LONGEST:
        told = "Its training took too long to be run again for pictures."
        return Replay([fit.epochs], [end], remark=told)
    return replay(training.model, training.given, training.begin, end, fit.epochs)
