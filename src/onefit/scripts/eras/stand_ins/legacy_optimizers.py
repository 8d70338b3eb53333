"""`tf.keras.optimizers.legacy`: the optimizers of tf.keras up to 2.10, as 2.15 still had them.

RMSprop, Adagrad and Nadam computed otherwise. They took `decay=` and had it in their configs,
where those since 2.11 refuse it; so an optimizer that is given one, 0 too, is one of these. It is
of Keras 3's class: plain Keras 3 reads its file, and leaves the decay out. Sources: `rmsprop.py`,
`adagrad.py` and `nadam.py` of `keras/src/optimizers/legacy` of 2.15.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras.optimizers import SGD, Adadelta, Adam, Adamax, Ftrl, Optimizer

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.stand_ins import optimizers

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "Optimizer", "RMSprop"]
Method = Callable[..., Any]
Replace = Callable[[Any], Any]


class RMSprop(keras.optimizers.RMSprop):
    """Has epsilon beside the root, unless there is a momentum."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """One of Keras's class; of the script's, where it derived one."""
        return _of_keras(cls, RMSprop, args, kwargs)


class Adagrad(keras.optimizers.Adagrad):
    """Has epsilon beside the root."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """One of Keras's class; of the script's, where it derived one."""
        return _of_keras(cls, Adagrad, args, kwargs)


class Nadam(keras.optimizers.Nadam):
    """Has the schedule of Keras 2."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """One of Keras's class; of the script's, where it derived one."""
        return _of_keras(cls, Nadam, args, kwargs)


def _of_keras(cls: type, ours: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if cls is not ours:
        return object.__new__(cls)
    # It is no instance of `ours`, so that Python does not call `__init__` a second time.
    return ours.__bases__[0](*args, **{"decay": 0.0, **kwargs})


def as_legacy(call: Call) -> None:
    """`legacy.RMSprop()` is one with `decay=`."""
    call.target = call.target.replace(".legacy.", ".")
    with_decay(call, is_old=True)


def with_decay(call: Call, is_old: bool = False) -> None:
    """An optimizer that is given `lr=`, which was left out since 2.11, is one of up to 2.10."""
    if (is_old or call.has("lr") or call.has("schedule_decay")) and not call.has("decay"):
        call.give("decay", 0.0)


def where_given(name: str, then: Replace, now: Replace = lambda original: original) -> Replace:
    """A method of then for optimizers that have an attribute, and one of later for all others.

    Args:
        name: The attribute.
        then: Makes the method of then from Keras 3's.
        now: Makes that of tf.keras 2.15. Defaults to Keras 3's.
    """

    def replace(original: Method) -> Method:
        old, new = then(original), now(original)

        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            return (old if name in vars(self) else new)(self, *args, **kwargs)

        return method

    return replace


def with_schedule(original: Method) -> Method:
    """Nadam read `schedule_decay=` only, and had it in its config as its decay."""

    def __init__(
        self: Any,
        *args: Any,
        decay: float | None = None,
        schedule_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        original(self, *args, **kwargs)
        if decay is not None or schedule_decay is not None:
            self._schedule_decay = 0.004 if schedule_decay is None else schedule_decay

    return __init__


def told_schedule(original: Method) -> Method:
    """The config of a Nadam of then."""

    def get_config(self: Any) -> dict[str, Any]:
        given = vars(self).get("_schedule_decay")
        return original(self) if given is None else {**original(self), "decay": given}

    return get_config


def written(method: str, replace: Replace) -> Callable[[Call], None]:
    """Has a class with a method of then written into a script, for a call with `decay=`."""

    def write(call: Call) -> None:
        if call.has("decay"):
            call.write(method, replace)

    return write


def written_nadam(call: Call) -> None:
    """A class for a Nadam, as it was up to 2.10 or from 2.11 on."""
    if call.has("decay"):
        call.take("decay")
        call.write("__init__", optimizers.with_schedule_decay)
        call.write("update_step", optimizers.nadam)
        call.write("_backend_update_step", optimizers.nadam_schedule)
    else:
        call.write("update_step", optimizers.nadam_of_tf2)
        call.write("_backend_update_step", optimizers.nadam_without_product)
    call.note("Nadam computes what it did then")
