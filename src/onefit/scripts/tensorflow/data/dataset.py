"""`tf.data.Dataset`: the pipeline as scripts know it."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from onefit.errors import NeedsTensorFlowName
from onefit.scripts.tensorflow.data.batching import Batching
from onefit.scripts.tensorflow.data.combining import Combining
from onefit.scripts.tensorflow.data.failures import Failures
from onefit.scripts.tensorflow.data.interleaving import Interleaving
from onefit.scripts.tensorflow.data.leaves import array, lent, numpy, specs_of, tensor
from onefit.scripts.tensorflow.data.mapping import Mapping
from onefit.scripts.tensorflow.data.options import Options
from onefit.scripts.tensorflow.data.order import Orders
from onefit.scripts.tensorflow.data.resampling import Resampling
from onefit.scripts.tensorflow.data.sources import Sources
from onefit.scripts.tensorflow.data.stage import INFINITE, UNKNOWN, Stage
from onefit.scripts.tensorflow.data.stage_options import options_of, with_options
from onefit.scripts.tensorflow.data.storage import Storage
from onefit.scripts.tensorflow.data.structure import Element, map_leaves
from onefit.scripts.tensorflow.data.unbatching import Unbatching
from onefit.scripts.tensorflow.data.windows import Windows
from onefit.scripts.tensorflow.errors import OutOfRangeError
from onefit.scripts.tensorflow.missing import told
from onefit.scripts.tensorflow.refusals import demand


class _Named(type):
    """Raises for the functions that only TensorFlow's class has."""

    def __getattr__(cls, name: str) -> Any:
        if name[0] == "_":
            raise AttributeError(name)
        raise NeedsTensorFlowName(told(f"tensorflow.data.Dataset.{name}"), name=name)


class Dataset(
    Sources, Orders, Batching, Unbatching, Resampling, Mapping, Failures, Interleaving, Combining,
    Windows, Storage, metaclass=_Named,
):  # fmt: skip
    """A pipeline of elements, as TensorFlow's.

    >>> images = Dataset.from_tensor_slices([[1.0], [2.0], [3.0]])
    >>> [batch.shape.as_list() for batch in images.batch(2)]
    [[2, 1], [1, 1]]
    """

    @property
    def element_spec(self) -> Element:
        """The shapes and dtypes of the elements.

        >>> Dataset.range(3).batch(2).element_spec
        TensorSpec(shape=(None,), dtype=tf.int64, name=None)
        """
        return self.stage.spec

    def cardinality(self, name: str | None = None) -> Any:
        """How many elements there are; -1 if there is no end, -2 if that is not known."""
        return tensor(np.asarray(self.stage.count(), np.int64))

    def as_numpy_iterator(self) -> NumpyIterator:
        """The elements as NumPy's arrays and scalars."""
        return NumpyIterator(self.stage)

    def options(self) -> Options:
        """The options of this dataset."""
        return options_of(self.stage).fixed()

    def with_options(self, options: Options, name: str | None = None) -> Self:
        """The same elements: options change how fast they come, not what they are."""
        if not isinstance(options, Options):
            # The kind of TensorFlow's error, which asks for what only options have.
            raise AttributeError(f"Expected tf.data.Options. Received: {options!r}.")
        return self.of(with_options(self.stage, Options().merge(options)))

    def __iter__(self) -> Iterator:
        """The elements as tensors."""
        return Iterator(self.stage)

    def __len__(self) -> int:
        """How many elements there are, if that is known."""
        there = self.stage.count()
        if there in (INFINITE, UNKNOWN):
            raise TypeError("The dataset is infinite." if there == INFINITE else _NO_LENGTH)
        return there

    def __bool__(self) -> bool:
        """True: a dataset without elements is a dataset, too."""
        # Python would ask for the length, which many datasets do not know.
        return True

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"<_{self.stage.written}Dataset element_spec={self.element_spec!r}>"

    def __getattr__(self, name: str) -> Any:
        """Raise for what only TensorFlow's has."""
        # A stage that is not set yet, as in `copy`, must not be asked for here once more.
        if name[0] == "_" or name == "stage":
            raise AttributeError(name)
        if name == "element_spec":  # an AttributeError in it brought Python here
            return self.stage.spec
        raise NeedsTensorFlowName(told(f"tensorflow.data.Dataset.{name}"), name=name)


_NO_LENGTH = "The dataset length is unknown."


class Iterator:
    """An iterator over a dataset that gives tensors.

    Args:
        stage: The last stage of the dataset.
    """

    def __init__(self, stage: Stage) -> None:
        """Start it."""
        self._stage, self._elements = stage, stage.start()
        # Memory is lent to JAX only where no other element, and no stage, has the same.
        self._tensor = lent if stage.fresh else tensor

    @property
    def element_spec(self) -> Element:
        """The shapes and dtypes of the elements."""
        return self._stage.spec

    def get_next(self) -> Element:
        """The next element.

        Raises:
            OutOfRangeError: If there is none.
        """
        for element in self:
            return element
        raise OutOfRangeError("End of sequence")

    def get_next_as_optional(self) -> Optional:
        """The next element, or that there is none."""
        for element in self:
            return Optional(self.element_spec, [element])
        return Optional(self.element_spec, [])

    def __iter__(self) -> Self:
        """Itself."""
        return self

    def __next__(self) -> Element:
        """The next element."""
        return map_leaves(self._tensor, next(self._elements))


class Optional:
    """An element, or that there is none.

    Args:
        element_spec: The shapes and dtypes that it has.
        held: A list of the element, or of nothing.

    >>> numbers = iter(Dataset.range(1))
    >>> [bool(numbers.get_next_as_optional().has_value()) for _ in range(2)]
    [True, False]
    """

    def __init__(self, element_spec: Element, held: list[Element]) -> None:
        """Keep it."""
        self.element_spec, self._held = element_spec, held

    @staticmethod
    def from_value(value: Element) -> Optional:
        """This element."""
        made = map_leaves(lambda one: tensor(array(one)), value)
        return Optional(specs_of(map_leaves(array, made)), [made])

    @staticmethod
    def empty(element_spec: Element) -> Optional:
        """None."""
        return Optional(element_spec, [])

    def has_value(self, name: str | None = None) -> Any:
        """Whether there is one."""
        return tensor(np.asarray(bool(self._held)))

    def get_value(self, name: str | None = None) -> Element:
        """The element.

        Raises:
            InvalidArgumentError: If there is none.
        """
        demand(self._held, "The given optional does not have a value.")
        return self._held[0]


class NumpyIterator:
    """An iterator over a dataset that gives NumPy's arrays and scalars.

    Args:
        stage: The last stage of the dataset.
    """

    def __init__(self, stage: Stage) -> None:
        """Start it."""
        self._elements = stage.start()

    def __iter__(self) -> Self:
        """Itself."""
        return self

    def __next__(self) -> Element:
        """The next element."""
        return map_leaves(numpy, next(self._elements))


# Told from here: `stage.py` cannot import a class that is made of stages.
Stage.of_user = Dataset.of
