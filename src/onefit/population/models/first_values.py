"""How a model's variables got their first values, and which of them were set to others since."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from onefit.training.host.keras_private import RandomInitializer, Variable
from onefit.training.host.variables import variables

if TYPE_CHECKING:
    from keras import Model

_lock = threading.RLock()  # a build function may itself train a population


class Made(NamedTuple):
    """How a variable got its first value.

    Args:
        initializer: What gave it; `None` if it was made from a value.
        variable: Held, so that its id stays its own.
        value: The array.
    """

    initializer: Any
    variable: Any
    value: Any


def set_after(model: Model, made: dict[int, Made]) -> list[tuple[int, int]]:
    """The group and place of each variable that no longer holds the array it was made with."""
    return [
        (group, place)
        for group, members in enumerate(variables(model))
        for place, variable in enumerate(members)
        if id(variable) in made and made[id(variable)].value is not variable._value
    ]


def given_values(model: Model, made: dict[int, Made]) -> list[Any]:
    """The values that no initialiser gave: a description of them tells two models apart."""
    after = set(set_after(model, made))
    return [
        (group, place, np.asarray(variable.value))
        for group, members in enumerate(variables(model)[:2])
        for place, variable in enumerate(members)
        if (group, place) in after
        or (id(variable) in made and made[id(variable)].initializer is None)
    ]


@contextlib.contextmanager
def recorded(blank: bool = False) -> Iterator[dict[int, Made]]:
    """Note how each variable that is made within a block gets its first value.

    Args:
        blank: Whether random initialisers are not run: their variables are zero. Defaults to
            `False`.
    """
    made: dict[int, Made] = {}
    by_initializer = Variable._initialize_with_initializer
    by_value = Variable._initialize

    def initialize(self: Any, initializer: Any) -> None:
        if blank and isinstance(initializer, RandomInitializer):
            self._initialize_layout()
            self._direct_assign(np.zeros(self._shape, self._dtype))
        else:
            by_initializer(self, initializer)
        made[id(self)] = Made(initializer, self, self._value)

    def take(self: Any, value: Any) -> None:
        by_value(self, value)
        made[id(self)] = Made(None, self, self._value)

    # Keras's class is the process's own. Variables that other threads make meanwhile are noted,
    # too, and nobody asks for them.
    with _lock:
        Variable._initialize_with_initializer = initialize
        Variable._initialize = take
        try:
            yield made
        finally:
            Variable._initialize_with_initializer = by_initializer
            Variable._initialize = by_value
