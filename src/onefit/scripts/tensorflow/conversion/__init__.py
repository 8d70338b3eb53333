"""A function of the script's, rewritten so that `if`, `while` and `for` may depend on tensors.

The source of the function is parsed, its statements become calls of `statements.py`, and the result
is compiled under the same file and lines, so that an error shows the line of the script.
"""

from __future__ import annotations

from onefit.scripts.tensorflow.conversion.source import converted as converted
