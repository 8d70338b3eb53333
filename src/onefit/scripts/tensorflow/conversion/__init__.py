"""A function of the script's, rewritten so that `if`, `while` and `for` may depend on tensors.

The source of the function is parsed, its statements become calls of `statements.py`, and the result
is compiled under the same file and lines, so that an error shows the line of the script. A function
that cannot be rewritten is called as it is; if a tensor's value is asked for in it, the error says
why it was not rewritten.
"""

from __future__ import annotations

from onefit.scripts.tensorflow.conversion.source import as_method as as_method
from onefit.scripts.tensorflow.conversion.source import converted as converted
