"""`tf.cond`, `tf.while_loop` and the like: Python's own where values are known, else JAX's.

Branches and bodies may read and change variables: these go through JAX's control flow as arguments
and results, as through a program.
"""

from __future__ import annotations

from onefit.scripts.tensorflow.control_flow import branches, loops, scans
from onefit.scripts.tensorflow.control_flow.given_functions import of_given_functions

case, cond = of_given_functions(branches.case), of_given_functions(branches.cond)
switch_case = of_given_functions(branches.switch_case)
while_loop = of_given_functions(loops.while_loop)
foldl, foldr = of_given_functions(scans.foldl), of_given_functions(scans.foldr)
map_fn, scan = of_given_functions(scans.map_fn), of_given_functions(scans.scan)
vectorized_map = of_given_functions(scans.vectorized_map)

NAMES = "case cond foldl foldr map_fn scan switch_case vectorized_map while_loop"
