"""A model that is called on tensors with another number of axes than its own inputs have.

Keras 1 and 2 looked at no shape there: the layers of the model did, each at what it was given. So
the generator of `mnist_acgan.py`, a `Sequential` of rows of numbers, is called on rows of one word
each. Keras 3 compares with the inputs that the model was made of, and refuses.

Source: `Container.input_spec` in `keras/engine/topology.py` of 1.2.2, and `Network.input_spec` in
`keras/engine/network.py` of 2.2.4: an `InputLayer` had none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import KerasTensor, tree

Method = Callable[..., Any]
Ranks = tuple[int | None, ...]
_TAKEN = "_ranks_taken"


def of_graphs(original: Method) -> Method:
    """A symbolic call takes any number of axes; data that come so later are taken, too.

    Args:
        original: The `_assert_input_compatibility` of a functional model.
    """

    def _assert_input_compatibility(self: Any, *args: Any) -> None:
        ranks = _ranks(args[0])
        if ranks in vars(self).get(_TAKEN, ()):
            return
        try:
            original(self, *args)
        except ValueError:
            given = tree.flatten(args[0])
            is_of_graph = all(isinstance(one, KerasTensor) for one in given)
            # An array is no call that builds a graph; and with the same number of axes it was
            # another mismatch that Keras has found.
            if not is_of_graph or ranks == _ranks(self._inputs):
                raise
            taken = {*vars(self).get(_TAKEN, ()), ranks}
            object.__setattr__(self, _TAKEN, frozenset(taken))

    return _assert_input_compatibility


def as_they_are(original: Method) -> Method:
    """Axes are neither added nor taken away where the model was called so.

    Args:
        original: The `_adjust_input_rank` of a functional model.
    """

    def _adjust_input_rank(self: Any, flat_inputs: list[Any]) -> Any:
        if _ranks(flat_inputs) in vars(self).get(_TAKEN, ()):
            return flat_inputs
        return original(self, flat_inputs)

    return _adjust_input_rank


def _ranks(tensors: Any) -> Ranks:
    """How many axes each tensor has."""
    shapes = (getattr(one, "shape", None) for one in tree.flatten(tensors))
    return tuple(None if shape is None else len(shape) for shape in shapes)
