"""OF212: `keras.wrappers.scikit_learn`, whose module `old_modules.py` answers."""

from __future__ import annotations

from onefit.scripts.eras.era import OLD
from onefit.scripts.eras.rule import WRITTEN, Gone, Rule

_KERAS1 = frozenset({"keras1"})
RULES: tuple[Rule, ...] = tuple(
    Gone(f"keras.wrappers.Keras{kind}", f"scikit_learn:{name}{kind}", WRITTEN, "OF212", eras)
    for kind in ("Classifier", "Regressor")
    for name, eras in (("Keras1", _KERAS1), ("Keras", OLD - _KERAS1))
)
