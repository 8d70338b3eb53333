"""`search`: hyper-parameters drawn at random, those that fall behind taken out on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onefit.errors import PopulationError
from onefit.population.members.checks import check_seeds, is_whole, shown, whole
from onefit.population.members.ranges import drawn
from onefit.population.results.configurations import configurations, ranked
from onefit.population.results.population import Population
from onefit.population.verbs.fit_many import fit_many

RUNGS = 2  # times that the worse ones are taken out


def search(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    space: Mapping[str, Any],
    trials: int,
    epochs: int | None = None,
    halving: int | None = None,
    metric: str | None = None,
    mode: str = "auto",
    seed: int = 0,
    **arguments: Any,
) -> Population:
    """Search for hyper-parameters: combinations drawn from ranges, all trained as one population.

    The draws cover each range evenly. With `halving`, all combinations are trained for a part of
    the epochs, the worse ones are taken out, and the others go on exactly where they were.

    Args:
        model: A compiled `keras.Model`, or a function that takes hyper-parameters and returns one,
            as for `fit_many`.
        x: Inputs, arrays of shape `(rows, ...)`.
        y: Targets of shape `(rows, ...)`. Defaults to `None`.
        space: For each name that `fit_many` can sweep a range: `onefit.log_uniform(low, high)`,
            `uniform(low, high)`, `integers(low, high)`, `choice(values)`, or a list of values.
        trials: How many combinations to try.
        epochs: How often a member goes through its rows, at most. It has to be given, here or in
            `space`.
        halving: After `epochs / halving**2` and after `epochs / halving` epochs, only one of so
            many combinations goes on: 3 takes about a quarter of the work, 4 about a sixth.
            Defaults to `None`: all are trained to the end.
        metric: The metric by which combinations are taken out. Defaults to `None`: `"val_loss"` if
            there is one, else `"loss"`.
        mode: `"min"`, `"max"`, or `"auto"`: by the metric.
        seed: The first seed, from which the combinations are drawn too. Defaults to `0`.
        arguments: More of `fit_many`, such as `folds`, `restarts`, `validation_split`,
            `callbacks`.

    Returns:
        A `Population`; `choose` and `final` go on from there. Members that were taken out have
        the epochs that they ran, and count as unfinished.

    Raises:
        PopulationError: If there cannot be such members. Nothing has run then.
        KeyboardInterrupt: After Ctrl-C; `onefit.last_interrupted()` has what was tried.

    >>> import keras, numpy as np, onefit
    >>> x = np.linspace(-1, 1, 20, dtype="float32")[:, None]
    >>> net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> net.compile("sgd", "mse")
    >>> space = {"learning_rate": onefit.log_uniform(1e-3, 1e-1)}
    >>> nets = onefit.search(net, x, 2 * x, space=space, trials=4, epochs=4, verbose=0)
    >>> nets.choose().among
    4
    """
    whole("trials", trials, 1, "Give how many combinations to try, such as 64.")
    check_seeds(seed, 1)
    if halving is not None and not (is_whole(halving) and halving >= 2):
        raise PopulationError(
            f"Expected `halving` to be a whole number of at least 2. Received: {shown(halving)}. "
            "Give 3, say: one of three combinations goes on; or leave it out."
        )
    if "sweep" in arguments:
        raise PopulationError(
            "Expected `space`. Received `sweep` as well. Put its lists into `space`, or call "
            "`fit_many`, which trains every combination of a sweep."
        )
    combinations = drawn(space, int(trials), int(seed))
    if halving is not None:
        whole("epochs", epochs, 1, "`halving` takes out combinations after a part of them.")
    ends = rungs(epochs, halving)
    nets = fit_many(model, x, y, sweep=combinations, epochs=ends[0], seed=seed, **arguments)
    for end in ends[1:]:
        if nets.interrupted:
            break
        best = ranked(nets, configurations(nets), metric, mode)
        left = [one for one in best if one.complete]
        going = left[: max(1, len(left) // int(halving or 1))]
        nets = nets.resume(end, [number for one in going for number in one.members])
    return nets


def rungs(epochs: int | None, halving: int | None) -> list[Any]:
    """The epochs after which the worse ones are taken out, and the last one.

    >>> rungs(90, 3), rungs(3, 3), rungs(90, None)
    ([10, 30, 90], [1, 3], [90])
    """
    if halving is None or epochs is None:
        return [epochs]
    cuts = {max(1, epochs // halving**power) for power in range(RUNGS, 0, -1)}
    return sorted({*cuts, epochs})
