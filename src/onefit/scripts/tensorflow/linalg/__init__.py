"""`tf.linalg`: matrices, under TensorFlow's names and arguments.

Products and norms, diagonals, decompositions, and equations are a file each.
"""

from __future__ import annotations

from onefit.scripts.tensorflow.arrays.creation import eye as eye
from onefit.scripts.tensorflow.linalg import decompositions, diagonals, equations, products
from onefit.scripts.tensorflow.math.norms import l2_normalize as l2_normalize
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.visible import defined

globals().update(defined(decompositions, diagonals, equations, products))
__getattr__ = names_of("tensorflow.linalg")
