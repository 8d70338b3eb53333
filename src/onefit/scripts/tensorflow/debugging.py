"""`tf.debugging`: checks that raise where values, shapes or dtypes are not as expected.

Values that are not known while a function is traced are checked when its program has run; inside of
Keras's programs they are not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, TensorLike
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import array, tensor
from onefit.scripts.tensorflow.graph import Assert as Assert
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.mode import computed, here, refuse_checks
from onefit.scripts.tensorflow.operation import leaves, unwrapped
from onefit.scripts.tensorflow.program_checks import can_be_told, demand_in_program
from onefit.scripts.tensorflow.tensor import Tensor

Check = Callable[[np.ndarray, np.ndarray], Any]


def _comparison(name: str, told: str, check: Check) -> Callable[..., None]:
    def function(
        x: TensorLike,
        y: TensorLike,
        message: str | None = None,
        summarize: int | None = None,
        name: Any = None,
    ) -> None:
        one, other = _values(x), _values(y)
        if one is None or other is None:
            _demand(check, f"{message or ''}\nCondition x {told} y did not hold.", x, y)
            return
        if np.all(check(one, other)):
            return
        raise InvalidArgumentError(
            f"{message or ''}\nCondition x {told} y did not hold.\n"
            f"First 3 elements of x:\n{_first(one)}\nFirst 3 elements of y:\n"
            f"{_first(other)}"
        )

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Raise unless `x {told} y` for every element."
    return function


def _of_one(name: str, told: str, check: Callable[[np.ndarray], Any]) -> Callable[..., None]:
    def function(
        x: TensorLike, message: str | None = None, summarize: int | None = None, name: Any = None
    ) -> None:
        value = _values(x)
        if value is None:
            _demand(check, f"{message or ''}\nCondition {told} did not hold element-wise", x)
        elif not np.all(check(value)):
            raise InvalidArgumentError(
                f"{message or ''}\nCondition {told} did not hold element-wise:\nx = {value}"
            )

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Raise unless `{told}` for every element."
    return function


assert_equal = _comparison("assert_equal", "==", lambda x, y: x == y)
assert_none_equal = _comparison("assert_none_equal", "!=", lambda x, y: x != y)
assert_less = _comparison("assert_less", "<", lambda x, y: x < y)
assert_less_equal = _comparison("assert_less_equal", "<=", lambda x, y: x <= y)
assert_greater = _comparison("assert_greater", ">", lambda x, y: x > y)
assert_greater_equal = _comparison("assert_greater_equal", ">=", lambda x, y: x >= y)
assert_positive = _of_one("assert_positive", "x > 0", lambda x: x > 0)
assert_negative = _of_one("assert_negative", "x < 0", lambda x: x < 0)
assert_non_negative = _of_one("assert_non_negative", "x >= 0", lambda x: x >= 0)
assert_non_positive = _of_one("assert_non_positive", "x <= 0", lambda x: x <= 0)


def assert_near(
    x: TensorLike,
    y: TensorLike,
    rtol: Any = None,
    atol: Any = None,
    message: str | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> None:
    """Raise unless `|x - y| <= atol + rtol * |y|`; both are ten times the rounding by default."""
    one, other = _values(x), _values(y)
    kind = np.dtype(_as_tensor(x).dtype)
    least = 10 * np.finfo(kind if kind.kind == "f" else np.float32).eps
    absolute, relative = (least if one is None else one for one in (atol, rtol))

    def is_near(one: Any, other: Any) -> Any:
        return abs(one - other) <= absolute + relative * abs(other)

    if one is None or other is None:
        _demand(is_near, f"{message or ''}\nx and y not equal to tolerance", x, y)
    elif not np.all(is_near(one, other)):
        raise InvalidArgumentError(
            f"{message or ''}\nx and y not equal to tolerance rtol = {rtol or least}, "
            f"atol = {atol or least}\nx = {one}\ny = {other}"
        )


def assert_all_finite(x: TensorLike, message: str, name: str | None = None) -> Any:
    """`x`, if it has no NaN and nothing infinite.

    Raises:
        InvalidArgumentError: If it has.
    """
    return check_numerics(x, message)


def check_numerics(tensor: TensorLike, message: str, name: str | None = None) -> Any:
    """`tensor`, if it has no NaN and nothing infinite.

    Raises:
        InvalidArgumentError: If it has.
    """
    value = _values(tensor)
    if value is None:
        _demand(lambda x: ~jnp.isnan(x), f"{message} : Tensor had NaN values", tensor)
        _demand(lambda x: ~jnp.isinf(x), f"{message} : Tensor had Inf values", tensor)
    else:
        found = [
            told for told, is_so in (("Inf", np.isinf), ("NaN", np.isnan)) if is_so(value).any()
        ]
        if found:
            raise InvalidArgumentError(f"{message} : Tensor had {' and '.join(found)} values")
    return _as_tensor(tensor)


def assert_rank(
    x: TensorLike, rank: Any, message: str | None = None, name: str | None = None
) -> None:
    """Raise a ValueError unless `x` has so many axes."""
    _rank(x, [rank], message, lambda found, wanted: found == wanted, "must have rank")


def assert_rank_at_least(
    x: TensorLike, rank: Any, message: str | None = None, name: str | None = None
) -> None:
    """Raise a ValueError unless `x` has so many axes or more."""
    _rank(x, [rank], message, lambda found, wanted: found >= wanted, "must have rank at least")


def assert_rank_in(
    x: TensorLike, ranks: Iterable[Any], message: str | None = None, name: str | None = None
) -> None:
    """Raise a ValueError unless the number of axes of `x` is one of these."""
    _rank(x, list(ranks), message, lambda found, wanted: found == wanted, "must have rank in")


def assert_scalar(tensor: TensorLike, name: str | None = None, message: str | None = None) -> None:
    """Raise a ValueError if `tensor` has axes."""
    _rank(tensor, [0], message, lambda found, wanted: found == wanted, "must have rank")


def assert_shapes(
    shapes: Any,
    data: TensorLike = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> None:
    """Raise a ValueError unless tensors have these shapes, and a letter is one length everywhere.

    Args:
        shapes: Tensors and shapes in pairs, or a dict of them; a length is a number, a name, or
            `None` for any.
        data: Taken, and of no effect.
        summarize: Taken, and of no effect.
        message: Put before the error's text.
        name: Taken, and of no effect.

    >>> assert_shapes([(np.ones((2, 3)), ("N", 3)), (np.ones(2), ("N",))])
    """
    known: dict[Any, int] = {}
    for one, lengths in shapes.items() if isinstance(shapes, dict) else shapes:
        shape = tuple(np.shape(unwrapped(one)))
        wanted = tuple(lengths) if np.ndim(lengths) or isinstance(lengths, str) else (lengths,)
        fits = len(shape) == len(wanted) and all(
            length is None
            or length == "."
            or found == (known.setdefault(length, found) if isinstance(length, str) else length)
            for found, length in zip(shape, wanted)
        )
        if not fits:
            raise ValueError(
                f"{message or ''}. Specified by tensor of shape {shape}: expected {wanted}, "
                f"with {known}."
            )


def assert_type(
    tensor: TensorLike, tf_type: Any, message: str | None = None, name: str | None = None
) -> None:
    """Raise a TypeError unless `tensor` has this dtype."""
    found = as_dtype(_as_tensor(tensor).dtype)
    if found != as_dtype(tf_type):
        raise TypeError(f"{message or ''} tensor must be of type {as_dtype(tf_type)!r}; {found!r}")


def assert_integer(x: TensorLike, message: str | None = None, name: str | None = None) -> None:
    """Raise a TypeError unless `x` holds integers."""
    found = as_dtype(_as_tensor(x).dtype)
    if not found.is_integer:
        raise TypeError(f'{message or ""} Expected "x" to be integer type. Found: {found!r}')


def assert_same_float_dtype(tensors: Any = None, dtype: DTypeLike = None) -> Any:
    """The dtype that all tensors have, which is one of floats.

    Raises:
        ValueError: If they differ, or hold no floats.
    """
    found = {as_dtype(_as_tensor(one).dtype) for one in tensors or ()}
    found |= {as_dtype(dtype)} if dtype is not None else set()
    kind = found.pop() if found else as_dtype("float32")
    if found or not kind.is_floating:
        raise ValueError(f"Expected floating point type, got {kind!r} and {found}.")
    return kind


def assert_proper_iterable(values: Any) -> None:
    """Raise a TypeError for a tensor, text, or what is no list of things."""
    if isinstance(values, Tensor | np.ndarray | str | bytes) or not isinstance(values, Iterable):
        raise TypeError(f"Expected argument 'values' to be a 'proper' iterable. Found: {values!r}")


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether it is a tensor of numbers."""
    return isinstance(tensor, Tensor) and as_dtype(tensor.dtype).name != "bool"


def set_log_device_placement(enabled: bool) -> None:
    """Taken, and of no effect: JAX tells of no devices."""
    _logs[:] = [True] if enabled else []


def get_log_device_placement() -> bool:
    """What was set."""
    return bool(_logs)


def _rank(
    x: Any, wanted: list[Any], message: str | None, fits: Callable[[int, int], bool], told: str
) -> None:
    shape = tuple(np.shape(unwrapped(x)))
    ranks = [int(np.asarray(unwrapped(one))) for one in wanted]
    if not any(fits(len(shape), one) for one in ranks):
        expected = ranks[0] if len(ranks) == 1 else tuple(ranks)
        raise ValueError(
            f"{message or ''}. Tensor {told} {expected}.  Received rank {len(shape)}, shape {shape}"
        )


def _demand(check: Callable[..., Any], told: str, *values: Any) -> None:
    """Let the program that is traced tell if a check fails."""
    held = [unwrapped(value) for value in values]
    # A symbolic tensor has no values, and no program is made that could check them later.
    if here.only_shapes or any(isinstance(one, keras.KerasTensor) for one in held):
        return
    holds = computed(check, *(computed(array, one) for one in held))
    if can_be_told(holds):
        demand_in_program(holds, told)
    else:
        refuse_checks()


def _as_tensor(value: Any) -> Any:
    return value if hasattr(value, "dtype") else Tensor(computed(tensor, value))


def _values(value: Any) -> np.ndarray | None:
    """The values as NumPy's; `None` where they are not known."""
    held = unwrapped(value)
    unknown = jax.core.Tracer, keras.KerasTensor
    if here.only_shapes or any(isinstance(one, unknown) for one in leaves(held)):
        return None
    if isinstance(held, str | bytes) or getattr(held, "dtype", None) == np.object_:
        # JAX's arrays hold no texts.
        return np.asarray(held, object)
    made = computed(array, held) if not hasattr(held, "numpy") else held
    return np.asarray(made)


def _first(values: np.ndarray) -> list[Any]:
    return list(np.ravel(values)[:3])


_logs: list[bool] = []
__getattr__ = names_of("tensorflow.debugging")
