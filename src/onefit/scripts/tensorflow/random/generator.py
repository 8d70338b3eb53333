"""`tf.random.Generator`: a state that each draw moves on."""

from __future__ import annotations

import secrets
from enum import Enum
from typing import Any, Self

import jax
import jax.numpy as jnp
import keras
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike, ShapeLike
from onefit.scripts.tensorflow.data.leaves import array, tensor
from onefit.scripts.tensorflow.data.seeds import Seeds
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.given import shape as _shape
from onefit.scripts.tensorflow.given import tensor as _given
from onefit.scripts.tensorflow.mode import here, refuse_draws
from onefit.scripts.tensorflow.random import distributions
from onefit.scripts.tensorflow.random.gammas import binomial
from onefit.scripts.tensorflow.random.operations import between, is_inside, source
from onefit.scripts.tensorflow.random.philox_in_program import halves, whole

Array = Any
Tensor = Any
WORDS = 3  # 64-bit words of a state: the two halves of the counter, and the key


class Algorithm(Enum):
    """The generators that TensorFlow has; Philox is the one here."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


class Generator:
    """Random numbers from a state that can be read, set, kept and split.

    A `tf.function` takes and gives the state as it does a variable: each call draws anew. In a
    layer that Keras traces the numbers are those of the layer's own generator.

    Args:
        copy_from: A generator whose state to copy. Defaults to `None`.
        state: Three integers. Defaults to `None`.
        alg: Only Philox is there. Defaults to `None`.

    >>> generator = Generator.from_seed(1)
    >>> generator.normal((3,)).shape, generator.state[0].item()
    (TensorShape([3]), 769)
    """

    algorithm = Algorithm.PHILOX.value

    def __init__(
        self, copy_from: Generator | None = None, state: Any = None, alg: Any = None
    ) -> None:
        """Take TensorFlow's arguments."""
        _check(alg)
        if copy_from is not None:
            state = copy_from.state
        self._words = keras.Variable(
            _words(state), trainable=False, dtype="uint32", autocast=False, name="state_var"
        )

    @classmethod
    def from_state(cls, state: Any, alg: Any) -> Self:
        """A generator of this state."""
        return cls(state=state, alg=alg)

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Self:
        """A generator of this seed, an integer or up to three."""
        return cls(state=create_rng_state(seed, alg), alg=alg)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Self:
        """A generator of a state that is new each time."""
        return cls(state=[secrets.randbits(63) for _ in range(WORDS)], alg=alg)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any) -> Self:
        """A generator of this key and counter."""
        return cls(state=[*np.asarray(counter).ravel().tolist(), int(key)], alg=alg)

    def reset(self, state: Any) -> None:
        """Set the state."""
        self._value = _words(state)

    def reset_from_seed(self, seed: Any) -> None:
        """Begin anew from a seed."""
        self._value = _words(create_rng_state(seed))

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """Set key and counter."""
        self._value = _words([*np.asarray(counter).ravel().tolist(), int(key)])

    @property
    def state(self) -> Any:
        """The counter's halves and the key, as int64."""
        if isinstance(self._value, jax.core.Tracer):
            with jax.enable_x64(True):
                return tensor(jnp.stack(whole(self._value)).astype("int64"))
        return np.asarray(self._value).view(np.int64)

    @property
    def key(self) -> Any:
        """The key."""
        return self.state[2]

    def skip(self, delta: Any) -> None:
        """Move on as if so many numbers had been drawn."""
        if isinstance(self._value, jax.core.Tracer):
            with jax.enable_x64(True):
                low, high, key = whole(self._value)
                moved = low + np.uint64(int(delta) * distributions.RESERVED)
                # The lower half has wrapped round where it is less than before.
                self._value = halves([moved, high + (moved < low), key])
            return
        low, high, key = self._known()
        moved = low + (high << 64) + int(delta) * distributions.RESERVED
        self._value = _words([moved % 2**64, (moved >> 64) % 2**64, key])

    @property
    def _value(self) -> Array:
        return self._words._value

    @_value.setter
    def _value(self, value: Array) -> None:
        self._words._value = jnp.asarray(value)

    def _known(self) -> list[int]:
        return [int(one) for one in np.asarray(self._value).view(np.uint64)]

    def normal(
        self, shape: ShapeLike, mean: Any = 0.0, stddev: Any = 1.0, dtype: DTypeLike = "float32",
        name: str | None = None,
    ) -> Tensor:  # fmt: skip
        """Numbers of a normal distribution."""
        if _is_of_keras():
            return keras.random.normal(_shape(shape), mean, stddev, dtype, source(None))
        made = tensor(self._drawn(distributions.normal, shape, dtype))
        return _scaled(made, stddev, mean)

    def truncated_normal(
        self, shape: ShapeLike, mean: Any = 0.0, stddev: Any = 1.0, dtype: DTypeLike = "float32",
        name: str | None = None,
    ) -> Tensor:  # fmt: skip
        """Numbers of a normal distribution, none further than two standard deviations away."""
        if _is_of_keras():
            return keras.random.truncated_normal(_shape(shape), mean, stddev, dtype, source(None))
        made = tensor(self._drawn(distributions.truncated_normal, shape, dtype))
        return _scaled(made, stddev, mean)

    def uniform(
        self, shape: ShapeLike, minval: Any = 0, maxval: Any = None, dtype: DTypeLike = "float32",
        name: str | None = None,
    ) -> Tensor:  # fmt: skip
        """Numbers of a uniform distribution, `maxval` excluded; integers need `maxval`."""
        if as_dtype(dtype).is_integer:
            if maxval is None:
                raise ValueError(
                    f"Expected `maxval` with an integer dtype. Received: dtype={dtype}."
                )
            low, high = int(minval), int(maxval)
            if _is_of_keras():
                return keras.random.randint(_shape(shape), low, high, dtype, source(None))
            return tensor(self._drawn(distributions.integers, shape, dtype, low, high))
        if _is_of_keras():
            made = keras.random.uniform(_shape(shape), dtype=dtype, seed=source(None))
        else:
            made = tensor(self._drawn(distributions.uniform, shape, dtype))
        return between(made, minval, 1 if maxval is None else maxval)

    def uniform_full_int(
        self, shape: ShapeLike, dtype: DTypeLike = "uint64", name: str | None = None
    ) -> Tensor:
        """Integers from the whole range of their dtype; 64 bits as NumPy's, which JAX lacks."""
        return _shown(self._drawn(distributions.full_integers, shape, dtype))

    def binomial(
        self, shape: ShapeLike, counts: Any, probs: Any, dtype: DTypeLike = "int32",
        name: str | None = None,
    ) -> Tensor:  # fmt: skip
        """How often something of these probabilities happens in so many tries."""
        refuse_draws()
        outer, tries, chances = _shape(shape), _given(counts), _given(probs)
        inner = jnp.broadcast_shapes(tries.shape, chances.shape)
        made = binomial(self._value, outer, dtype, tries, chances)
        kinds = int(np.prod(inner, dtype=np.int64))
        each = int(np.prod(outer, dtype=np.int64)) // max(kinds, 1)
        # TensorFlow's kernel keeps so many free, whatever it takes.
        self.skip(kinds * 2 * 100 * (each + 3) // 4)
        return made

    def make_seeds(self, count: int = 1) -> Any:
        """Seeds for the stateless operations, of shape `(2, count)`."""
        seeds = self._drawn(distributions.full_integers, (count,), "int64")
        if isinstance(seeds, jax.Array):
            with jax.enable_x64(True):
                return tensor(jnp.stack([seeds, jnp.zeros_like(seeds)]))
        # TensorFlow's second row is zeros as well.
        return np.stack([seeds, np.zeros_like(seeds)])

    def split(self, count: int = 1) -> list[Generator]:
        """New generators, each of a key of its own."""
        keys = self._drawn(distributions.full_integers, (count,), "int64")
        # All count from 0: only the keys differ, as in TensorFlow.
        return [Generator(state=[0, 0, int(key)]) for key in keys]

    def _drawn(self, distribution: Any, shape: Any, dtype: DTypeLike, *bounds: int) -> Array:
        refuse_draws()
        lengths = _shape(shape)
        count = int(np.prod(lengths, dtype=np.int64))
        given = (*bounds, np.dtype(as_dtype(dtype)))
        if isinstance(self._value, jax.core.Tracer):
            with jax.enable_x64(True):
                low, high, key = whole(self._value)
                made = distribution(Seeds(key, high), low, count, *given).reshape(lengths)
        else:
            place, upper, own = self._known()
            made = distribution(Seeds(own, upper), place, count, *given).reshape(lengths)
        self.skip(count)
        return made


class GeneratorState:
    """The state of a generator, for those who read and set variables.

    Args:
        generator: The generator.
    """

    def __init__(self, generator: Generator) -> None:
        """Keep it."""
        self._generator = generator

    @property
    def value(self) -> Any:
        """The counter's halves and the key, as int64."""
        return self._generator.state

    _value = value

    def assign(self, value: Any) -> None:
        """Set the state."""
        self._generator.reset(value)


def create_rng_state(seed: Any, alg: Any = None) -> np.ndarray:
    """The state for a seed, an integer or up to three; what is not given is 0.

    >>> create_rng_state(7).tolist()
    [7, 0, 0]
    """
    _check(alg)
    given = [int(word) for word in np.ravel(np.asarray(array(seed), object)).tolist()]
    words = [word % 2**64 for word in given][:WORDS]
    return np.array(words + [0] * (WORDS - len(words)), np.uint64).view(np.int64)


_global: list[Generator] = []


def get_global_generator() -> Generator:
    """The generator that all share; its state is new in each process."""
    if not _global:
        _global.append(Generator.from_non_deterministic_state())
    return _global[0]


def set_global_generator(generator: Generator) -> None:
    """Let all share this one."""
    _global[:] = [generator]


def _words(state: Any) -> np.ndarray:
    """A state as words of 32 bits, which programs carry as they are."""
    return create_rng_state(state).view(np.uint32)


def _is_of_keras() -> bool:
    """Whether a program of Keras's is traced, which takes in no state of a generator's."""
    return is_inside(None) and not here.lifts


def _shown(made: Array) -> Any:
    return tensor(made) if isinstance(made, jax.Array) else made


def _check(alg: Any) -> None:
    if str(getattr(alg, "value", alg)).lower() not in ("none", "philox", "auto_select", "1", "3"):
        raise ValueError(f"Expected the algorithm 'philox'. Received: alg={alg!r}.")


def _scaled(numbers: Tensor, factor: Any, offset: Any) -> Tensor:
    with jax.enable_x64(True):
        return numbers * _given(factor, numbers.dtype) + _given(offset, numbers.dtype)
