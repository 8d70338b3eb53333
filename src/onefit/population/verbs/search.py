"""`search`: hyper-parameters drawn at random or proposed by Optuna; the worse ones taken out."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from onefit.console import tell
from onefit.errors import PopulationError
from onefit.population.members import names
from onefit.population.members.checks import check_choice, check_seeds, is_whole, shown, whole
from onefit.population.members.proposals import Asked, Draws, Proposals, turns
from onefit.population.members.ranges import ranges_of
from onefit.population.members.streams import in_memory
from onefit.population.results.configurations import configurations, ranked
from onefit.population.results.interruption import keep, last_interrupted, told
from onefit.population.results.population import Population
from onefit.population.results.ranking import metric_of
from onefit.population.results.union import union
from onefit.population.running.progress import titled
from onefit.population.verbs.execution import Judged, judged_by, recorded
from onefit.population.verbs.fit_many import fit_many
from onefit.population.verbs.observation import as_part
from onefit.population.verbs.search_folder import SearchFolder, part_of
from onefit.training.checkpoints import identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras import Model

RUNGS = 2  # times that the worse ones are taken out


def search(
    model: Model | Callable[..., Model],
    x: Any,
    y: Any = None,
    *,
    space: Mapping[str, Any] | None = None,
    trials: int | None = None,
    epochs: int | None = None,
    halving: int | None = None,
    metric: str | None = None,
    mode: str = "auto",
    sampler: Any = None,
    study: Any = None,
    at_once: int | None = None,
    seed: int = 0,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = True,
    on_interrupt: str = "raise",
    **arguments: Any,
) -> Population:
    """Search for hyper-parameters: combinations from ranges, many trained as one population.

    Combinations are drawn at random, covering each range evenly and none twice, and all of them
    are trained at once; or Optuna proposes some, learns from what they have reached, and proposes
    the next ones. With `halving`, all combinations are trained for a part of the epochs, the worse
    ones are taken out, and the others go on exactly where they were.

    Args:
        model: A compiled `keras.Model`, or a function that takes hyper-parameters and returns one,
            as for `fit_many`.
        x: Inputs, arrays of shape `(rows, ...)`.
        y: Targets of shape `(rows, ...)`. Defaults to `None`.
        space: For each name that `fit_many` can sweep a range: `onefit.log_uniform(low, high)`,
            `uniform(low, high)`, `integers(low, high)`, `choice(values)`, or a list of values. It
            has to be given.
        trials: How many combinations to try. It has to be given.
        epochs: How often a member goes through its rows, at most. It has to be given, here or in
            `space`.
        halving: After `epochs / halving**2` and after `epochs / halving` epochs, only one of so
            many combinations goes on: with 3, a quarter of all epochs is run, with 4 a sixth.
            Defaults to `None`: all are trained to the end.
        metric: The metric by which combinations are proposed, taken out, printed and chosen.
            Defaults to `None`: `"val_loss"` if there is one, else `"loss"`.
        mode: `"min"`, `"max"`, or `"auto"`: by the metric.
        sampler: `"tpe"` or a sampler of Optuna, such as `optuna.samplers.GPSampler(seed=0)`, which
            proposes combinations. Defaults to `None`: they are drawn at random.
        study: A study of Optuna to ask and to tell, instead of `sampler`: it keeps the trials.
        at_once: How many combinations Optuna proposes before it is told what they have reached:
            these are one population. Defaults to `None`: an eighth of `trials`, at least 8.
        seed: The first seed, from which the combinations are drawn too. Defaults to `0`.
        checkpoint: A folder in which what was tried is kept until the search has ended. After
            Ctrl-C or a crash the same call goes on from there: the same combinations, the same
            numbers. Defaults to `None`: nothing is kept.
        resume: Whether to go on from what the folder holds; `False` removes it. Defaults to `True`.
        on_interrupt: What Ctrl-C does: `"raise"` or `"return"`, as in `fit_many`.
        arguments: More of `fit_many`, such as `folds`, `restarts`, `validation_split`,
            `callbacks`.

    Returns:
        A `Population`; `choose` and `final` go on from there. Members that were taken out have
        the epochs that they ran, and count as unfinished.

    Raises:
        PopulationError: If there cannot be such members, or the folder holds another search.
            Nothing has run then.
        ModuleNotFoundError: If Optuna is asked for and not installed.
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
    known = inspect.signature(fit_many).parameters.keys() - {"others"}
    if others := {name: value for name, value in arguments.items() if name not in known}:
        names.refuse(search, others, known - {"sweep"})
    space = {} if space is None else space
    trials = whole("trials", trials, 1, "Give how many combinations to try, such as 64.")
    check_seeds(seed, 1)
    check_choice("on_interrupt", on_interrupt, ("raise", "return"))
    check_choice("mode", mode, ("auto", "min", "max"))
    _check_halving(halving, epochs, space)
    _check_together(arguments, sampler, study, halving, checkpoint)
    proposals: Proposals = Draws(space, int(seed))
    counts = [trials]
    if sampler is not None or study is not None:
        proposals = Asked(space, sampler, study, int(seed))
        counts = turns(trials, at_once)
    ends = rungs(epochs, halving)
    x, y, arguments = _read(x, y, arguments)
    folder = None
    if checkpoint is not None:
        # By its class: what else a sampler of Optuna holds cannot be compared.
        kind = sampler if isinstance(sampler, str) else type(sampler).__qualname__
        own = {
            "trials": trials, "epochs": epochs, "halving": halving, "metric": metric, "mode": mode,
            "sampler": kind, "at_once": counts, "seed": seed,
        }  # fmt: skip
        parts = parts_of(x, y, space, own, arguments)
        folder = SearchFolder(checkpoint, parts, resume)
    # After Ctrl-C what was trained is put together with the turns before it, and raised at the end.
    given = {**arguments, "epochs": ends[0], "seed": seed, "on_interrupt": "return"}
    first = f"round 1 of {len(ends)}" if len(ends) > 1 else ""
    with as_part(), judged_by(Judged(metric, mode, proposals.check)):
        nets = _in_turns(model, x, y, proposals, counts, folder, (metric, mode), given, first)
        for rung, end in enumerate(ends[1:], start=2):
            if nets.interrupted:
                break
            with titled(f"round {rung} of {len(ends)}"):
                nets = _next_rung(nets, end, int(halving or 1), (metric, mode), folder)
    if nets.interrupted:
        keep(nets)
        _tell_interrupted(nets, sum(counts), checkpoint)
    elif folder is not None:
        folder.clear()
    recorded(nets, on_interrupt)
    if nets.interrupted and on_interrupt == "raise":
        raise KeyboardInterrupt
    return nets


def _tell_interrupted(nets: Population, trials: int, checkpoint: object) -> None:
    """How far a search has come, and how to go on."""
    parts = [told(nets)]
    if left := trials - len({member.configuration for member in nets.members}):
        parts.append(f"{left} of {trials} combinations were not proposed yet")
    if len(nets):
        parts.append("onefit.last_interrupted() has what was trained")
    if checkpoint is not None:
        parts.append(f"the same call goes on from {os.fspath(checkpoint)}")  # type: ignore[call-overload]
    tell("; ".join(parts))


def _read(x: Any, y: Any, arguments: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """The data in memory, for all turns; of a stream it is read here."""
    names = ("sample_weight", "batch_size", "validation_data", "validation_batch_size")
    given = {"x": x, "y": y, **{name: arguments.get(name) for name in names}}
    found = in_memory(given)
    changed = {name: found[name] for name in names if found[name] is not given[name]}
    return found["x"], found["y"], {**arguments, **changed}


def _in_turns(
    model: Model | Callable[..., Model],
    x: Any,
    y: Any,
    proposals: Proposals,
    counts: list[int],
    folder: SearchFolder | None,
    judged_by: tuple[str | None, str],
    given: dict[str, Any],
    rounds: str,
) -> Population:
    """A population for each turn, the proposals told what it has reached; all of them as one."""
    found: list[Population] = []
    for turn, count in enumerate(counts):
        combinations = proposals.ask(count)
        title = f"turn {turn + 1} of {len(counts)}" if len(counts) > 1 else rounds
        with part_of(folder, f"{turn}"), titled(title):
            nets = fit_many(model, x, y, sweep=combinations, **given)
        found.append(nets)
        if nets.interrupted:
            proposals.drop()
            break
        name = metric_of(nets, judged_by[0])
        scores = [one.scores[name].mean for one in configurations(nets)]
        proposals.tell(scores, nets.rises(name, judged_by[1]))
    return union(found)


def _next_rung(
    nets: Population,
    end: int,
    halving: int,
    judged_by: tuple[str | None, str],
    folder: SearchFolder | None,
) -> Population:
    """The best of those that are left go on."""
    # Who was taken out at a rung before has fewer epochs, and is not complete.
    left = [one for one in ranked(nets, configurations(nets), *judged_by) if one.complete]
    going = left[: max(1, len(left) // halving)]
    try:
        with part_of(folder, f"until-{end}"):
            return nets.resume(
                epochs=end, members=[number for one in going for number in one.members]
            )
    except KeyboardInterrupt:
        interrupted = last_interrupted()
        # What is kept may be of a population before this rung, which then has not begun.
        if interrupted is None or interrupted.given["epochs"] != end:
            raise
        return interrupted


def _check_halving(halving: Any, epochs: Any, space: Any) -> None:
    if halving is None:
        return
    if not (is_whole(halving) and halving >= 2):
        raise PopulationError(
            f"Expected `halving` to be a whole number of at least 2. Received: {shown(halving)}. "
            "Give 3, say: one of three combinations goes on; or leave it out."
        )
    if isinstance(space, Mapping) and "epochs" in space:
        raise PopulationError(
            "Expected `epochs` as one number beside `halving`, which divides it. Received: a range "
            "in `space`. Give `epochs=100`, say, or leave `halving` out."
        )
    whole("epochs", epochs, 1, "`halving` takes out combinations after a part of them.")


def _check_together(
    arguments: Mapping[str, Any], sampler: Any, study: Any, halving: Any, checkpoint: Any
) -> None:
    """Refuse arguments that do not go together."""
    if "sweep" in arguments:
        raise PopulationError(
            "Expected `space`. Received `sweep` as well. Put its lists into `space`, or call "
            "`fit_many`, which trains every combination of a sweep."
        )
    if sampler is not None and study is not None:
        raise PopulationError(
            "Expected `sampler` or `study`. Received both. A study has a sampler of its own."
        )
    if halving is not None and (sampler is not None or study is not None):
        raise PopulationError(
            "Expected `halving`, or Optuna with `sampler` or `study`. Received both. Optuna learns "
            "from combinations that were trained to the end; leave one of the two out."
        )
    if checkpoint is not None and study is not None:
        raise PopulationError(
            "Expected `sampler` with `checkpoint`. Received `study`, which keeps its trials itself "
            "and would be told them twice. Give `sampler=study.sampler`, or leave `checkpoint` out."
        )


def parts_of(
    x: Any, y: Any, space: Mapping[str, Any], own: Mapping[str, Any], arguments: Mapping[str, Any]
) -> identity.Parts:
    """What decides about the numbers of a search, each part as short text.

    Args:
        x: Inputs.
        y: Targets.
        space: The space.
        own: The arguments of `search` by name.
        arguments: Those of `fit_many`, of which plain values and arrays count.
    """
    data = [x, y, arguments.get("sample_weight"), arguments.get("validation_data")]
    # What is printed, and what is compared with, changes no number of the search.
    plain = {
        name: value
        for name, value in arguments.items()
        if isinstance(value, (bool, int, float, str)) and name not in ("verbose", "baselines")
    }
    callbacks = jax.tree.leaves(arguments.get("callbacks"))
    return {
        **identity.surroundings_of(),
        "the data": identity.data_digest([[np.asarray(a) for a in jax.tree.leaves(data)]]),
        "the space": identity.digest(repr(ranges_of(space))),
        **{f"`{name}`": identity.digest(value) for name, value in {**own, **plain}.items()},
        "the callbacks": identity.digest([identity.callback_of(one) for one in callbacks]),
    }


def rungs(epochs: int | None, halving: int | None) -> list[Any]:
    """The epochs after which the worse ones are taken out, and the last one.

    >>> rungs(90, 3), rungs(3, 3), rungs(90, None)
    ([10, 30, 90], [1, 3], [90])
    """
    if halving is None or epochs is None:
        return [epochs]
    cuts = {max(1, epochs // halving**power) for power in range(RUNGS, 0, -1)}
    return sorted({*cuts, epochs})
