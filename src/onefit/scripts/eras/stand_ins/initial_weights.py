"""Initial weights as Keras 1 and 2 drew them on TensorFlow: to the bit, after `np.random.seed(7)`.

Each weight that is drawn took a number of `np.random` for the seed of its operation, and nothing of
Python's `random`. The operation's numbers are those of Philox, which `tf.random` has here, too.
Orthogonal matrices were made of `np.random` itself.

Source: `random_uniform`, `random_normal` and `truncated_normal` (`np.random.randint(10e6)`), those
of variables (`10e8`) in `keras/backend/tensorflow_backend.py`, and `Orthogonal` in
`keras/initializers.py` of 2.2.4 and `keras/initializations.py` of 1.2.2.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from keras import backend, ops

from onefit.scripts.eras.stand_ins import initializations, layers_in_calls

Method = Callable[..., Any]
Shape = tuple[int, ...]
# Below it are the seeds that Keras 3 draws itself.
KEPT = 10**9
_numbers = {"are_of_then": True}


def leave() -> None:
    """Let layers draw as today, as a proof has to: an upgraded script has Keras 3's numbers."""
    _numbers["are_of_then"] = False


def unless_left(replace: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A replacement that is made where layers draw as then.

    Args:
        replace: Makes what was then of what is today.
    """
    return lambda original: replace(original) if _numbers["are_of_then"] else original


def _seeded_below(bound: int) -> Callable[[Method], Method]:
    """The `__call__` of an initializer that takes a seed from `np.random` for each weight.

    Args:
        bound: Seeds are below.
    """

    def replace(original: Method) -> Method:
        def __call__(self: Any, shape: Any, dtype: Any = None) -> Any:
            # With a seed an initializer took nothing of `np.random`.
            if self._init_seed is None:
                self.seed = layers_in_calls.kept(lambda: int(np.random.randint(bound)))
            return original(self, shape, dtype=dtype)

        return __call__

    return replace


# Keras 1 drew weights by `K.random_uniform_variable` and its like, Keras 2 by `K.random_uniform`.
of_keras1, of_keras2 = _seeded_below(10**9), _seeded_below(10**7)


_kernels_of_rows: list[Shape] = []
"""The shape of the kernel that a convolution of rows is making."""


def of_convolutions(original: Method) -> Method:
    """A kernel of Keras 1's `Convolution1D` had four axes, of which it took the first for filters.

    Args:
        original: Keras's `build` of a convolution of rows.
    """

    def build(self: Any, input_shape: Any) -> Any:
        shape = (*self.kernel_size, input_shape[-1] // self.groups, self.filters)
        _kernels_of_rows.append(shape)
        try:
            return original(self, input_shape)
        finally:
            _kernels_of_rows.pop()

    return build


def of_kernels(original: Method) -> Method:
    """What it took for inputs and outputs of a weight decides how large the kernel's numbers are.

    Args:
        original: The `__call__` of a scaled initializer.
    """

    def __call__(self: Any, shape: Any, dtype: Any = None) -> Any:
        if not _kernels_of_rows or tuple(shape) != _kernels_of_rows[-1]:
            return original(self, shape, dtype=dtype)
        length, inputs, filters = shape
        made = original(self, (inputs, filters, 1, length), dtype=dtype)  # so it counts the same
        return ops.reshape(made, shape)

    return __call__


def fans_of_keras1(_: Method) -> Method:
    """Inputs and outputs of a weight as Keras 1 counted them; rows alone have the root of all."""

    def compute_fans(shape: Any, *_: Any, **__: Any) -> tuple[float, float]:
        return initializations.get_fans(tuple(shape), dim_ordering="tf")

    return compute_fans


def fans_of_keras2(original: Method) -> Method:
    """A weight of one axis had the root of its length, as the vector of an attention has it."""

    def compute_fans(shape: Any, *args: Any, **kwargs: Any) -> tuple[float, float]:
        if len(shape) in (2, 3, 4, 5):
            fans: tuple[float, float] = original(shape, *args, **kwargs)
            return fans
        root = float(np.sqrt(np.prod(shape)))
        return root, root

    return compute_fans


class Numbers:
    """What initializers draw from: Philox, for seeds that are numbers.

    Args:
        original: Keras's own functions.
    """

    def __init__(self, original: Any) -> None:
        """Keep them, for everything else."""
        self._original = original

    def __getattr__(self, name: str) -> Any:
        """Keras's own of everything else."""
        return getattr(self._original, name)

    def normal(
        self, shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = 0
    ) -> Any:
        """Numbers of a normal distribution."""
        if not isinstance(seed, int):
            return self._original.normal(shape, mean, stddev, dtype, seed)
        return _drawn("normal", shape, dtype, seed, stddev, mean)

    def truncated_normal(
        self, shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = 0
    ) -> Any:
        """Numbers of a normal distribution, none further than two standard deviations away."""
        if not isinstance(seed, int):
            return self._original.truncated_normal(shape, mean, stddev, dtype, seed)
        return _drawn("truncated_normal", shape, dtype, seed, stddev, mean)

    def uniform(
        self,
        shape: Shape,
        minval: float = 0.0,
        maxval: float = 1.0,
        dtype: Any = None,
        seed: Any = 0,
    ) -> Any:
        """Numbers of a uniform distribution."""
        if not isinstance(seed, int):
            return self._original.uniform(shape, minval, maxval, dtype, seed)
        # TensorFlow subtracted the bounds in the type of the numbers, and the difference is
        # rounded.
        low, high = (np.asarray(one, _dtype(dtype)) for one in (minval, maxval))
        return _drawn("uniform", shape, dtype, seed, high - low, low)


def _dtype(dtype: Any) -> Any:
    """The type in which numbers are drawn."""
    found = backend.standardize_dtype(dtype or backend.floatx())
    return found if found in ("float16", "float32", "float64") else "float32"


def _drawn(name: str, shape: Shape, dtype: Any, seed: int, scale: Any, shift: Any) -> Any:
    """So many numbers of an operation with this seed, its first ones."""
    from onefit.scripts.tensorflow.data.seeds import seeds_of
    from onefit.scripts.tensorflow.random import distributions

    kind, count = _dtype(dtype), int(np.prod(shape))
    made = np.asarray(getattr(distributions, name)(seeds_of(seed), 0, count, kind))
    scaled = made * np.asarray(scale, kind) + np.asarray(shift, kind)
    return ops.convert_to_tensor(scaled.reshape(shape), dtype=dtype or backend.floatx())


def orthogonal(original: Method) -> Method:
    """An orthogonal matrix of `np.random`'s numbers, which a seed of its own set.

    Args:
        original: Keras's `__call__`.
    """

    def __call__(self: Any, shape: Any, dtype: Any = None) -> Any:
        if not isinstance(self._init_seed, int | None):
            return original(self, shape, dtype=dtype)
        flat = int(np.prod(shape[:-1])), shape[-1]
        if self._init_seed is not None:
            # As `Orthogonal` did it: the seed holds for whatever the script draws afterwards, too.
            np.random.seed(self._init_seed)
        numbers = layers_in_calls.kept(lambda: np.random.normal(0.0, 1.0, flat))
        left, _, right = np.linalg.svd(numbers, full_matrices=False)
        # Of a matrix that is not square only one of the two factors has its shape.
        made = (left if left.shape == flat else right).reshape(shape)
        return ops.convert_to_tensor(self.gain * made, dtype=dtype or backend.floatx())

    return __call__


def default_seed(original: Callable[[], int]) -> Callable[[], int]:
    """A seed that follows `np.random`'s and takes no number, neither from it nor from Python's.

    Args:
        original: Keras's, which takes one from Python's `random`.
    """

    def make_default_seed() -> int:
        own = np.random.RandomState()
        own.set_state(np.random.get_state())
        # The state does not move, so without the count any two layers would get one seed.
        return (int(own.randint(1, KEPT)) ^ next(_counts)) % KEPT

    return make_default_seed


_counts = itertools.count(1)
