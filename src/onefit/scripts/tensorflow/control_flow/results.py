"""What the function of `tf.map_fn` gives: as it was said, or an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.mode import computed
from onefit.scripts.tensorflow.nest import assert_same_structure
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.tensor import Tensor


def as_told(function: Callable[..., Any], told: Any) -> Callable[..., Any]:
    """A function whose results have the structure and the dtypes that were told.

    Args:
        function: A function of a slice.
        told: Dtypes, specs or tensors, nested.

    Returns:
        A function whose numbers of Python's have these dtypes, too. It raises a ValueError for
        another structure and an InvalidArgumentError for another dtype.
    """

    def called(given: Any) -> Any:
        found = function(given)
        assert_same_structure(told, found)
        kinds = iter([as_dtype(getattr(one, "dtype", one)) for one in leaves(told)])
        return nested(lambda one: _of_dtype(one, next(kinds)), found)

    return called


def _of_dtype(one: Any, kind: Any) -> Any:
    is_plain = isinstance(one, bool | int | float)
    if is_plain and isinstance(one, float) <= kind.is_floating and kind != "bool":
        return Tensor(computed(tensor, one, kind))
    found = as_dtype(getattr(one, "dtype", type(one) if is_plain else "string"))
    if found != kind:
        raise InvalidArgumentError(
            f"TensorArray dtype is {kind.name} but Op is trying to write dtype {found.name}"
        )
    return one
