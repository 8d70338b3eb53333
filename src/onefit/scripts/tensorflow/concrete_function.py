"""A `tf.function` for arguments of given dtypes: what `get_concrete_function` gives."""

from __future__ import annotations

import inspect
from typing import Any, Protocol

import jax
import keras
import numpy as np

from onefit.scripts.tensorflow.dtype import DType, as_dtype, string
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.operation import nested
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_spec import TensorSpec
from onefit.scripts.tensorflow.text import StringTensor, as_bytes

LITERALS = (bool, int, float, str, bytes)
_NAMES = """
add_gradient_functions_to_graph add_to_graph captured_inputs from_func_graph function_def
function_type graph inference_fn inputs output_dtypes output_shapes outputs
pretty_printed_signature replace_capture_with_deferred_capture set_external_captures
set_variables trainable_variables variables
"""
_OF_A_GRAPH = frozenset(_NAMES.split())
"""What only TensorFlow's has."""
_TENSORS = TensorSpec | Tensor | np.ndarray | np.generic | jax.Array


class Traced(Protocol):
    """A `tf.function`, which a concrete one calls."""

    __name__: str
    signature: inspect.Signature

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program for these arguments."""

    def specs(self, args: Any, kwargs: Any) -> Any:
        """The shapes and dtypes of what it gives."""


class ConcreteFunction:
    """A function for arguments of given shapes and dtypes.

    Args:
        function: The function.
        args: Specs, tensors or other arguments.
        kwargs: The same by name.
    """

    def __init__(self, function: Traced, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Keep the arguments."""
        self._function, self._args, self._kwargs = function, args, kwargs
        self.name = function.__name__
        self.structured_input_signature = nested(_spec, (args, kwargs))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function; arguments that are no tensors are those that were given before.

        Raises:
            InvalidArgumentError: For a tensor of another dtype than before.
            TypeError: For another number or text than before.
        """
        if kwargs and not args:
            names = list(self._function.signature.parameters)[: len(self._args)]
            args = tuple(kwargs.pop(name, one) for name, one in zip(names, self._args))
        places = [one for one in self._args if isinstance(one, _TENSORS)]
        if len(args) == len(places) != len(self._args):
            remaining = iter(args)
            args = tuple(
                next(remaining) if isinstance(one, _TENSORS) else one for one in self._args
            )
        named = {**self._kwargs, **kwargs}
        fitting = [
            self._fitting(one, before, place)
            for place, (one, before) in enumerate(zip(args, self._args))
        ]
        for place, (name, before) in enumerate(self._kwargs.items(), len(self._args)):
            named[name] = self._fitting(named[name], before, place)
        return self._function(*fitting, *args[len(fitting) :], **named)

    def __getattr__(self, name: str) -> Any:
        """Raise for what only TensorFlow's has, the function's graph for example."""
        if name in _OF_A_GRAPH:
            return names_of("tensorflow.ConcreteFunction")(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def structured_outputs(self) -> Any:
        """The shapes and dtypes of what it gives."""
        return self._function.specs(self._args, self._kwargs)

    def _fitting(self, value: Any, before: Any, place: int) -> Any:
        """An argument in the dtypes of the one before; a number or a text has to be the same."""
        if isinstance(before, _TENSORS):
            return self._in_dtype(value, as_dtype(before.dtype), place)
        if isinstance(before, LITERALS) and (type(value), value) != (type(before), before):
            raise TypeError(f"Can not cast {value!r} to Literal[{before!r}]")
        if isinstance(before, dict) and isinstance(value, dict):
            return {key: self._fitting(one, before.get(key), place) for key, one in value.items()}
        if type(before) in (list, tuple) and type(value) in (list, tuple):
            return type(value)(self._fitting(*pair, place) for pair in zip(value, before))
        return value

    def _in_dtype(self, value: Any, dtype: DType, place: int) -> Any:
        """A tensor as it is; anything else, as an array or a number, as one of this dtype."""
        if isinstance(value, keras.Variable):
            return value
        if isinstance(value, Tensor | jax.Array):
            if (found := as_dtype(value.dtype)) != dtype:
                raise InvalidArgumentError(
                    f"cannot compute __inference_{self.name} as input #{place}(zero-based) was "
                    f"expected to be a {_told(dtype)} tensor but is a {_told(found)} tensor"
                )
            return value
        if dtype == string:
            return StringTensor(as_bytes(value))
        with jax.enable_x64(True):
            return Tensor(tensor(value, dtype))


def _told(dtype: DType) -> str:
    """How TensorFlow's kernels call a dtype."""
    return {"float32": "float", "float64": "double"}.get(dtype.name, dtype.name)


def _spec(one: Any) -> Any:
    return TensorSpec(one.shape, one.dtype) if isinstance(one, _TENSORS) else one
