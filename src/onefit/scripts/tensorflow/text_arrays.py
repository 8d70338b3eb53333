"""Text made, shaped, joined, picked and compared: what `arrays.py` does with numbers.

`operation.py` calls a function here in the place of the one for numbers where an argument is text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike, TensorLike
from onefit.scripts.tensorflow.given import axes
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.missing import refuse
from onefit.scripts.tensorflow.refusals import demand
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.text import StringTensor, as_bytes


def is_text(value: Any) -> bool:
    """Whether a value is a tensor or an array of text."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "OSU"
    return isinstance(value, StringTensor)


def is_python_text(value: Any) -> bool:
    """Whether the first thing in lists is text of Python's."""
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return isinstance(value, str | bytes)


def constant(
    value: TensorLike, dtype: DTypeLike = None, shape: ShapeLike = None, name: str = "Const"
) -> Any:
    """Text as a tensor."""
    values = _values(value, dtype)
    if shape is None:
        return StringTensor(values)
    lengths = _shape(shape)
    return StringTensor(
        np.broadcast_to(values, lengths) if values.size == 1 else values.reshape(lengths)
    )


def add(x: TensorLike, y: TensorLike, name: str | None = None) -> Any:
    """One text behind the other."""
    return StringTensor(as_bytes(x) + as_bytes(y))


def convert_to_tensor(
    value: TensorLike,
    dtype: DTypeLike = None,
    dtype_hint: DTypeLike = None,
    name: str | None = None,
) -> Any:
    """Text as a tensor."""
    return StringTensor(_values(value, dtype))


def identity(input: TensorLike, name: str | None = None) -> Any:
    """The same text."""
    return StringTensor(_values(input))


def fill(dims: ShapeLike, value: TensorLike, name: str | None = None) -> Any:
    """One text everywhere."""
    return StringTensor(np.broadcast_to(_values(value), _shape(dims)))


def zeros_like(input: TensorLike, dtype: DTypeLike = None, name: str | None = None) -> Any:
    """Empty text in the same shape."""
    return fill(np.shape(_values(input)), "")


def shape(input: TensorLike, out_type: DTypeLike = "int32", name: str | None = None) -> Any:
    """The shape."""
    return _number(np.array(_values(input).shape, np.dtype(out_type)))


def size(input: TensorLike, out_type: DTypeLike = "int32", name: str | None = None) -> Any:
    """How many texts there are."""
    return _number(np.array(_values(input).size, np.dtype(out_type)))


def rank(input: TensorLike, name: str | None = None) -> Any:
    """The number of axes."""
    return _number(np.array(_values(input).ndim, np.int32))


def reshape(tensor: TensorLike, shape: ShapeLike, name: str | None = None) -> Any:
    """The same texts in another shape."""
    return StringTensor(_values(tensor).reshape(_shape(shape)))


def expand_dims(input: TensorLike, axis: Any, name: str | None = None) -> Any:
    """A new axis of length one."""
    return StringTensor(np.expand_dims(_values(input), int(axis)))


def squeeze(input: TensorLike, axis: Any = None, name: str | None = None) -> Any:
    """Without axes of length one."""
    return StringTensor(np.squeeze(_values(input), axes(axis)))


def transpose(
    a: TensorLike, perm: Any = None, conjugate: bool = False, name: str | None = None
) -> Any:
    """The axes in another order."""
    return StringTensor(_values(a).transpose(perm))


def broadcast_to(input: TensorLike, shape: ShapeLike, name: str | None = None) -> Any:
    """Repeated along axes of length one."""
    return StringTensor(np.broadcast_to(_values(input), _shape(shape)))


def concat(values: Sequence[Any], axis: Any, name: str = "concat") -> Any:
    """Texts end to end along an axis."""
    return StringTensor(np.concatenate([_values(one) for one in values], int(axis)))


def stack(values: Sequence[Any], axis: int = 0, name: str = "stack") -> Any:
    """Texts beside each other along a new axis."""
    return StringTensor(np.stack([_values(one) for one in values], axis))


def unstack(
    value: TensorLike, num: int | None = None, axis: int = 0, name: str = "unstack"
) -> list[Any]:
    """The parts along an axis."""
    return [StringTensor(part) for part in np.moveaxis(_values(value), axis, 0)]


def tile(input: TensorLike, multiples: TensorLike, name: str | None = None) -> Any:
    """Repeated as a whole along each axis."""
    return StringTensor(np.tile(_values(input), _shape(multiples)))


def repeat(
    input: TensorLike, repeats: TensorLike, axis: int | None = None, name: str | None = None
) -> Any:
    """Each text repeated."""
    return StringTensor(np.repeat(_values(input), np.asarray(repeats), axis))


def reverse(tensor: TensorLike, axis: Any, name: str | None = None) -> Any:
    """The given axes backwards."""
    return StringTensor(np.flip(_values(tensor), axes(axis)))


def slice(input_: TensorLike, begin: Any, size: Any, name: str | None = None) -> Any:
    """The part that begins at `begin` and has the shape `size`."""
    # The function around this line hides Python's `slice`.
    import builtins

    parts = tuple(
        builtins.slice(int(first), None if int(some) < 0 else int(first) + int(some))
        for first, some in zip(begin, size)
    )
    return StringTensor(_values(input_)[parts])


def gather(
    params: TensorLike,
    indices: TensorLike,
    validate_indices: bool | None = None,
    axis: int | None = None,
    batch_dims: int = 0,
    name: str | None = None,
) -> Any:
    """The texts at `indices` along `axis`; `batch_dims` is for numbers, and refused here."""
    if batch_dims:
        refuse("batch_dims= of tensorflow.gather of text", "batch_dims")
    return StringTensor(np.take(_values(params), np.asarray(indices), axis or 0))


def gather_nd(
    params: TensorLike, indices: TensorLike, batch_dims: int = 0, name: str | None = None
) -> Any:
    """The texts whose places stand along the last axis of `indices`."""
    places = np.moveaxis(np.asarray(indices), -1, 0)
    return StringTensor(_values(params)[tuple(places)])


def boolean_mask(
    tensor: TensorLike, mask: TensorLike, axis: int | None = None, name: str = "boolean_mask"
) -> Any:
    """The texts where `mask` is true."""
    if axis:
        refuse("axis= of tensorflow.boolean_mask of text", "axis")
    return StringTensor(_values(tensor)[np.asarray(mask, bool)])


def where(
    condition: TensorLike, x: TensorLike = None, y: TensorLike = None, name: str | None = None
) -> Any:
    """`x` where the condition is true and `y` elsewhere."""
    return StringTensor(np.where(np.asarray(condition, bool), _values(x), _values(y)))


def equal(x: TensorLike, y: TensorLike, name: str | None = None) -> Any:
    """Where texts are the same."""
    _demand_texts("Equal", x, y)
    return _number(np.asarray(_values(x) == _values(y), bool))


def not_equal(x: TensorLike, y: TensorLike, name: str | None = None) -> Any:
    """Where texts differ."""
    _demand_texts("NotEqual", x, y)
    return _number(np.asarray(_values(x) != _values(y), bool))


def _demand_texts(operation: str, *values: TensorLike) -> None:
    for one in values:
        demand(
            not isinstance(one, Tensor | jax.Array) or isinstance(one, StringTensor),
            f"cannot compute {operation} of text and a tensor of numbers [Op:{operation}]",
        )


def cast(x: TensorLike, dtype: DTypeLike, name: str | None = None) -> Any:
    """The same text; numbers are made of it by `tf.strings.to_number`."""
    if dtype != "string":
        raise TypeError(f"Cast string to {dtype} is not supported: use tf.strings.to_number.")
    return StringTensor(_values(x))


def unique(x: TensorLike, out_idx: DTypeLike = "int32", name: str | None = None) -> Any:
    """The different texts in their order, and the place among them of each."""
    from onefit.scripts.tensorflow.arrays.order import Unique

    return Unique(*_unique(x, out_idx)[:2])


def unique_with_counts(x: TensorLike, out_idx: DTypeLike = "int32", name: str | None = None) -> Any:
    """The different texts in their order, the place of each, and how often they come."""
    from onefit.scripts.tensorflow.arrays.order import UniqueWithCounts

    return UniqueWithCounts(*_unique(x, out_idx))


def ensure_shape(x: TensorLike, shape: ShapeLike, name: str | None = None) -> Any:
    """The same text, if it has that shape."""
    return StringTensor(_values(x))


def _unique(x: Any, out_idx: DTypeLike) -> tuple[Any, Any, Any]:
    # NumPy's `unique` would sort them.
    counts: dict[bytes, int] = {}
    order: dict[bytes, int] = {}
    places = []
    for text in _values(x).tolist():
        places.append(order.setdefault(text, len(order)))
        counts[text] = counts.get(text, 0) + 1
    kind = np.dtype(out_idx)
    made = as_bytes(list(order)) if order else np.zeros(0, object)
    numbers = (np.array(places, kind), np.array(list(counts.values()), kind))
    return StringTensor(made), _number(numbers[0]), _number(numbers[1])


def _values(value: Any, dtype: DTypeLike = None) -> np.ndarray:
    if dtype is not None and dtype != "string":
        raise TypeError(f"Cannot convert text to a tensor of dtype {dtype}.")
    if isinstance(value, list | tuple):
        return np.stack([_values(one) for one in value]) if value else np.zeros(0, object)
    if isinstance(value, bool | int | float | complex):
        raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
    if isinstance(value, np.ndarray) and value.dtype == object:
        for one in value.flat:
            if not isinstance(one, str | bytes):
                raise ValueError(
                    "Failed to convert a NumPy array to a Tensor (Unsupported object type "
                    f"{type(one).__name__})."
                )
    return as_bytes(np.asarray(value) if isinstance(value, StringTensor) else value)


def _number(values: np.ndarray) -> Tensor:
    # Numbers may be asked for in int64, which JAX cuts to 32 bits by default.
    with jax.enable_x64(True):
        return Tensor(jnp.asarray(values))
