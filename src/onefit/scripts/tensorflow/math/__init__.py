"""`tf.math`: NumPy's arithmetic under TensorFlow's names and arguments. A file is a kind of it."""

from __future__ import annotations

from onefit.scripts.tensorflow.math import (
    counts,
    elements,
    integrals,
    norms,
    order,
    reductions,
    segments,
    special,
)
from onefit.scripts.tensorflow.missing import names_of, namespace
from onefit.scripts.tensorflow.visible import defined

globals().update(defined(counts, elements, norms, order, reductions, segments, special))
special = namespace(  # TensorFlow's module of that name
    "tensorflow.math.special", expint=integrals.expint, spence=integrals.spence
)
__getattr__ = names_of("tensorflow.math")
