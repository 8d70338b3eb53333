"""Elements at which something raises, left out: ignore_errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Self

from onefit.errors import NeedsTensorFlowModule, NeedsTensorFlowName
from onefit.scripts.tensorflow.data.batching import Batch, RaggedBatch
from onefit.scripts.tensorflow.data.mapping import Filter, Map
from onefit.scripts.tensorflow.data.method import Methods
from onefit.scripts.tensorflow.data.order import Prefetch
from onefit.scripts.tensorflow.data.stage import INFINITE, UNKNOWN, Elements, Stage
from onefit.scripts.tensorflow.data.structure import Element
from onefit.scripts.tensorflow.missing import refuse


class Failure(NamedTuple):
    """What stands where an element could not be made."""

    error: Exception


class WithoutErrors(Stage):
    """The elements of another stage, without those at which it raises.

    Args:
        source: The other stage.
    """

    written = "IgnoreErrors"

    def __init__(self, source: Stage) -> None:
        """Keep the other stage."""
        self.source, self.spec = source, source.spec

    def start(self) -> Elements:
        """Element after element."""
        return (one for one in attempts(self.source) if not isinstance(one, Failure))

    def count(self) -> int:
        """Not known, but for a source without an end."""
        return INFINITE if self.source.count() == INFINITE else UNKNOWN


def attempts(stage: Stage) -> Elements:
    """The elements of a stage, and a `Failure` in the place of each that it could not make.

    Args:
        stage: The stage. After an error `map`, `filter`, batches and `prefetch` go on; others end.
    """
    if isinstance(stage, Map):
        # Without its threads, which end at the first error.
        return (_attempt(stage.function, one) for one in attempts(stage.source))
    if isinstance(stage, Filter):
        return _filtered(stage, attempts(stage.source))
    if isinstance(stage, Batch):
        return _batches(stage, attempts(stage.source))
    if isinstance(stage, Prefetch):
        return attempts(stage.source)
    return _until_an_error(stage.start())


def _attempt(function: Callable[[Element], Element], element: Element | Failure) -> Element:
    """A function of an element, or how it failed; a name that is not there is no such failure."""
    if isinstance(element, Failure):
        return element
    try:
        return function(element)
    except (NeedsTensorFlowModule, NeedsTensorFlowName):
        raise
    except Exception as error:
        return Failure(error)


def _filtered(stage: Filter, elements: Elements) -> Elements:
    for element in elements:
        answer = _attempt(stage.says_yes, element)
        if isinstance(answer, Failure):
            yield answer
        elif answer:
            yield element


def _batches(stage: Batch, elements: Elements) -> Elements:
    """Batches: a failure takes with it what is in its batch so far, behind a `map` the whole batch.

    TensorFlow makes one stage of a `map` and a batch, which asks for all elements at once.
    """
    whole = type(stage) is RaggedBatch or (type(stage) is Batch and isinstance(stage.source, Map))
    group: list[Element | Failure] = []
    for element in elements:
        group.append(element)
        if len(group) == stage.size or (isinstance(element, Failure) and not whole):
            yield _batch(stage, group)
            group = []
    if group and not stage.only_full:
        yield _batch(stage, group)


def _batch(stage: Batch, group: list[Element | Failure]) -> Element | Failure:
    failures = [one for one in group if isinstance(one, Failure)]
    return failures[0] if failures else _attempt(stage.joined, group)


def _until_an_error(elements: Elements) -> Elements:
    """The elements of a stage that raises nothing: after an error it could not go on."""
    try:
        yield from elements
    except (NeedsTensorFlowModule, NeedsTensorFlowName):
        raise
    except Exception:
        where = "an error not in a map, a filter or a batch"
        refuse(f"tensorflow.data.Dataset.ignore_errors of {where}", "map")


class Failures(Methods):
    """What a dataset does where an element cannot be made."""

    def ignore_errors(self, log_warning: bool = False, name: str | None = None) -> Self:
        """The elements without those that cannot be made: a `map`, `filter` or batch raises.

        An error of another stage is refused, with what is not there.

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
