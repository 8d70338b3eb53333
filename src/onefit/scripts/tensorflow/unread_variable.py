"""What assigning to a `tf.Variable` gives: the variable under another name."""

from __future__ import annotations

from typing import Any

from onefit.scripts.callers import is_the_script
from onefit.scripts.tensorflow.variable import Variable


class UnreadVariable(Variable):
    """A variable that was assigned to: its value is read when it is asked for.

    Args:
        variable: The variable.

    >>> UnreadVariable(Variable(2.0, name="speed"))
    <tf.Variable 'UnreadVariable' shape=() dtype=float32, numpy=2.0>
    """

    __slots__ = ("_variable",)

    def __new__(cls, variable: Variable) -> UnreadVariable:
        """All that it has is the variable's."""
        made: UnreadVariable = object.__new__(cls)
        made.__dict__ = variable.__dict__
        return made

    def __init__(self, variable: Variable) -> None:
        """Keep the variable, which tapes and programs know."""
        self._variable = variable

    def _array(self) -> Any:
        return self._variable._array()

    @property
    def value(self) -> Any:
        """TensorFlow's method for the script; an array for Keras."""
        return self.read_value if is_the_script() else self._variable.value

    @property
    def name(self) -> str:
        """The same for all of them."""
        return "UnreadVariable"

    def assign(self, *args: Any, **kwargs: Any) -> Any:
        """Set the value of the variable."""
        return self._variable.assign(*args, **kwargs)
