"""The functions of a SavedModel by which others call it: `loaded.signatures["serving_default"]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jax
import keras
import numpy as np

from onefit.scripts.tensorflow.arrays.creation import constant
from onefit.scripts.tensorflow.concrete_function import ConcreteFunction
from onefit.scripts.tensorflow.errors import InvalidArgumentError
from onefit.scripts.tensorflow.function import Function, function
from onefit.scripts.tensorflow.given import is_of_python
from onefit.scripts.tensorflow.mode import tracing
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_spec import TensorSpec

DEFAULT = "serving_default"
_UNNAMED = re.compile(r"(keras_tensor|input_layer)(_\d+)?")
"""The names that Keras 3 gives to inputs without one."""


class SignatureMap(dict[str, Any]):
    """The signatures of an object, by name."""

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"_SignatureMap({super().__repr__()})"


class Signature:
    """A function that takes tensors by their names and gives a dict of tensors.

    Args:
        called: The function, which takes the tensors by their places.
        inputs: The shapes and dtypes of the tensors, by name.
        names: The names of what it gives. Defaults to `output_0`, `output_1` and so on, and to the
            keys of a dict.
    """

    def __init__(self, called: Any, inputs: dict[str, TensorSpec], names: Any = None) -> None:
        """Nothing is traced yet."""
        self._called, self._inputs, self._names = called, inputs, names

    def __call__(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Call it with tensors by name, or by place.

        Raises:
            TypeError: For other names, or another number of tensors.
            InvalidArgumentError: For a tensor of another dtype.
        """
        given = {**dict(zip(self._inputs, args)), **kwargs}
        if given.keys() != self._inputs.keys() or len(args) + len(kwargs) != len(given):
            raise TypeError(
                f"signature_wrapper({', '.join(self._inputs)}) takes these tensors. Received: "
                f"{len(args)} by place and {sorted(kwargs)} by name."
            )
        tensors = [_tensor(given[name], spec, name) for name, spec in self._inputs.items()]
        return self._named(self._called(*tensors))

    @property
    def structured_input_signature(self) -> tuple[tuple[()], dict[str, TensorSpec]]:
        """The shapes and dtypes of the tensors that it takes, by name."""
        return (), dict(self._inputs)

    @property
    def structured_outputs(self) -> dict[str, TensorSpec]:
        """The shapes and dtypes of what it gives, by name."""
        # Lengths that follow an open one are open, too: they differ for two lengths of it.
        few, more = (self._shapes(length) for length in (2, 3))
        return {
            name: TensorSpec(
                [one if one == other else None for one, other in zip(few[name].shape, shape)],
                few[name].dtype.name,
                name,
            )
            for name, shape in ((name, one.shape) for name, one in more.items())
        }

    @property
    def inputs(self) -> list[TensorSpec]:
        """The shapes and dtypes of the tensors that it takes."""
        return list(self._inputs.values())

    @property
    def outputs(self) -> list[TensorSpec]:
        """The shapes and dtypes of what it gives."""
        return list(self.structured_outputs.values())

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        taken = ", ".join(f"{name}: {spec!r}" for name, spec in self._inputs.items())
        given = ", ".join(f"[{name!r}, {spec!r}]" for name, spec in self.structured_outputs.items())
        return f"<ConcreteFunction (*, {taken}) -> Dict[{given}]>"

    def _shapes(self, length: int) -> dict[str, Any]:
        def called(given: list[Any]) -> dict[str, Any]:
            with tracing():
                found = self._named(self._called(*map(Tensor, given)))
            return {name: one._array() for name, one in found.items()}

        return jax.eval_shape(
            called,
            [
                jax.ShapeDtypeStruct(
                    [length if one is None else one for one in spec.shape], np.dtype(spec.dtype)
                )
                for spec in self._inputs.values()
            ],
        )

    def _named(self, found: Any) -> dict[str, Any]:
        if isinstance(found, Mapping):
            return dict(found)
        outputs = list(found) if isinstance(found, list | tuple) else [found]
        names = self._names or [f"output_{number}" for number in range(len(outputs))]
        return dict(zip(names, outputs))


def signatures_of(root: Any, given: Any) -> SignatureMap:
    """The signatures with which an object is saved.

    Args:
        root: The object.
        given: A `tf.function` with a signature, a concrete function, or a dict of these; `None` for
            that of a Keras model.

    Raises:
        ValueError: For another function.
    """
    if given is None:
        is_model = isinstance(root, keras.Model) and root.built
        return _of_model(root) if is_model else SignatureMap()
    named = given if isinstance(given, Mapping) else {DEFAULT: given}
    return SignatureMap({name: _of_function(one) for name, one in named.items()})


def _of_function(given: Any) -> Signature:
    if isinstance(given, Signature):
        return given
    if isinstance(given, Function) and given.input_signature is not None:
        specs: Any = given.input_signature
        names = list(given.signature.parameters)
    elif isinstance(given, ConcreteFunction):
        specs, by_name = given.structured_input_signature
        names = [*list(given._function.signature.parameters)[: len(specs)], *by_name]
        specs = (*specs, *by_name.values())
    else:
        raise ValueError(
            f"Expected a TensorFlow function for which to generate a signature, but got {given}. "
            "Only `tf.functions` with an input signature or concrete functions can be used as a "
            "signature."
        )
    inputs: dict[str, Any] = {}
    for name, spec in zip(names, specs):
        if not isinstance(spec, TensorSpec):  # a number or a text is a part of the function
            continue
        name = getattr(spec, "name", None) or name
        inputs[name] = spec_named(spec, name)
    return Signature(given, inputs)


def _of_model(model: keras.Model) -> SignatureMap:
    """How a Keras model is called, with the names of then in a script for tf.keras 2."""
    from onefit.scripts.eras import activation

    taken, given = inputs_of(model), keras.tree.flatten(getattr(model, "outputs", None) or [])
    names = None
    if activation.is_active():
        operations = [one._keras_history.operation.name for one in given]
        names = operations or ["output_1"]
        # A model without a graph named its inputs by their numbers.
        taken = (
            _named_as_then(model, taken)
            if operations
            else [spec_named(one, f"input_{number}") for number, one in enumerate(taken, 1)]
        )
    else:
        numbered = ("inputs", *(f"inputs_{number}" for number in range(1, len(taken))))
        taken = [spec_named(one, name) for one, name in zip(taken, numbered)]
    called = called_with_tensors(model, len(taken))
    inputs = {str(one.name): one for one in taken}
    return SignatureMap({DEFAULT: Signature(called, inputs, names)} if inputs else {})


def _named_as_then(model: keras.Model, taken: list[TensorSpec]) -> list[TensorSpec]:
    """Inputs that have no name of the script's: by the first layer of a Sequential, or numbered."""
    names = [str(one.name) for one in taken]
    if isinstance(model, keras.Sequential):
        numbered = iter([f"{model.layers[0].name}_input"])
    else:
        numbered = iter(f"input_{number}" for number in range(1, len(names) + 1))
    return [
        spec_named(one, next(numbered) if _UNNAMED.fullmatch(name) else name)
        for one, name in zip(taken, names)
    ]


def inputs_of(model: keras.Model) -> list[TensorSpec]:
    """The shapes and dtypes of what a model takes; none where it has taken nothing yet.

    Args:
        model: A model that is built.

    >>> inputs_of(keras.Sequential([keras.Input((2,), name="x"), keras.layers.Dense(1)]))
    [TensorSpec(shape=(None, 2), dtype=tf.float32, name='x')]
    """
    symbolic = keras.tree.flatten(getattr(model, "inputs", None) or [])
    if symbolic:
        return [TensorSpec(list(one.shape), one.dtype, one.name) for one in symbolic]
    shape = (model.get_build_config() or {}).get("input_shape")
    if not shape or not all(one is None or isinstance(one, int) for one in shape):
        return []
    return [TensorSpec([None, *shape[1:]], model.input_dtype, "inputs")]


def spec_named(spec: TensorSpec, name: str) -> TensorSpec:
    """A spec with another name."""
    return TensorSpec(spec.shape, spec.dtype, name)


def called_with_tensors(model: keras.Model, number: int) -> Function:
    """A function of so many tensors that predicts with a model."""

    structure = getattr(model, "input", None)  # of a graph; a dict, for example

    def packed(tensors: tuple[Any, ...]) -> Any:
        if structure is not None:
            return keras.tree.pack_sequence_as(structure, list(tensors))
        return tensors[0] if number == 1 else list(tensors)

    @function
    def called(*tensors: Any) -> Any:
        return model(packed(tensors), training=False)

    found: Function = called
    return found


def _tensor(value: Any, spec: TensorSpec, name: str) -> Any:
    if is_of_python(value):
        return constant(value, spec.dtype)
    if not spec.is_compatible_with(TensorSpec(value.shape, value.dtype)):
        raise InvalidArgumentError(
            f"Expected {spec!r} for {name!r}. Received: shape={tuple(value.shape)}, "
            f"dtype={value.dtype}."
        )
    return value
