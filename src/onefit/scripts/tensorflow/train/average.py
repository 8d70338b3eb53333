"""`tf.train.ExponentialMovingAverage`: averages of variables over their past values."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from onefit.scripts.tensorflow.missing import refuse_argument
from onefit.scripts.tensorflow.variable import Variable

NAME = "tensorflow.train.ExponentialMovingAverage"


class ExponentialMovingAverage:
    """Averages that each `apply` moves by `1 - decay` of the way to the variables.

    Args:
        decay: How much of an average is kept, near 1.
        num_updates: How many updates there were: the decay is then at most
            `(1 + num_updates) / (10 + num_updates)`. Defaults to `None`.
        zero_debias: Only `False` is there.
        name: The end of the averages' names.

    >>> weight = Variable(1.0)
    >>> averages = ExponentialMovingAverage(decay=0.75)
    >>> averages.apply([weight])
    >>> _ = weight.assign(5.0)
    >>> averages.apply([weight])
    >>> averages.average(weight).numpy()
    np.float32(2.0)
    """

    def __init__(
        self,
        decay: Any,
        num_updates: Any = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        """Begin with no averages."""
        if zero_debias:
            refuse_argument(NAME, "zero_debias")
        self._decay, self._updates, self._name = decay, num_updates, name
        self._averages: dict[int, tuple[Any, Variable]] = {}

    @property
    def name(self) -> str:
        """The end of the averages' names."""
        return self._name

    def apply(self, var_list: Any = None) -> None:
        """Move the averages; those of variables that are new begin with their values.

        Args:
            var_list: Variables of floats.
        """
        if var_list is None:
            refuse_argument(NAME, "var_list=None")
        # In float32: the decay is a tensor in TensorFlow, and 1 less it is rounded there.
        rest = np.float32(1) - self._kept()
        for variable in var_list:
            average = self.average(variable)
            if average is None:
                average = self._begun(variable)
            # As TensorFlow's `assign_moving_average` takes it away, and rounds it.
            step = ops.convert_to_tensor(average) - ops.convert_to_tensor(variable)
            average.assign_sub(step * ops.cast(rest, average.dtype))

    def average(self, var: Any) -> Variable | None:
        """The average of a variable, or `None` where `apply` did not meet it."""
        found = self._averages.get(id(var))
        return None if found is None else found[1]

    def average_name(self, var: Any) -> str:
        """The name of a variable's average."""
        return f"{var.name.removesuffix(':0')}/{self._name}"

    def _kept(self) -> Any:
        decay = np.float32(self._decay)
        if self._updates is None:
            return decay
        count = np.float32(ops.convert_to_numpy(ops.convert_to_tensor(self._updates)))
        return np.minimum(decay, (1 + count) / (10 + count))

    def _begun(self, variable: Any) -> Variable:
        value, name = ops.convert_to_tensor(variable), self.average_name(variable)
        average = Variable(value, trainable=False, name=name)
        # The variable is held as well: nothing else may get its `id`.
        self._averages[id(variable)] = (variable, average)
        return average
