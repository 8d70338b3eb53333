"""Names from scikit-learn, Optuna, PyTorch and old Keras, and what they are called here."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

ARGUMENTS = {
    "folds": "cv fold k kfold k_fold k_folds kfolds n_folds n_splits num_folds splits splitter",
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

OF_SEARCH = {
    "trials": "max_evals max_trials n_iter n_trials num_samples num_trials",
    "space": "config grid hyperparameters hparams param_distributions param_grid parameters params "
    "search_space spaces sweeps",
    "metric": "monitor objective scoring",
    "mode": "direction",
    "halving": "eta factor pruner reduction_factor",
    "sampler": "algorithm search_alg suggest tuner",
    "at_once": "batch_trials",
    "checkpoint": "directory storage",
}
"""The same, behind arguments that `search` has beside those of `fit_many`."""

SWEPT = {name: "learning_rate" for name in ("lr", "alpha", "learning_rate", "learning_rate_init")}
"""Names of hyper-parameters in other tools."""

NOT_NEEDED = {
    "n_jobs": "Members run on all cores",
    "workers": "Members run on all cores",
    "use_multiprocessing": "Members run on all cores",
    "scoring": "Metrics are those given to `compile`; `best` and `choose` take the name of one",
    "refit": "`final` trains the chosen configuration on all rows",
    "shuffle_folds": "Folds are drawn at random from `seed`",
    "timeout": "Ctrl-C ends it when you like, and `onefit.last_interrupted()` has what was trained",
    "loss": "It is given to `compile`",
    "metrics": "They are given to `compile`",
    **dict.fromkeys(
        ("steps_per_epoch", "validation_steps"),
        "A stream is read once, to its end: `itertools.islice(batches, steps)` ends after so many",
    ),
    "initial_epoch": "`nets.resume(epochs=...)` goes on",
    "optimizer": "It is given to `compile`",
    **dict.fromkeys(("trials", "n_trials", "max_trials"), "`onefit.search` draws configurations"),
}
"""Arguments of other tools for which there is none here."""

KNOWN: dict[str, list[str]] = {}
for _names in (OF_SEARCH, ARGUMENTS):  # whoever has no `trials` means `epochs` by `n_iter`
    for _name, _others in _names.items():
        for _other in _others.split():
            KNOWN.setdefault(_other, []).append(_name)


def refuse(
    function: Callable[..., Any], others: Mapping[str, object], beside: Iterable[str] = ()
) -> NoReturn:
    """Raise Python's error for arguments that a function has not, with what was meant.

    Args:
        function: The function.
        others: The arguments that it has not.
        beside: Arguments that it takes beside those of its signature. Defaults to `()`.

    Raises:
        TypeError: Always.

    >>> refuse(lambda x, *, folds=None: None, {"cv": 5})
    Traceback (most recent call last):
    ...
    TypeError: <lambda>() got an unexpected keyword argument 'cv'. Did you mean `folds`?
    """
    name = next(iter(others))
    own = inspect.signature(function).parameters.values()
    taken = [*beside, *(p.name for p in own if p.kind is not p.VAR_KEYWORD)]
    told = f"{function.__name__}() got an unexpected keyword argument {name!r}."
    swept = next((n for n in ("space", "sweep") if n in taken), None)
    if name in SWEPT and swept:
        raise TypeError(
            f"{told} Did you mean `{swept}={{{SWEPT[name]!r}: [...]}}`? One value for all is given "
            "to `compile`."
        )
    meant = meant_by(name, taken)
    # What `search` has under another name is told as that, not as something that nobody needs.
    if name in NOT_NEEDED and (meant is None or name not in OF_SEARCH.get(meant, "").split()):
        raise TypeError(f"{told} {NOT_NEEDED[name]}.")
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
    for meant in KNOWN.get(name.lower(), ()):
        if meant in known:
            return meant
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    return close[0] if close else None
