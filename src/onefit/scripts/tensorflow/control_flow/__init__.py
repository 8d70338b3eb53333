"""`tf.cond`, `tf.while_loop` and the like: Python's own where values are known, else JAX's.

Branches and bodies may read and change variables: these go through JAX's control flow as arguments
and results, as through a program.
"""

from __future__ import annotations

from onefit.scripts.tensorflow.control_flow.branches import case as case
from onefit.scripts.tensorflow.control_flow.branches import cond as cond
from onefit.scripts.tensorflow.control_flow.branches import switch_case as switch_case
from onefit.scripts.tensorflow.control_flow.loops import while_loop as while_loop
from onefit.scripts.tensorflow.control_flow.scans import foldl as foldl
from onefit.scripts.tensorflow.control_flow.scans import foldr as foldr
from onefit.scripts.tensorflow.control_flow.scans import map_fn as map_fn
from onefit.scripts.tensorflow.control_flow.scans import scan as scan
from onefit.scripts.tensorflow.control_flow.scans import vectorized_map as vectorized_map

NAMES = "case cond foldl foldr map_fn scan switch_case vectorized_map while_loop"
