"""Which dtypes functions of one tensor take: TensorFlow has no cosine of integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import is_of_python, of_python
from onefit.scripts.tensorflow.mode import here

_NAMES = {
    "f": """
        ceil elu erf erfc floor gelu is_finite is_inf is_nan log_softmax rint selu softmax softplus
    """,
    "fc": """
        acos acosh asin asinh atan atanh cos cosh digamma exp expm1 l2_loss lgamma log log1p
        log_sigmoid reciprocal_no_nan rsqrt sigmoid silu sin sinh softsign sqrt swish tan tanh
    """,
    "iuf": "leaky_relu relu relu6",
    "iufc": "abs negative reciprocal round sign square",
    "b": "logical_not",
}
_KINDS = {name: kinds for kinds, names in _NAMES.items() for name in names.split()}
_ROOMS = ("onefit.scripts.tensorflow.math.", "onefit.scripts.tensorflow.nn.")


def accepted_kinds(function: Callable[..., Any]) -> str:
    """The kinds of dtypes, as NumPy calls them, that a function takes; none if it takes all.

    >>> accepted_kinds(len)
    ''
    """
    is_of_one = function.__module__.startswith(_ROOMS)
    return _KINDS.get(function.__name__, "") if is_of_one else ""


def demand_kind(function: str, value: Any, kinds: str) -> None:
    """Raise unless the dtype of an argument is of one of these kinds.

    Args:
        function: The function's name.
        value: The argument.
        kinds: Letters of NumPy's.

    Raises:
        InvalidArgumentError: For another dtype, or a TypeError while a function is traced.

    >>> demand_kind("cos", 1, "fc")
    Traceback (most recent call last):
    ...
    onefit.scripts.tensorflow.errors.InvalidArgumentError: Value for attr 'T' of int32 is not ...
    """
    if isinstance(value, keras.KerasTensor):
        return
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        if not is_of_python(value):
            return
        dtype = np.asarray(of_python(value)).dtype
    dtype = np.dtype(dtype) if not isinstance(dtype, np.dtype) else dtype
    # `V` is what NumPy calls bfloat16; text has functions of its own.
    if dtype.kind not in kinds.replace("f", "fV") + "OSU":
        raise (TypeError if here.traced else InvalidArgumentError)(
            f"Value for attr 'T' of {dtype.name} is not in the list of allowed values of {function}"
        )
