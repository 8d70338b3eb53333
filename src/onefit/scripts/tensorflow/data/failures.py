"""Elements at which a function raises, left out: ignore_errors."""

from __future__ import annotations

from typing import Self

from onefit.errors import NeedsTensorFlowModule, NeedsTensorFlowName
from onefit.scripts.tensorflow.data.mapping import Map
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.stage import INFINITE, UNKNOWN, Elements, Stage
from onefit.scripts.tensorflow.missing import refuse


class WithoutErrors(Stage):
    """What a function gives, without the elements at which it raises.

    Args:
        source: The stage of the function.
    """

    written = "IgnoreErrors"

    def __init__(self, source: Stage) -> None:
        """Keep the other stage."""
        self.source, self.spec = source, source.spec

    def start(self) -> Elements:
        """Element after element."""
        if isinstance(self.source, Map):
            return self._of_function(self.source, self.source.source.start())
        return _of_stage(self.source.start())

    def _of_function(self, source: Map, elements: Elements) -> Elements:
        """What a function gives; an error of the function's own input is none of its errors."""
        for element in elements:
            try:
                made = source.function(element)
            except (NeedsTensorFlowModule, NeedsTensorFlowName):
                raise
            except Exception:
                continue
            yield made

    def count(self) -> int:
        """Not known, but for a source without an end."""
        return INFINITE if self.source.count() == INFINITE else UNKNOWN


def _of_stage(elements: Elements) -> Elements:
    """The elements of a stage that raises nothing: after an error it could not go on."""
    try:
        yield from elements
    except (NeedsTensorFlowModule, NeedsTensorFlowName):
        raise
    except Exception:
        refuse("tensorflow.data.Dataset.ignore_errors of an error not in the map before it", "map")


class Failures(Methods):
    """What a dataset does where a function of its elements raises."""

    def ignore_errors(self, log_warning: bool = False, name: str | None = None) -> Self:
        """The elements without those at which the `map` right before this one raises.

        An error of an earlier stage is refused, with what is not there.

        Args:
            log_warning: Taken, and of no effect.
            name: Taken, and of no effect.

        >>> from onefit.scripts.tensorflow.data import Dataset
        >>> import onefit.scripts.tensorflow as tf
        >>> def inverse(x):
        ...     return tf.debugging.check_numerics(1 / x, "not finite")
        >>> numbers = Dataset.from_tensor_slices([1.0, 0.0, 4.0]).map(inverse).ignore_errors()
        >>> [float(x) for x in numbers]
        [1.0, 0.25]
        """
        return self.of(WithoutErrors(self.stage))
