"""Slices and elements of a `tf.Variable`: read, or set by their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.arrays.gathering import check_numbers, check_places
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.mode import computed
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_shape import TensorShape


class IndexedSlices(NamedTuple):
    """Slices of a tensor and their places along the first axis."""

    values: Any
    indices: Any
    dense_shape: Any = None


class Slices:
    """What a variable does with its slices."""

    _array: Callable[[], Any]
    assign: Callable[..., Any]
    dtype: Any
    _declared: TensorShape
    _shape: Any
    _value: Any

    @property
    def _lengths(self) -> tuple[int, ...]:
        """The lengths of its value now."""
        return tuple(self._shape if self._declared.is_fully_defined() else self._value.shape)

    def sparse_read(self, indices: TensorLike, name: Any = None) -> Tensor:
        """Slices along the first axis."""
        return self._read((self._checked(indices),))

    def gather_nd(self, indices: TensorLike, name: Any = None) -> Tensor:
        """The elements or slices whose places stand along the last axis of `indices`."""
        return self._read(self._places(indices))

    def scatter_nd_update(self, indices: TensorLike, updates: TensorLike, name: Any = None) -> Any:
        """Set the elements or slices whose places stand along the last axis of `indices`."""
        return self._scattered("set", self._places(indices), updates)

    def scatter_nd_add(self, indices: TensorLike, updates: TensorLike, name: Any = None) -> Any:
        """Add to the elements or slices whose places stand along the last axis of `indices`."""
        return self._scattered("add", self._places(indices), updates)

    def scatter_nd_sub(self, indices: TensorLike, updates: TensorLike, name: Any = None) -> Any:
        """Subtract from those whose places stand along the last axis of `indices`."""
        return self._scattered("subtract", self._places(indices), updates)

    def scatter_update(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Any:
        """Set slices along the first axis."""
        return self._scattered("set", self._slices(sparse_delta), sparse_delta.values)

    def scatter_add(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Any:
        """Add to slices along the first axis."""
        return self._scattered("add", self._slices(sparse_delta), sparse_delta.values)

    def scatter_sub(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Any:
        """Subtract from slices along the first axis."""
        return self._scattered("subtract", self._slices(sparse_delta), sparse_delta.values)

    def scatter_mul(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Any:
        """Multiply slices along the first axis."""
        return self._scattered("multiply", self._slices(sparse_delta), sparse_delta.values)

    def scatter_max(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Any:
        """The larger of each slice and another one."""
        return self._scattered("max", self._slices(sparse_delta), sparse_delta.values)

    def scatter_min(self, sparse_delta: IndexedSlices, *_: Any, **__: Any) -> Any:
        """The smaller of each slice and another one."""
        return self._scattered("min", self._slices(sparse_delta), sparse_delta.values)

    def _slices(self, sparse_delta: IndexedSlices) -> tuple[Any, ...]:
        """The places of slices along the first axis."""
        return (self._checked(sparse_delta.indices),)

    def _checked(self, indices: Any) -> Any:
        """Places along the first axis. JAX passes over those beyond its end."""
        numbers = _raw(indices)
        check_numbers(numbers, self._lengths[0])
        return numbers

    def _read(self, places: tuple[Any, ...]) -> Tensor:
        return Tensor(computed(lambda value, *places: value[places], self._array(), *places))

    def _places(self, indices: Any) -> tuple[Any, ...]:
        """For each of the first axes the places of elements or slices, likewise."""
        places = _raw(indices)
        check_places(places, self._lengths)
        return tuple(computed(lambda one: jnp.moveaxis(tensor(one), -1, 0), places))

    def _scattered(self, change: str, places: tuple[Any, ...], updates: Any) -> Any:
        with jax.enable_x64(True):
            # Numbers of Python's take the variable's dtype; a tensor of another one is refused.
            given = tensor(updates, None if hasattr(updates, "dtype") else self.dtype)
            return self.assign(Tensor(getattr(self._array().at[places], change)(given)))


def _raw(indices: Any) -> Any:
    return computed(tensor, indices)
