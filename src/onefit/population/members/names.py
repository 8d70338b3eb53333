"""Names from scikit-learn, Optuna, PyTorch and old Keras, and what they are called here."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

ARGUMENTS = {
    "folds": "cv fold kfold k_fold k_folds kfolds n_folds n_splits num_folds splits splitter",
    "restarts": "estimators ensemble_size init members n n_estimators n_init n_members n_models "
    "n_repeats n_restarts num_models num_restarts repeats replicas restart runs seeds",
    "bootstrap": "bootstraps bagging n_bootstrap n_bootstraps",
    "sweep": "config grid hyperparameters hparams param_distributions param_grid parameters params "
    "search_space space sweeps",
    "seed": "random_seed random_state rng",
    "epochs": "epoch iterations max_epochs max_iter n_epochs n_iter nb_epoch num_epochs",
    "batch_size": "batch batchsize bs",
    "stratify": "stratified",
    "groups": "group",
    "callbacks": "callback early_stopping patience",
    "validation_split": "test_size val_split validation_fraction",
    "validation_data": "eval_set val_data validation",
    "class_weight": "class_weights",
    "sample_weight": "sample_weights weights",
}
"""Names of other tools, behind the argument of `fit_many` that does the same."""

SWEPT = {"lr": "learning_rate", "alpha": "learning_rate", "learning_rate_init": "learning_rate"}
"""Names of hyper-parameters in other tools."""

NOT_NEEDED = {
    "n_jobs": "Members run on all cores",
    "workers": "Members run on all cores",
    "use_multiprocessing": "Members run on all cores",
    "scoring": "Metrics are those given to `compile`; `best` and `choose` take the name of one",
    "refit": "`final` trains the chosen configuration on all rows",
    "shuffle_folds": "Folds are drawn at random from `seed`",
}
"""Arguments of other tools for which there is none here."""

KNOWN = {other: name for name, others in ARGUMENTS.items() for other in others.split()}


def refuse(function: Callable[..., Any], others: Mapping[str, object]) -> NoReturn:
    """Raise Python's error for arguments that a function has not, with what was meant.

    Args:
        function: The function.
        others: The arguments that it has not.

    Raises:
        TypeError: Always.

    >>> refuse(lambda x, *, folds=None: None, {"cv": 5})
    Traceback (most recent call last):
    ...
    TypeError: <lambda>() got an unexpected keyword argument 'cv'. Did you mean `folds`?
    """
    name = next(iter(others))
    taken = [p for p in inspect.signature(function).parameters if p != "others"]
    told = f"{function.__name__}() got an unexpected keyword argument {name!r}."
    if name in SWEPT and "sweep" in taken:
        raise TypeError(
            f"{told} Did you mean `sweep={{{SWEPT[name]!r}: [...]}}`? One value for all is given "
            "to `compile`."
        )
    if name in NOT_NEEDED:
        raise TypeError(f"{told} {NOT_NEEDED[name]}.")
    meant = meant_by(name, taken)
    raise TypeError(f"{told} Did you mean `{meant}`?" if meant else told)


def meant_by(name: str, known: Iterable[str]) -> str | None:
    """The name that a user may have meant by another.

    >>> meant_by("n_splits", ["folds", "seed"]), meant_by("restrats", ["restarts"])
    ('folds', 'restarts')
    >>> meant_by("lr", ["optimizer.learning_rate"])
    'learning_rate'
    """
    known = list(known)
    if name in SWEPT and any(each.split(".")[-1] == SWEPT[name] for each in known):
        return SWEPT[name]
    if KNOWN.get(name.lower()) in known:
        return KNOWN[name.lower()]
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    return close[0] if close else None
