"""`fit_many`: decide who the members are and how they meet the hardware, then run them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from onefit.population.members import names
from onefit.population.members.array_checks import check_values
from onefit.population.members.checks import check as check
from onefit.population.members.checks import check_choice, check_targets, is_whole
from onefit.population.members.classes import check_weighable
from onefit.population.members.fit_arguments import with_swept
from onefit.population.members.member_table import Wanted
from onefit.population.members.paths import class_weights, weighs_classes
from onefit.population.members.row_weights import check_alone, with_row_weights
from onefit.population.members.shared_data import Data
from onefit.population.members.streams import in_memory
from onefit.population.members.sweep import Sweep, names_and_count
from onefit.population.models.structures import Source
from onefit.population.results.population import Population
from onefit.population.verbs import resume_inputs as resume_inputs
from onefit.population.verbs.execution import handed_over, run
from onefit.training.checkpoints.request import Request, asking
from onefit.training.host import fork

if TYPE_CHECKING:
    from keras import Model


def fit_many(
    model: Model | Callable[..., Model],
    x: Any,
    y: Any = None,
    *,
    restarts: int = 1,
    folds: Any = None,
    stratify: bool = False,
    groups: Any = None,
    bootstrap: int | None = None,
    sweep: Sweep = None,
    seed: int = 0,
    exact: bool = False,
    batch_size: int | None = None,
    epochs: int | None = None,
    verbose: str | int = "auto",
    callbacks: Any = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    shuffle: bool = True,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: Any = None,
    validation_batch_size: int | None = None,
    validation_freq: Any = 1,
    baselines: bool = True,
    on_interrupt: str = "raise",
    checkpoint: str | os.PathLike[str] | None = None,
    **others: Any,
) -> Population:
    """Train many networks: restarts, folds, bootstraps, a sweep, and every combination of them.

    Each member comes out as `onefit.fit`, and so stock Keras, trains it alone:
    `keras.utils.set_random_seed(seed)`, a copy of the model, then `fit` on the member's rows.

    Args:
        model: A compiled `keras.Model`, which is copied and not changed; or a function that takes
            hyper-parameters and returns a compiled model.
        x: Inputs, arrays of shape `(rows, ...)`; or a `PyDataset`, a `tf.data.Dataset` or another
            stream of batches that ends, which is read once, its batches being those of an epoch.
        y: Targets of shape `(rows, ...)`. Defaults to `None`.
        restarts: How many starts each of the others gets; restart `r` has the seed `seed + r`.
            Defaults to `1`.
        folds: Train on all folds but one and validate on that one: how many folds, a splitter of
            scikit-learn, or pairs (train, held out) of row numbers or of boolean masks. Defaults
            to `None`.
        stratify: Whether each fold gets each class in its proportion. Defaults to `False`.
        groups: Of shape `(rows,)`: rows of a group stay together. Defaults to `None`.
        bootstrap: How many replicas of the rows, drawn with replacement, to train on; each is
            validated on rows out of its bag, and replica `b` has the seed
            `seed + b * restarts + r`. Defaults to `None`.
        sweep: Lists of values by name; every combination is trained. A name is an argument of the
            function, or a number of the model such as `"learning_rate"`, `"optimizer.beta_1"`,
            `"layers.dropout.rate"`, `"loss.label_smoothing"`, `"loss_weights"`,
            `"class_weight"`, `"sample_weight"` (arrays, or `None`), `"batch_size"` or `"epochs"`. A
            list of dicts trains these combinations alone. Defaults to `None`.
        seed: The first seed. Defaults to `0`.
        exact: Whether only layouts may be used in which every member has the bits that it has
            alone. Defaults to `False`.
        batch_size: Rows a batch. Defaults to `None`, which means 32.
        epochs: How often each member goes through its rows, at most. It has to be given, here or
            in `sweep`: Keras's default of one epoch is for loops, and would make a population of
            untrained networks.
        verbose: `0` for no progress bar. Defaults to `"auto"`: a bar on standard error.
        callbacks: `EarlyStopping`, `ReduceLROnPlateau`, `LearningRateScheduler` and
            `TerminateOnNaN`; each member has its own. Defaults to `None`.
        validation_split: The share of each member's last rows to validate on. Defaults to `0.0`.
        validation_data: What all members are validated on, instead of rows that are kept from
            them. Defaults to `None`.
        shuffle: Whether to draw a new order for each epoch. Defaults to `True`.
        class_weight: A dict from class to weight. Defaults to `None`.
        sample_weight: Weights of shape `(rows,)`; each member takes those of its rows, and its
            validation those of the rows that it is validated on. Weights in `sweep`, and class
            weights, count in training alone: else each would be measured by itself. Defaults to
            `None`.
        validation_batch_size: Defaults to `None`: `batch_size`.
        validation_freq: An int or a list of epochs, as in Keras. Defaults to `1`.
        baselines: Whether `print(nets)` compares with the best constant answer, and where
            scikit-learn is installed with a linear model and gradient-boosted trees, fitted when
            it is first printed or saved. Defaults to `True`.
        on_interrupt: What Ctrl-C does when the epoch under way has ended: `"raise"` raises
            `KeyboardInterrupt`, as `fit` does, and `onefit.last_interrupted()` has what was
            trained; `"return"` returns it. Before the models are built there is nothing to return,
            and both raise. Defaults to `"raise"`.
        checkpoint: A folder in which the population is kept while it runs. After a crash the same
            call goes on from there; see docs/checkpoints.md. It is emptied when all members have
            finished. Defaults to `None`: no checkpoint.
        others: None: a name of another tool, such as `cv`, raises a `TypeError` that says what it
            is called here.

    Returns:
        A `Population`.

    Raises:
        KeyboardInterrupt: After Ctrl-C, unless `on_interrupt` is `"return"`.
        PopulationError: If there cannot be such members, or `epochs` is not given. Nothing has run
            then.
        CheckpointError: If another process trains with the folder of the checkpoint.
        ForkError: In a process that was forked after JAX had started.

    >>> import keras, numpy as np, onefit
    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    >>> y = np.array([0, 1, 1, 0], "float32")
    >>> net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4, activation="relu"),
    ...                         keras.layers.Dense(1, activation="sigmoid")])
    >>> net.compile("adam", "binary_crossentropy")
    >>> nets = onefit.fit_many(net, x, y, restarts=3, epochs=5, verbose=0)
    >>> len(nets), nets.history["loss"].shape
    (3, (3, 5))
    """
    given = {
        "x": x, "y": y, "batch_size": batch_size, "epochs": epochs, "verbose": verbose,
        "callbacks": callbacks, "validation_split": validation_split,
        "validation_data": validation_data, "shuffle": shuffle, "class_weight": class_weight,
        "sample_weight": sample_weight, "initial_epoch": 0, "steps_per_epoch": None,
        "validation_steps": None, "validation_batch_size": validation_batch_size,
        "validation_freq": validation_freq, "baselines": bool(baselines),
    }  # fmt: skip
    if others:
        names.refuse(fit_many, others)
    fork.check("fit_many")
    source = Source(model)
    check_choice("on_interrupt", on_interrupt, ("raise", "return"))
    sweep = with_row_weights(sweep, source.build)
    wanted = Wanted(restarts, folds, stratify, groups, bootstrap, sweep, seed)
    # A stream is read here, once: what is looked at below has to be rows.
    given = arguments_of(in_memory(given), wanted, source)
    # After the checks, which tell a user of what was given.
    wanted = replace(wanted, restarts=int(restarts), seed=int(seed))
    data = data_of(given, wanted, source.build)
    members = wanted.members(data, given, source.build)
    with asking(None if checkpoint is None else Request.of(checkpoint)):
        population = run(source, members, data, given, exact)
    return handed_over(population, on_interrupt)


def arguments_of(given: dict[str, Any], wanted: Wanted, source: Source) -> dict[str, Any]:
    """The arguments of `fit` that members share, looked at before anything runs.

    Args:
        given: What `fit_many` was given for `fit`.
        wanted: Who the members are to be.
        source: What makes the models.

    Raises:
        PopulationError: With what was expected, what was received and what to do.
    """
    names_and_count(wanted.sweep)
    given = with_swept(given, wanted.sweep, source.build)
    check(
        given, wanted.restarts, wanted.bootstrap, wanted.folds, wanted.groups, wanted.stratify,
        wanted.seed,
    )  # fmt: skip
    check_values(given)
    check_alone(given, wanted.sweep, source.build)
    if source.build is None:
        check_targets(source.model, given["y"])
    if given["class_weight"] is not None:
        check_weighable(given["y"], given["sample_weight"])
        given["class_weight"] = class_weights("class_weight", given["class_weight"])
    given["epochs"] = int(given["epochs"])
    if is_whole(given["validation_freq"]):
        given["validation_freq"] = int(given["validation_freq"])  # Keras takes none of NumPy's
    return given


def data_of(given: dict[str, Any], wanted: Wanted, build: Callable[..., Any] | None) -> Data:
    """The table of which members read rows, and what they are validated on."""
    by_rows = given["validation_data"] is None and wanted.divides
    swept, _ = names_and_count(wanted.sweep)
    # Where members have class weights of their own, those that all share are a part of them.
    shared = None if weighs_classes(swept, build) else given["class_weight"]
    data = Data({**given, "class_weight": shared}, by_rows or bool(given["validation_split"]))
    data.check_classes([shared])
    return data
