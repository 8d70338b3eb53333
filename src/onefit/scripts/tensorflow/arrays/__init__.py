"""Arrays made, shaped, joined, picked and sorted: what `tf` has under its own name.

>>> concat([[1], [2]], axis=0).numpy().tolist()
[1, 2]
"""

from __future__ import annotations

from onefit.scripts.tensorflow.arrays import (
    blocks,
    casts,
    creation,
    gathering,
    joining,
    order,
    places,
    shapes,
)
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.visible import defined

_names = defined(blocks, casts, creation, gathering, joining, order, places, shapes)
globals().update(_names)
NAMES = " ".join(_names)
__getattr__ = names_of("tensorflow")
