"""Where the script's code calls Keras: layers, losses and the like take and give tensors.

Keras computes with JAX's arrays. Between its own parts it goes on doing so; only a call that the
script makes hands arrays in and tensors out.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp
import keras
from keras.src.optimizers.base_optimizer import BaseOptimizer

from onefit.scripts import call_contexts
from onefit.scripts.layer_seeds import noting, with_seeds_where_drawn
from onefit.scripts.patches import Patches
from onefit.scripts.tensorflow.graph_calls import called
from onefit.scripts.tensorflow.keras.wide_floats import with_bits_of_variables
from onefit.scripts.tensorflow.mode import here, inside, is_of_keras
from onefit.scripts.tensorflow.operation import leaves, nested, wrapped
from onefit.scripts.tensorflow.refusals import JAX, of_tensorflow
from onefit.scripts.tensorflow.tensor import Tensor, narrow

MARK = "__onefit_boundary__"


def give_boundary(patches: Patches) -> None:
    """Let Keras's objects take and give tensors.

    Args:
        patches: Where what is replaced is noted.
    """
    for kind, methods in {
        keras.Layer: ("__call__",),
        keras.Loss: ("__call__",),
        keras.Metric: ("__call__", "result", "update_state"),
        BaseOptimizer: ("apply_gradients", "apply"),
    }.items():
        for one in (kind, *_subclasses(kind)):
            for name in methods:
                # What a class inherits is dressed where it is defined; a second time would cost
                # each call.
                method = vars(one).get(name)
                is_own = one.__module__.startswith("keras.") and method is not None
                if is_own and not hasattr(method, MARK):
                    dressed = of_script(method)
                    if kind is BaseOptimizer:
                        dressed = with_bits_of_variables(dressed)
                    patches.put(one, name, dressed)
    patches.put(keras.Layer, "__call__", noting(_with_keywords(keras.Layer.__call__)))
    in_one_call = call_contexts.in_one_call(keras.Layer.stateless_call)
    patches.put(keras.Layer, "stateless_call", noting(in_one_call))
    for one in (keras.Layer, keras.layers.Lambda):
        patches.put(one, "__init__", with_seeds_where_drawn(one.__init__))
    if not hasattr(BaseOptimizer, "minimize"):
        patches.put(BaseOptimizer, "minimize", _minimize)


def _subclasses(kind: type) -> list[type]:
    children: list[type] = type.__subclasses__(kind)
    return [one for child in children for one in (child, *_subclasses(child))]


def _minimize(self: Any, loss: Any, var_list: Any, tape: Any = None, name: Any = None) -> Any:
    """Keras 2's `optimizer.minimize`: one step down the gradient of a loss.

    Args:
        self: The optimizer.
        loss: A function that gives the loss, or a tensor that `tape` has noted.
        var_list: Variables, or a function that gives them.
        tape: The tape of a loss that is a tensor. Defaults to `None`.
        name: Taken, and of no effect.
    """
    from onefit.scripts.tensorflow.tape import GradientTape

    if callable(loss):
        tape = GradientTape() if tape is None else tape
        with tape:
            loss = loss()
    elif tape is None:
        raise ValueError("Expected `tape` with a loss that is a tensor. Received: tape=None.")
    variables = list(var_list() if callable(var_list) else var_list)
    return self.apply_gradients(list(zip(tape.gradient(loss, variables), variables)))


def _with_keywords(call: Callable[..., Any]) -> Callable[..., Any]:
    """A layer's call that takes `training` and the like by place, as Keras 2 does.

    Args:
        call: Keras's own, which takes tensors by place only.
    """

    @wraps(call)
    def of_places(self: Any, *args: Any, **kwargs: Any) -> Any:
        # The first argument is the layer's input, even if it is a number.
        first = next((n for n, one in enumerate(args) if n and type(one) in _SETTINGS), None)
        if first is None:
            return call(self, *args, **kwargs)
        names = list(inspect.signature(self.call).parameters)
        if len(names) < len(args):
            return call(self, *args, **kwargs)
        return call(self, *args[:first], **dict(zip(names[first:], args[first:])), **kwargs)

    setattr(of_places, MARK, True)
    return of_places


_SETTINGS = frozenset([bool, int, float, str])


def of_script(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function or method of Keras's as one that takes and gives tensors where a script calls it.

    Args:
        function: Takes and gives JAX's arrays.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        # A call by Keras itself, or by a function of the stand-in's: arrays stay arrays on the
        # way.
        if here.inside:
            return function(*args, **kwargs)
        args, kwargs = tuple(map(arrays_of, args)), arrays_of(kwargs)
        with inside():
            try:
                result = called(function, args, kwargs)
            except AttributeError as error:
                raise _of_jax(error) from None
            except (TypeError, ValueError, IndexError) as error:
                # Scripts catch `tf.errors.InvalidArgumentError` for shapes that do not fit; all
                # other errors are Keras's own.
                if "shape" not in str(error) or (told := of_tensorflow(error, JAX)) is error:
                    raise
                raise told from error
        values = (*leaves(args), *leaves(kwargs), *leaves(result))
        # In a graph, or in a program that Keras traces, the result goes on to Keras and stays what
        # it is.
        if any(isinstance(one, keras.KerasTensor) or is_of_keras(one) for one in values):
            return result
        return wrapped(result)

    setattr(call, MARK, True)
    return call


def _of_jax(error: BaseException) -> BaseException:
    """JAX's error about an unknown value: Keras fails to make one like it, with its own message."""
    if "_error_repr" not in str(error):
        return error
    first: BaseException | None = error
    while first is not None and not isinstance(first, jax.errors.JAXTypeError):
        first = first.__context__
    return error if first is None else first


def of_values(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that takes tensors too, and gives NumPy's values as they are.

    Args:
        function: Takes JAX's arrays and gives values.

    >>> from onefit.scripts.tensorflow.keras import backend as K
    >>> type(K.get_value(K.variable([1.0, 2.0]))).__name__
    'ndarray'
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*map(arrays_of, args), **arrays_of(kwargs))

    setattr(call, MARK, True)
    return call


def arrays_of(value: Any) -> Any:
    """Tensors as arrays of the bits that Keras computes with, in lists, tuples and dicts too."""
    if isinstance(value, zip | map | filter):
        value = list(value)  # the gradients and variables of an optimizer
    return nested(_array_of, value)


def _array_of(one: Any) -> Any:
    if type(one) is Tensor:
        return narrow(one._value)
    return jnp.asarray(one.dense()) if type(one).__name__ == "SparseTensor" else one
