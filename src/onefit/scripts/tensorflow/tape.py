"""`tf.GradientTape`: gradients of what was computed while the tape ran.

The tape notes what JAX computes and runs the notes again under `jax.vjp`: the same operations in
the same order as `jax.grad` of a function, hence the same bits. docs/design/0059 says more.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from enum import Enum
from typing import Any, Self

import jax
import jax.numpy as jnp
import keras
import numpy as np

from onefit.scripts.tensorflow.mode import here
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.recorder import Recorder, reads_are_noted
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.vjp import Vjp, array_of, cotangent, vjp_of

Array = Any
Nested = Any


class UnconnectedGradients(Enum):
    """What a gradient is that nothing leads to: `None`, or zeros."""

    NONE = "none"
    ZERO = "zero"


class GradientTape:
    """Notes computations for gradients, in a `with` block.

    Args:
        persistent: Whether `gradient` may be called more than once. Defaults to `False`.
        watch_accessed_variables: Whether trainable variables are watched. Defaults to `True`.

    >>> from onefit.scripts.tensorflow.arrays.creation import constant
    >>> x = constant(3.0)
    >>> with GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * x
    >>> tape.gradient(y, x)
    <tf.Tensor: shape=(), dtype=float32, numpy=6.0>
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        """Take TensorFlow's arguments."""
        reads_are_noted()
        self._persistent, self._watches = persistent, watch_accessed_variables
        self._recorder: Recorder | None = Recorder(watch_accessed_variables)
        self._block: contextlib.AbstractContextManager[None] | None = None
        self._watched: tuple[Any, ...] = ()

    def __enter__(self) -> Self:
        """Begin to note."""
        if self._block is not None:
            raise ValueError("Tape is still recording, This can happen if you try to re-enter it.")
        self._block = self._notes().recording()
        self._block.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        """End the notes."""
        block, self._block = self._block, None
        if block is not None:
            block.__exit__(*error)

    def watch(self, tensor: Nested) -> None:
        """Note what is computed of a tensor, a variable, or several, from now on.

        Args:
            tensor: Tensors or variables, alone or nested.
        """
        for one in leaves(tensor):
            if isinstance(one, keras.Variable):
                self._notes().watch_variable(one)
            elif type(one) is Tensor:
                # What is computed of constants is computed at once in a trace, past the tape.
                if here.traced and not isinstance(one._value, jax.core.Tracer):
                    here.watched.append((one, one._value))
                    one._value = jax.lax.optimization_barrier(one._value)  # no longer a constant
                self._notes().watch(one._value)
            elif isinstance(one, jax.Array):
                self._notes().watch(one)
            else:
                raise ValueError(
                    f"Passed in object {one!r} of type {type(one).__name__!r}, not tf.Tensor or "
                    "tf.Variable or ExtensionType."
                )

    def watched_variables(self) -> tuple[Any, ...]:
        """The variables that are watched, in the order of their first reads."""
        if self._recorder is not None:
            self._watched = self._recorder.watched()
        return self._watched

    @contextlib.contextmanager
    def stop_recording(self) -> Iterator[None]:
        """A block that is not noted."""
        if self._block is None:
            raise RuntimeError("stop_recording must be called on an active tape.")
        notes = self._notes()
        notes.paused = True
        try:
            yield
        finally:
            notes.paused = False

    def reset(self) -> None:
        """Forget all notes."""
        recording = self._block is not None
        if recording:
            self.__exit__(None, None, None)
        self._recorder = Recorder(self._watches)
        if recording:
            self.__enter__()

    def gradient(
        self,
        target: Nested,
        sources: Nested,
        output_gradients: Nested = None,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
    ) -> Nested:
        """The gradients of the sum of `target`.

        Args:
            target: A tensor, or several in a list, a tuple or a dict.
            sources: Tensors and variables that are watched, or computed of such, nested.
            output_gradients: What the gradients of the targets are to be. Defaults to ones.
            unconnected_gradients: Zeros for sources that nothing leads to, with
                `tf.UnconnectedGradients.ZERO`. Defaults to `None` for them.

        Returns:
            A tensor for each source, or `None`, nested as they are.

        Raises:
            RuntimeError: At the second call, unless the tape is persistent.
        """
        seeds = [] if output_gradients is None else list(leaves(output_gradients))
        wanted = list(leaves(sources))
        vjp = self._vjp(list(leaves(target)), wanted, seeds)
        found: list[Any] = [None] * len(wanted)
        if vjp is not None:
            with jax.enable_x64(True):
                cotangents = [cotangent(*pair) for pair in vjp.targets]
            found = vjp.gradients(cotangents)
        return told(found, sources, unconnected_gradients)

    def jacobian(
        self,
        target: Any,
        sources: Nested,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Nested:
        """The gradients of each element of `target`: of the shape `target.shape + source.shape`.

        Args:
            target: A tensor.
            sources: As those of `gradient`.
            unconnected_gradients: As those of `gradient`.
            parallel_iterations: Taken, and of no effect.
            experimental_use_pfor: Taken, and of no effect.
        """
        wanted = list(leaves(sources))
        vjp = self._vjp([target], wanted, [])
        found: list[Any] = [None] * len(wanted)
        shape = target.shape
        if vjp is not None:
            with jax.enable_x64(True):
                # One gradient for each element of the target: a unit is its cotangent.
                units = jnp.eye(int(np.prod(shape)), dtype=vjp.targets[0][0].dtype)
                rows = jax.vmap(lambda unit: vjp.gradients([unit.reshape(shape)]))(units)
                found = [
                    None if one is None else one.reshape(*shape, *one.shape[1:]) for one in rows
                ]
        return told(found, sources, unconnected_gradients, *shape)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The jacobian of each row of `target` with respect to the same row of `source`.

        Args:
            target: A tensor of shape `(rows, ...)`.
            source: A tensor with as many rows, each of which influences its own row only.
            unconnected_gradients: As those of `gradient`.
            parallel_iterations: Taken, and of no effect.
            experimental_use_pfor: Taken, and of no effect.
        """
        # Inside of a layer that Keras calls they are JAX's arrays, whose shapes are tuples.
        shape, of_source = (tuple(array_of(one).shape) for one in (target, source))
        if not shape or shape[0] != of_source[0]:
            raise ValueError(
                f"Need first dimension of target shape ({shape}) and source shape ({of_source}) to "
                "match."
            )
        rows, *inner = shape
        vjp = self._vjp([target], [source], [])
        if vjp is None:
            zeros = UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
            found = array_of(source)
            zero = jnp.zeros((rows, *inner, *found.shape[1:]), found.dtype)
            return Tensor(zero) if zeros else None
        with jax.enable_x64(True):
            units = jnp.eye(int(np.prod(inner)), dtype=vjp.targets[0][0].dtype)
            # A row influences its own row only, so the units of all rows go back together.
            units = jnp.broadcast_to(units[:, None], (len(units), rows, len(units)))
            found = jax.vmap(lambda unit: vjp.gradients([unit.reshape(shape)])[0])(units)
            found = jnp.moveaxis(found, 0, 1)
            return Tensor(found.reshape(rows, *inner, *found.shape[2:]))

    def _notes(self, is_asked: bool = False) -> Recorder:
        """The notes; of a tape that noted nothing yet no gradient may be asked for."""
        if self._recorder is None or (is_asked and self._recorder.below is None):
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients "
                "(or jacobians)"
            )
        return self._recorder

    def _vjp(self, targets: list[Any], sources: list[Any], seeds: list[Any]) -> Vjp | None:
        """The gradients of what is connected; `None` where nothing is."""
        notes = self._notes(is_asked=True)
        # As in TensorFlow, asking such a tape for a gradient in its own block ends the block's
        # notes.
        if not self._persistent:
            self.__exit__(None, None, None)
            # Without its notes a tape holds no arrays; `watched_variables` may still be asked for.
            self._watched, self._recorder = notes.watched(), None
        for one in targets:
            if isinstance(one, keras.Variable):  # a target as it is
                notes.watch_variable(one)
        return vjp_of(notes, targets, sources, seeds)


def told(found: list[Any], sources: Nested, unconnected: Any, *before: int) -> Nested:
    """The gradients as tensors, nested as the sources are."""
    zeros = UnconnectedGradients(unconnected) is UnconnectedGradients.ZERO
    gradients = iter(found)

    def of(source: Any) -> Any:
        gradient = next(gradients)
        if gradient is None:
            return _zeros(source, *before) if zeros else None
        return Tensor(gradient)

    return nested(of, sources)


def _zeros(source: Any, *before: int) -> Tensor:
    """Zeros for a source that nothing leads to."""
    array = array_of(source)
    with jax.enable_x64(True):
        return Tensor(jnp.zeros((*before, *array.shape), array.dtype))
