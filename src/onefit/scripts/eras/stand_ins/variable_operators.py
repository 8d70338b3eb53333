"""`self.v / 2` in a script of Keras 1 or 2 is an expression of the variable, as `K` gives one.

See `expressions.py`; it is loaded where a script computes with a variable outside of a program.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from onefit.scripts.callers import is_the_script

Method = Callable[..., Any]

NAMES = (
    *("__neg__", "__abs__"),
    *(
        f"__{side}{name}__"
        for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
        for side in ("", "r")
    ),
)


def of_script(original: Method) -> Method:
    """An operator of `keras.Variable` that gives the script's own code an expression.

    Args:
        original: Keras's own.
    """

    @functools.wraps(original)
    def operator(self: Any, *others: Any) -> Any:
        if not is_the_script():
            return original(self, *others)
        from onefit.scripts.eras.stand_ins import expressions

        if not expressions.is_kept((self, *others)):
            return original(self, *others)
        return expressions.of_operator(original.__name__, self, *others)

    return operator
