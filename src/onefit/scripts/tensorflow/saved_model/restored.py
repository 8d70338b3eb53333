"""What `tf.saved_model.load` gives: objects with variables and functions, without their classes."""

from __future__ import annotations

import contextlib
import inspect
from typing import Any

import keras

from onefit.scripts.tensorflow.arrays.creation import constant
from onefit.scripts.tensorflow.concrete_function import ConcreteFunction
from onefit.scripts.tensorflow.dtype import as_dtype
from onefit.scripts.tensorflow.function import Function
from onefit.scripts.tensorflow.function_arguments import spec_or_value
from onefit.scripts.tensorflow.type_spec import TypeSpec

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


class UserObject:
    """An object that was saved: what it held of variables, functions and such objects.

    Args:
        held: What it held, by name.
    """

    def __init__(self, held: dict[str, Any]) -> None:
        """Take what it held for attributes."""
        vars(self).update(held)

    @property
    def tensorflow_version(self) -> str:
        """The version of TensorFlow that the stand-in is one of."""
        from onefit.scripts import tensorflow

        return tensorflow.__version__

    @property
    def tensorflow_git_version(self) -> str:
        """The same."""
        return self.tensorflow_version


class CallableObject(UserObject):
    """One whose class had a `__call__` that was traced."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function that was saved."""
        return vars(self)["__call__"](*args, **kwargs)


for _kind in (UserObject, CallableObject):  # as TensorFlow calls them in its errors
    _kind.__name__ = "_UserObject"


class CalledLayer:
    """A layer or a model of Keras that predicts, unless it is told that it trains.

    Args:
        layer: The layer.
    """

    def __init__(self, layer: keras.Layer) -> None:
        """Keep the layer."""
        self.layer = layer

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer."""
        signature = inspect.signature(self.layer.call)
        # Some layers train where nothing is said, as those that turn pictures do.
        if "training" in signature.parameters and "training" not in kwargs:
            with contextlib.suppress(TypeError):
                given = signature.bind_partial(*args, **kwargs).arguments
                kwargs |= {} if "training" in given else {"training": False}
        return self.layer(*args, **kwargs)


class ListWrapper(list[Any]):
    """A list that was saved."""

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"ListWrapper({super().__repr__()})"


class DictWrapper(dict[Any, Any]):
    """A dict that was saved."""

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"DictWrapper({super().__repr__()})"


class RestoredFunction:
    """A `tf.function` that was saved, for the kinds of arguments for which it had been traced.

    Args:
        function: The function.
        kinds: These arguments, with specs in the place of tensors. Each has all parameters.

    Raises:
        ValueError: When it is called with arguments of another kind.
    """

    def __init__(self, function: Function, kinds: list[Arguments]) -> None:
        """Nothing is traced yet."""
        self.function, self.kinds = function, kinds

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program for these arguments."""
        if not self.kinds:
            raise ValueError("Found zero restored functions for caller function.")
        args, kwargs = bound(self.function, args, kwargs)
        if self.function.input_signature is not None:
            return self.function(*args, **kwargs)
        for converts in (False, True):  # TensorFlow looks for what fits as it is first
            for kind in self.kinds:
                found = _as(kind, (args, kwargs), converts)
                if found is not None:
                    return self.function(*found[0], **found[1])
        raise ValueError(self._told(args, kwargs))

    @property
    def concrete_functions(self) -> list[ConcreteFunction]:
        """One for each kind of arguments."""
        return [ConcreteFunction(self.function, *kind) for kind in self.kinds]

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The one for arguments of these shapes and dtypes."""
        return self.function.get_concrete_function(*args, **kwargs)

    def _told(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        names = list(self.function.signature.parameters)
        options = "\n\n".join(
            f"Option {number}:\n{_listed(*kind, names)}"
            for number, kind in enumerate(self.kinds, 1)
        )
        return (
            "Could not find matching concrete function to call loaded from the SavedModel. Got:\n"
            f"{_listed(args, kwargs, names)}\n\n Expected these arguments to match one of the "
            f"following {len(self.kinds)} option(s):\n\n{options}"
        )


def bound(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Arguments by their places, with the defaults of those that are not given.

    Args:
        function: A `tf.function`.
        args: Arguments by place.
        kwargs: Arguments by name.

    Raises:
        TypeError: If the function does not take them.
    """
    try:
        found = function.signature.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(
            f"Binding inputs to tf.function failed due to `{error}`. Received args: {args} and "
            f"kwargs: {kwargs} for signature: {function.signature}."
        ) from None
    found.apply_defaults()
    return found.args, found.kwargs


def _as(kind: Any, value: Any, converts: bool) -> Any:
    """A value as one of a kind; `None` if it is none."""
    if isinstance(kind, TypeSpec):
        return _tensor(kind, value, converts)
    if isinstance(kind, dict):
        if not isinstance(value, dict) or kind.keys() != value.keys():
            return None
        found = {name: _as(one, value[name], converts) for name, one in kind.items()}
        return None if any(_is_none(one, kind[name]) for name, one in found.items()) else found
    if isinstance(kind, list | tuple):
        if not isinstance(value, list | tuple) or len(kind) != len(value):
            return None
        parts = [_as(one, other, converts) for one, other in zip(kind, value)]
        if any(map(_is_none, parts, kind)):
            return None
        return kind._make(parts) if hasattr(kind, "_make") else type(kind)(parts)
    is_same = type(value) is type(kind) and (value is kind or bool(value == kind))
    return value if is_same else None


def _is_none(found: Any, kind: Any) -> bool:
    return found is None and kind is not None


def _tensor(spec: TypeSpec, value: Any, converts: bool) -> Any:
    """A tensor, or an array, that fits a spec; lists and numbers where they may be converted."""
    found = spec_or_value(value)
    if converts and not isinstance(found, TypeSpec):
        try:
            value = constant(value, spec.dtype)
        except (TypeError, ValueError):
            return None
        found = spec_or_value(value)
    return value if isinstance(found, TypeSpec) and spec.is_compatible_with(found) else None


def _listed(args: tuple[Any, ...], kwargs: dict[str, Any], names: list[str]) -> str:
    """Arguments as TensorFlow lists them in its errors."""
    lines = [f"  Positional arguments ({len(args)} total):"]
    for name, one in zip([*names, *("args" for _ in args)], args):
        lines.append(f"    * {_shown(one, name)}")
    shown = {name: _shown(one, name) for name, one in kwargs.items()}
    named = ", ".join(f"{name!r}: {one}" for name, one in shown.items())
    return "\n".join([*lines, f"  Keyword arguments: {{{named}}}"])


def _shown(one: Any, name: str) -> str:
    spec = spec_or_value(one)
    if isinstance(one, TypeSpec):
        return repr(one).replace("name=None", f"name={name!r}")
    if not isinstance(spec, TypeSpec):
        return repr(one)
    shape = tuple(spec.shape)
    return f"<tf.Tensor '{name}:0' shape={shape} dtype={as_dtype(spec.dtype).name}>"
