"""`tf.math`: NumPy's arithmetic under TensorFlow's names and arguments. A file is a kind of it."""

from __future__ import annotations

from onefit.scripts.tensorflow.math import (
    counts,
    elements,
    norms,
    order,
    reductions,
    segments,
    special,
)
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.visible import defined

globals().update(defined(counts, elements, norms, order, reductions, segments, special))
__getattr__ = names_of("tensorflow.math")
