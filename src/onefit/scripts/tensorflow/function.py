"""`tf.function`: a function that is traced once for each kind of arguments, then a program."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

import jax

from onefit.scripts.tensorflow.concrete_function import ConcreteFunction
from onefit.scripts.tensorflow.conversion import as_method, converted
from onefit.scripts.tensorflow.function_arguments import (
    IsText,
    fitting,
    is_tensor,
    key_of,
    note_kind,
    spec_or_value,
    traceable,
)
from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.mode import as_graph, here
from onefit.scripts.tensorflow.open_shapes import shapes_now
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.program import Made, Program
from onefit.scripts.tensorflow.results import as_tensors
from onefit.scripts.tensorflow.tensor import Tensor
from onefit.scripts.tensorflow.tensor_array import OpenLength, PartOfPython
from onefit.scripts.tensorflow.turns import is_of_pipeline

MARK = "_onefit_functions"
OF_PYTHON = (
    jax.errors.TracerBoolConversionError,
    jax.errors.TracerIntegerConversionError,
)  # Python asked for a value, which TensorFlow's functions do not have either
OF_LENGTHS = (
    OpenLength,
    jax.errors.ConcretizationTypeError,
    jax.errors.NonConcreteBooleanIndexError,
    jax.errors.TracerArrayConversionError,
)  # a function of `tf.` asked for values, as the shape of its result depends on them
_LENGTHS = "has arrays whose lengths depend on values, which no program of XLA's has"
TRACES = 4
"""How often a function is traced that makes variables: an optimizer's, a metric's, ..."""
_NAMES = """
experimental_get_compiler_ir function_spec function_type get_initialization_function
pretty_printed_concrete_signatures
"""
_OF_A_GRAPH = frozenset(_NAMES.split())
"""What only TensorFlow's has."""
_eagerly: list[bool] = []


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Let functions run as they are written, or as programs."""
    _eagerly[:] = [True] if run_eagerly else []


def functions_run_eagerly() -> bool:
    """Whether functions run as they are written."""
    return bool(_eagerly)


class Function:
    """A function of the script's that runs as a program.

    Args:
        python_function: The function.
        input_signature: The shapes and dtypes of its arguments, if there is one of each only.
            Defaults to `None`.
        autograph: Whether `if`, `while` and `for` may depend on tensors. Defaults to `True`.

    >>> import numpy as np
    >>> @function
    ... def doubled(x):
    ...     return x * 2
    >>> doubled(np.array([1, 2], "int32"))
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([2, 4], dtype=int32)>
    """

    def __init__(
        self,
        python_function: Callable[..., Any],
        input_signature: Any = None,
        autograph: bool = True,
    ) -> None:
        """Nothing is traced yet."""
        if not callable(python_function):
            raise TypeError(f"Expected a function. Received: {python_function!r}.")
        self.python_function = python_function
        self.input_signature = None if input_signature is None else tuple(input_signature)
        self._autograph = autograph
        self.kinds: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        """The arguments that it was traced for, with specs for tensors: what a file keeps of it."""
        self._programs: dict[Any, Callable[[list[Any]], Any]] = {}
        self._kept: list[Any] = []
        self._traces = 0
        self.signature = inspect.signature(python_function)
        self._bind = self.signature.bind
        self.__name__ = getattr(python_function, "__name__", "function")
        update_wrapper(self, python_function)

    def __getattr__(self, name: str) -> Any:
        """Raise for what only TensorFlow's has."""
        if name in _OF_A_GRAPH:
            return names_of("tensorflow.function")(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and files have the function without its programs, which are traced again."""
        return Function, (self.python_function, self.input_signature, self._autograph)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """The function as a method: each object has programs of its own."""
        if instance is None:
            return self
        held = vars(instance).setdefault(MARK, {})
        # By identity: a class and its base may have two functions of one name, each with programs.
        if id(self) not in held:
            method = self.python_function.__get__(instance, owner)
            held[id(self)] = Function(method, self.input_signature, self._autograph)
        return held[id(self)]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program for these arguments; it is traced first if there is none."""
        # What is called while something else is traced becomes a part of that program.
        if here.inside or here.traced or _eagerly or is_of_pipeline():
            if here.traced:
                self._note(args, kwargs)
            return self.converted(*args, **kwargs)
        args, kwargs = self._arguments(args, kwargs)
        tensors: list[Any] = []
        try:
            key = key_of(args, tensors), key_of(kwargs, tensors) if kwargs else None, shapes_now()
        except IsText:
            self._note(args, kwargs)
            return self._step_by_step(args, kwargs)
        program = self._programs.get(key)
        if program is None:
            self._note(args, kwargs)
            program = self._programs[key] = self._ready(args, kwargs, tensors)
        return program(tensors)

    def _note(self, args: Any, kwargs: Any) -> None:
        given = (args, kwargs) if self.input_signature is None else (self.input_signature, {})
        note_kind(nested(spec_or_value, given), self.kinds)

    def _ready(self, args: Any, kwargs: Any, tensors: list[Any]) -> Callable[[list[Any]], Any]:
        """A program, or the function as it is written where lengths depend on values."""
        try:
            return self._traced(args, kwargs, tensors)
        # Asked for first: one of these is a `ConcretizationTypeError` as well.
        except OF_PYTHON:
            raise
        except OF_LENGTHS as error:
            reason = str(error) if isinstance(error, PartOfPython) else _LENGTHS
            warnings.warn(
                f"The tf.function {self.__name__} {reason}: it runs as it is written, step by "
                "step.",
                RuntimeWarning,
                stacklevel=3,
            )
            return partial(self._as_written, args, kwargs)

    def _as_written(self, args: Any, kwargs: Any, tensors: list[Any]) -> Any:
        remaining = map(Tensor, tensors)
        filled = nested(lambda one: next(remaining) if is_tensor(one) else one, (args, kwargs))
        return self._step_by_step(*filled)

    def _step_by_step(self, args: Any, kwargs: Any) -> Any:
        with as_graph():
            return as_tensors(self.converted(*args, **kwargs))

    def _arguments(self, args: Any, kwargs: Any) -> tuple[Any, Any]:
        """Arguments by their places, as far as they have one; in the dtypes of the signature."""
        if kwargs:
            bound = self._bind(*args, **kwargs)
            args, kwargs = bound.args, bound.kwargs
        if self.input_signature is not None:
            if len(args) != len(self.input_signature) or kwargs:
                raise TypeError(
                    f"Expected {len(self.input_signature)} arguments, as in `input_signature`. "
                    f"Received: {len(args) + len(kwargs)}."
                )
            args = tuple(map(fitting, args, self.input_signature))
        return args, kwargs

    def _traced(self, args: Any, kwargs: Any, tensors: list[Any]) -> Program:
        function = self.converted

        def called(*given: Tensor) -> Any:
            remaining = iter(given)
            self._traces += 1
            filled = nested(lambda one: next(remaining) if is_tensor(one) else one, (args, kwargs))
            return function(*filled[0], **filled[1])

        # Keys hold identities of such arguments. As long as they are kept no other object gets one.
        self._kept.extend(one for one in leaves((args, kwargs)) if not is_tensor(one))
        for attempt in range(TRACES):
            try:
                return Program(called, tensors)
            except Made as made:
                # TensorFlow allows it at the first call only; the words of the error are its own.
                if made.by_script and self._programs and not attempt:
                    raise ValueError(
                        "tf.function only supports singleton tf.Variables created on the first "
                        "call. Make sure the tf.Variable is only created once or created outside "
                        "tf.function."
                    ) from None
        raise ValueError(
            "Expected a tf.function that makes its variables at its first call only. Received: "
            f"{self.__name__}, which makes new ones each time. Make them outside of it."
        )

    @property
    def converted(self) -> Callable[..., Any]:
        """The function with `if`, `while` and `for` that may depend on tensors."""
        if not self._autograph:
            return self.python_function
        return converted(as_method(self.python_function))

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The program for arguments of these shapes and dtypes.

        Args:
            *args: Tensors, `tf.TensorSpec`s, or any other arguments.
            **kwargs: The same by name.
        """
        if self.input_signature is not None and not args:
            args = self.input_signature
        if kwargs:
            args, kwargs = self._arguments(args, kwargs)
        self._note(args, kwargs)
        return ConcreteFunction(self, tuple(args), dict(kwargs))

    def specs(self, args: Any, kwargs: Any) -> Any:
        """The shapes and dtypes of what it gives for arguments, or for specs of them."""
        args, kwargs = nested(traceable, (args, kwargs))
        tensors: list[Any] = []
        key_of((args, kwargs), tensors)
        return self._traced(args, kwargs, tensors).specs()

    def experimental_get_tracing_count(self) -> int:
        """How often the function was traced."""
        return self._traces


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: Any = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: Any = None,
    experimental_relax_shapes: Any = None,
    experimental_compile: Any = None,
    experimental_follow_type_hints: Any = None,
) -> Any:
    """Make a function a program: see `Function`.

    Args:
        func: The function. Defaults to `None`, for a decorator.
        input_signature: The shapes and dtypes of the arguments. Defaults to `None`.
        autograph: Whether `if`, `while` and `for` may depend on tensors. Defaults to `True`.
        jit_compile: Taken, and of no effect: XLA compiles every function.
        reduce_retracing: Taken, and of no effect: a program is of one shape.
        experimental_implements: Taken, and of no effect.
        experimental_autograph_options: Taken, and of no effect.
        experimental_attributes: Taken, and of no effect.
        experimental_relax_shapes: Taken, and of no effect.
        experimental_compile: Taken, and of no effect.
        experimental_follow_type_hints: Taken, and of no effect.
    """
    if func is None:
        return partial(Function, input_signature=input_signature, autograph=autograph)
    return Function(func, input_signature, autograph)
