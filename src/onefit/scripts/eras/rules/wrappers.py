"""OF212: `keras.wrappers.scikit_learn`, whose module `old_modules.py` answers."""

from __future__ import annotations

from onefit.scripts.eras.rule import WRITTEN, Gone, Rule

RULES: tuple[Rule, ...] = (
    Gone("keras.wrappers.KerasClassifier", "scikit_learn:KerasClassifier", WRITTEN, code="OF212"),
    Gone("keras.wrappers.KerasRegressor", "scikit_learn:KerasRegressor", WRITTEN, code="OF212"),
)
