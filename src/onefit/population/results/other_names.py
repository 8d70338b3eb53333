"""Attributes of other tools, and what they are called in a population."""

from __future__ import annotations

OTHER_NAMES = {
    "`resume(epochs=...)`, which trains members on": "continue_ continue_training fit train",
    "`nets.ensemble().evaluate(x, y)`, or `table()` for what each member gets": "evaluate score",
    "`choose().values`": "best_config best_params best_params_ best_hyperparameters",
    "`choose().mean`": "best_score best_score_ best_value",
    "`final()`, or `best()` for one that is there": "best_estimator_ best_model get_best_model",
    "`table(over_folds=True)`, or `table()`": "cv_results cv_results_ results results_",
    "`table()`": "dataframe df get_dataframe to_frame to_pandas trials_dataframe",
    "`list(nets)`, or `nets[i]` for one": "estimators_ models networks nets",
    "`predict`": "predict_proba",
    "`predict_each`": "predict_all predict_members",
    "`predict(x, return_std=True)`": "predict_std",
    "`out_of_fold`": "cross_val_predict oof",
    "`nets[i].get_weights()`": "get_weights weights",
    "`onefit.load(path)`": "load load_weights",
    "`save(path)`": "dump export save_weights to_file",
    "`plot()`": "draw show visualize",
}
"""What there is, before the names that other tools have for it."""


def told(name: str) -> str:
    """What is said of a name that a population has not.

    >>> told("predict_proba")
    "'Population' object has no attribute 'predict_proba'. Did you mean `predict`?"
    """
    meant = next((here for here, names in OTHER_NAMES.items() if name in names.split()), None)
    hint = f". Did you mean {meant}?" if meant else ""
    return f"'Population' object has no attribute {name!r}{hint}"
