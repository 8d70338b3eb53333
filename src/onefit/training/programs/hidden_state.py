"""What a step reads of a model's variables beside the values that are handed to it.

Keras hands a step the values of the variables that it may read, and empties the variables
themselves: a step that reaches for another one, for the optimizer's iterations in a loss, say, is
an error. A trace with the variables full would take in the value of the moment, and train with it
for ever. So they are empty for the trace, too; but only in the thread that traces.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from onefit.training.host.keras_private import get_stateless_scope, in_stateless_scope
from onefit.training.host.own_steps import own_steps_of
from onefit.training.host.variables import losses_kept_on_error, variables

if TYPE_CHECKING:
    from keras import Model

_TRACING = threading.local()


class HiddenState(Exception):
    """A function has read variables that are not its arguments."""

    def __init__(self, paths: list[str]) -> None:
        """Name the variables."""
        super().__init__(f"reads {', '.join(dict.fromkeys(paths))}, which is none of its arguments")


class Reads:
    """For a block in this thread, variables are empty, or it is noted when one is read.

    The variables get another class for the time of the block; other threads read on as before.

    Args:
        empty: Variables that give what Keras gives of an empty one, which is an error.
        noted: Variables whose reads are noted.

    >>> import keras
    >>> rate = keras.Variable(1.0, name="rate")
    >>> with Reads([], [rate]) as reads:
    ...     value = rate + 1
    >>> reads.paths
    ['rate']
    """

    def __init__(self, empty: Iterable[Any], noted: Iterable[Any]) -> None:
        """Nothing has been read yet."""
        empty = list(empty)
        self.variables = [*empty, *noted]
        self.empty = set(map(id, empty))
        self.paths: list[str] = []

    def __enter__(self) -> Reads:
        """Change the variables' class."""
        self.before = getattr(_TRACING, "reads", None)
        _TRACING.reads = self
        for variable in self.variables:
            variable.__class__ = _watched(_plain(type(variable)))
        return self

    def __exit__(self, *raised: object) -> None:
        """Give it back."""
        _TRACING.reads = self.before
        for variable in self.variables:
            variable.__class__ = _plain(type(variable))

    def value(self, variable: Any, read: Callable[[Any], Any]) -> Any:
        """What a variable gives whose value has not been handed over."""
        if id(variable) not in self.empty:
            self.paths.append(variable.path)
            return read(variable)
        # A copy that holds nothing: Keras's own `value` then raises, or makes, what it does for a
        # variable that Keras has emptied.
        empty = object.__new__(_plain(type(variable)))
        vars(empty).update(vars(variable), _value=None)
        return read(empty)


def function_of(model: Model, verb: str, alone: bool = True) -> Callable[..., Any]:
    """Keras's `train_step` or `test_step`, for a trace that sees of the model what Keras's sees.

    In an evaluation Keras leaves the optimizer's variables full. What a step reads of them is what
    they hold when it is traced first.

    Args:
        model: The model.
        verb: `"train"` or `"test"`.
        alone: Whether the step is traced when Keras traces it. If not, a read of the optimizer's
            variables by a `test_step` is a `HiddenState`. Defaults to `True`.
    """
    state = variables(model)
    empty = [*state.trainable, *state.non_trainable, *state.metrics]

    step = _step(model, verb)

    def function(*given: Any) -> Any:
        with losses_kept_on_error(model):
            return step(*given)

    vars(function)["__wrapped__"] = step  # JAX's errors name it and its arguments

    if verb == "train":
        return reading(function, [*empty, *state.optimizer], [])
    return reading(function, empty, [] if alone else state.optimizer)


def _step(model: Model, verb: str) -> Callable[..., Any]:
    """The step of a model, its own one as a pure function."""
    own, plain = own_steps_of(model), getattr(model, f"{verb}_step")
    if own is None:
        return plain
    return own.pure(verb) or _without(plain, len(own.others))


def _without(plain: Callable[..., Any], others: int) -> Callable[..., Any]:
    """Keras's own step, which knows nothing of the variables that other steps change."""

    def step(state: Any, data: Any) -> tuple[Any, Any]:
        trainable, non_trainable, *rest = state
        count = len(non_trainable) - others
        logs, (trainable, after, *rest) = plain((trainable, non_trainable[:count], *rest), data)
        return logs, (trainable, [*after, *non_trainable[count:]], *rest)

    return step


def reading(
    function: Callable[..., Any], empty: Iterable[Any], noted: Iterable[Any]
) -> Callable[..., Any]:
    """A function that raises `HiddenState` if a noted variable is read; see `Reads`."""

    def watched(*given: Any) -> Any:
        with Reads(empty, noted) as reads:
            result = function(*given)
        if reads.paths:
            raise HiddenState(reads.paths)
        return result

    vars(watched)["__wrapped__"] = function
    return watched


@cache
def _watched(cls: type) -> type:
    """A class of variables that asks the thread's `Reads` for its values."""
    theirs = next(vars(base)["value"] for base in cls.__mro__ if "value" in vars(base))

    def value(self: Any) -> Any:
        reads = getattr(_TRACING, "reads", None)
        if reads is None or _handed(self):
            return theirs.fget(self)
        return reads.value(self, theirs.fget)

    names = {"value": property(value), "__module__": cls.__module__, "_watched": cls}
    return type(cls.__name__, (cls,), names)


def _plain(cls: type) -> Any:
    """The class of a variable, without `Reads`."""
    return vars(cls).get("_watched", cls)


def _handed(variable: Any) -> bool:
    """Whether a value has been handed over in the place of this variable's own."""
    return in_stateless_scope() and get_stateless_scope().get_current_value(variable) is not None
