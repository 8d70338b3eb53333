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


def of_script(original: Method, name: str = "") -> Method:
    """An operator of `keras.Variable` that gives the script's own code an expression.

    Args:
        original: Keras's own.
        name: The name of its method. Defaults to that of the function.
    """
    method = name or original.__name__

    @functools.wraps(original)
    def operator(self: Any, *others: Any) -> Any:
        if not is_the_script():
            return original(self, *others)
        from keras import KerasTensor

        from onefit.scripts.eras.stand_ins import expressions

        # Keras would make an array of it; the tensor makes an operation of its graph.
        if any(isinstance(one, KerasTensor) for one in others):
            return NotImplemented
        if not expressions.is_kept((self, *others)):
            return original(self, *others)
        return expressions.of_operator(method, self, *others)

    return operator
