"""OF202, OF204: what modules of Keras 1 and 2 had imported for themselves.

They said nowhere which names were theirs. So scripts found there what the modules had imported:
`from keras.layers import regularizers`, or `np.zeros(3)` after `from keras.layers.core import *`.
"""

from __future__ import annotations

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Gone, Moved, Rule

_PARTS = {
    "layers": "regularizers constraints",
    "models": "optimizers layers",
}
"""Modules of Keras, by the module that had imported them."""
_LIBRARIES = {
    "layers": "np warnings copy",
    "models": "np warnings copy os json",
    "optimizers": "copy",
    "callbacks": "np warnings os csv json time",
}
"""Python's and NumPy's, likewise."""
_FULL = {"np": "numpy"}

RULES: tuple[Rule, ...] = (
    *(
        Moved(f"keras.{home}.{name}", f"keras.{name}", eras=BOTH_OLD)
        for home, names in _PARTS.items()
        for name in names.split()
    ),
    *(Moved(f"keras.{home}.K", "keras.backend", eras=BOTH_OLD) for home in _LIBRARIES),
    Moved("keras.layers.initializers", "keras.initializers", eras=frozenset({"keras2"})),
    *(
        Gone(f"keras.{home}.{name}", f"imported_names:{name}", _FULL.get(name, name), eras=BOTH_OLD)
        for home, names in _LIBRARIES.items()
        for name in names.split()
    ),
)
