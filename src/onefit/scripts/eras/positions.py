"""The order of arguments, where an old Keras had another one than Keras 3.

Written down in `orders` from the signatures of the releases; a test compares with those in
tests/scripts/eras/signatures.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from onefit.scripts.eras.call import bind
from onefit.scripts.eras.era import Era
from onefit.scripts.eras.orders.keras1 import KERAS1
from onefit.scripts.eras.orders.keras2 import KERAS2
from onefit.scripts.eras.orders.tf2 import TF2
from onefit.scripts.eras.refusal import refused

_OF = {"keras1": KERAS2 | KERAS1, "keras2": KERAS2, "tf2": TF2}
_CONVOLUTION = ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate")
_LONGER = {f"keras.layers.{name}": _CONVOLUTION for name in ("Conv2D", "Conv3D", "SeparableConv2D")}
"""Orders of more arguments than Keras 2.2.4 took without names; the package took them from 2.4."""


def positions(
    target: str, era: Era, original: Callable[..., Any], has_subject: bool
) -> tuple[str, ...]:
    """The names of the arguments that a call may give without a name, in the era's order.

    Args:
        target: The full name of what is called.
        era: The script's era.
        original: What is called in Keras 3; its order holds where the era's was the same.
        has_subject: Whether the first argument is the object itself.

    >>> positions("keras.optimizers.SGD", Era("keras2"), print, False)
    ('lr', 'momentum', 'decay', 'nesterov')
    """
    known = _OF.get(era.name, {}).get(target)
    if known is not None:
        return tuple(known.split())
    parameters = list(inspect.signature(original).parameters.values())[has_subject:]
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(one.name for one in parameters if one.kind in kinds)


def bound(
    target: str, era: Era, names: Sequence[str], given: Sequence[Any], named: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The arguments of a call by name; `None` where Keras 3 has its order, and says what is wrong.

    Args:
        target: The full name of what is called.
        era: The script's era.
        names: What `positions` found.
        given: The arguments without a name.
        named: Those with a name.

    Raises:
        TypeError: If no call of the era had these arguments. Keras 3 would give them to others.

    >>> bound("keras.layers.LeakyReLU", Era("keras2"), ["alpha"], [0.1], {})
    {'alpha': 0.1}
    """
    if len(given) > len(names):
        names = _LONGER.get(target, names)
    found = bind(names, given, named)
    if found is not None or target not in _OF.get(era.name, {}):
        return found
    twice = [name for name in names[: len(given)] if name in named]
    received = f"{twice[0]}= too" if twice else f"{len(given)} arguments without a name"
    raise refused(
        TypeError,
        "OF203",
        f"{target.rpartition('.')[2]}({', '.join(names)}), as it was then",
        f"{received}",
        "Give each argument once, by its name.",
    )
