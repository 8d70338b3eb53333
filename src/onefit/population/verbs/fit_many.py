"""`fit_many`: decide who the members are and how they meet the hardware, then run them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from onefit.errors import PopulationError
from onefit.population.members import names
from onefit.population.members.array_checks import check_values
from onefit.population.members.checks import check as check
from onefit.population.members.checks import check_choice, check_targets, is_whole
from onefit.population.members.classes import check_weighable
from onefit.population.members.fit_arguments import own_arguments, with_swept
from onefit.population.members.folds import Part, bootstraps, counted, folds_of
from onefit.population.members.free_memory import MEMBER, check_members
from onefit.population.members.member import Member
from onefit.population.members.paths import class_weights, weighs_classes
from onefit.population.members.shared_data import Data
from onefit.population.members.streams import in_memory
from onefit.population.members.sweep import Sweep, combinations, names_and_count
from onefit.population.models.structures import Source
from onefit.population.results.population import Population
from onefit.population.verbs.execution import given_or_raised, run
from onefit.training.checkpoints.request import Request, asking
from onefit.training.host import fork
from onefit.training.host.keras_private import data_adapter_utils

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
            `"class_weight"`, `"batch_size"` or `"epochs"`. A list of dicts trains these
            combinations alone. Defaults to `None`.
        seed: The first seed. Defaults to `0`.
        exact: Whether only layouts may be used in which every member has the bits that it has
            alone. Defaults to `False`.
        batch_size: Rows a batch. Defaults to `None`, which means 32.
        epochs: How often each member goes through its rows, at most. It has to be given, here or
            in `sweep`: Keras's default of one epoch is for loops, and would make a population of
            untrained networks.
        verbose: `0` for no progress bar. Defaults to `"auto"`: a bar.
        callbacks: `EarlyStopping`, `ReduceLROnPlateau`, `LearningRateScheduler` and
            `TerminateOnNaN`; each member has its own. Defaults to `None`.
        validation_split: The share of each member's last rows to validate on. Defaults to `0.0`.
        validation_data: What all members are validated on, instead of rows that are kept from
            them. Defaults to `None`.
        shuffle: Whether to draw a new order for each epoch. Defaults to `True`.
        class_weight: A dict from class to weight. Defaults to `None`.
        sample_weight: Weights of shape `(rows,)`. Defaults to `None`.
        validation_batch_size: Defaults to `None`: `batch_size`.
        validation_freq: An int or a list of epochs, as in Keras. Defaults to `1`.
        baselines: Whether `print(nets)` compares with the best constant answer, and where
            scikit-learn is installed with a linear model and gradient-boosted trees, fitted when
            it is printed. Defaults to `True`.
        on_interrupt: What Ctrl-C does when the epoch under way has ended: `"raise"` raises
            `KeyboardInterrupt`, as `fit` does, and `onefit.last_interrupted()` has what was
            trained; `"return"` returns it. Defaults to `"raise"`.
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
    check_choice("on_interrupt", on_interrupt, ("raise", "return"))
    source = Source(model)
    given = in_memory(given)
    y, sample_weight = given["y"], given["sample_weight"]
    swept, count = names_and_count(sweep)
    given = with_swept(given, sweep, source.build)
    check(given, restarts, bootstrap, folds, groups, stratify, seed)
    check_values(given)
    if source.build is None:
        check_targets(source.model, y)
    if class_weight is not None:
        check_weighable(y, sample_weight)
        given["class_weight"] = class_weights("class_weight", class_weight)
    seed, restarts, given["epochs"] = int(seed), int(restarts), int(given["epochs"])
    if is_whole(validation_freq):
        given["validation_freq"] = int(validation_freq)  # Keras takes none of NumPy's
    by_rows = validation_data is None and (folds is not None or bootstrap is not None)
    by_rows = by_rows or bool(validation_split)
    shared = None if weighs_classes(swept, source.build) else given["class_weight"]
    data = Data({**given, "class_weight": shared}, by_rows)
    data.check_classes([shared])
    one = restarts * count
    each = MEMBER + 8 * given["epochs"]
    check_members(one * counted(folds, bootstrap, data.rows), each)
    parts = parts_of(data, folds, stratify, groups, bootstrap, restarts, seed)
    check_members(one * len(parts), each)  # of a splitter nobody knows before
    members = members_of(
        parts, restarts, seed, sweep, validation_split, data, by_rows, source.build
    )
    with asking(None if checkpoint is None else Request.of(checkpoint)):
        population = run(source, members, data, given, exact)
    return given_or_raised(population, on_interrupt)


def parts_of(
    data: Data, folds: Any, stratify: bool, groups: Any, bootstrap: Any, restarts: int, seed: int
) -> list[tuple[int | None, int | None, Part | None]]:
    """Folds or replicas with their numbers; one that has all rows if there are neither."""
    _, y, _ = data_adapter_utils.unpack_x_y_sample_weight(data.host)
    if folds is not None:
        found = folds_of(folds, data.rows, y, stratify=stratify, groups=groups, seed=seed)
        return [(number, None, part) for number, part in enumerate(found)]
    if bootstrap is not None:
        seeds = range(seed, seed + bootstrap * restarts, restarts)
        replicas = bootstraps(bootstrap, data.rows, groups, seeds)
        return [(None, number, part) for number, part in enumerate(replicas)]
    return [(None, None, None)]


def members_of(
    parts: list[tuple[int | None, int | None, Part | None]],
    restarts: int,
    seed: int,
    sweep: Sweep,
    validation_split: float,
    data: Data,
    by_rows: bool,
    build: Callable[..., Any] | None,
) -> list[Member]:
    """The table of members: every combination, restarts going fastest."""
    members: list[Member] = []
    for configuration, values in enumerate(combinations(sweep)):
        own = own_arguments(values, build)
        for fold, replica, part in parts:
            train = None if part is None else part.train
            held = None if part is None else part.held
            valid = part.valid if part is not None and by_rows else None
            if validation_split:
                train, valid = last_rows(train, data.rows, validation_split)
            for restart in range(restarts):
                members.append(
                    Member(
                        number=len(members),
                        seed=seed + restart + (replica or 0) * restarts,
                        restart=restart,
                        fold=fold,
                        replica=replica,
                        values=values,
                        train=train,
                        held=held,
                        valid=valid,
                        configuration=configuration,
                        **own,
                    )
                )
    return members


def last_rows(train: np.ndarray | None, rows: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Divide rows as Keras's `validation_split` does: the last ones are for validation."""
    every = np.arange(rows) if train is None else train
    cut = int(np.floor(len(every) * (1.0 - share)))
    if not 0 < share < 1 or not 0 < cut < len(every):
        raise PopulationError(
            f"Expected a `validation_split` that leaves rows on both sides. Received: {share} of "
            f"{len(every)} rows."
        )
    return every[:cut], every[cut:]
