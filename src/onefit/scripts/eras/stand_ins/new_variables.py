"""An optimizer that takes variables which it has not seen, as those of tf.keras 2.0 to 2.10 did.

One optimizer could step for a generator and for a discriminator: each variable had moments from its
first step on, and all of them one count of steps. An optimizer since 2.11, and one of Keras 3, is
built for the variables of its first step, and refuses all others.

Source: `_create_slots` and `add_slot` in `optimizer_v2.py` of tf.keras 2.10.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

Method = Callable[..., Any]


def taking_new_ones(original: Method) -> Method:
    """The check of a step's variables, which makes the moments of those that are new."""

    def _check_variables_are_known(self: Any, variables: Any) -> None:
        known = self._trainable_variables_indices
        # A Nadam that is not of up to 2.10 (`legacy_optimizers`) counts its variables: it refuses.
        is_later = isinstance(self, keras.optimizers.Nadam) and "_schedule_decay" not in vars(self)
        if not is_later and (new := [one for one in variables if self._var_key(one) not in known]):
            _built_for(self, new)
        original(self, variables)

    return _check_variables_are_known


def _built_for(optimizer: Any, new: list[Any]) -> None:
    """Build an optimizer once more, and put what it makes behind what it has.

    A `build` of the script's own makes lists or dicts for its variables, as Keras's do.
    """
    before = dict(vars(optimizer))
    places = dict(optimizer._trainable_variables_indices)
    count = len(optimizer.variables)
    object.__setattr__(optimizer, "built", False)
    optimizer.build(new)
    for name, made in list(vars(optimizer).items()):
        old = before.get(name, made)
        if old is made or name == "_trainable_variables_indices":
            continue
        joined = _joined(old, made)
        object.__setattr__(optimizer, name, old if joined is None else joined)
    optimizer._trainable_variables_indices.clear()
    optimizer._trainable_variables_indices.update(places)
    for place, one in enumerate(new, start=len(places)):
        optimizer._trainable_variables_indices[optimizer._var_key(one)] = place
    _without_doubles(optimizer, count)


def _joined(old: Any, made: Any) -> Any:
    """What is kept for all variables; `None` where it is no list and no dict."""
    if isinstance(old, list) and isinstance(made, list):
        return [*old, *made]
    return {**old, **made} if isinstance(old, dict) and isinstance(made, dict) else None


def _without_doubles(optimizer: Any, count: int) -> None:
    """Leave out what is one for all variables, as Nadam's product, and was made a second time."""
    held = [one for one in vars(optimizer).values() if isinstance(one, list | dict)]
    kept = {
        id(one)
        for some in held
        if some is not optimizer._variables
        for one in (some.values() if isinstance(some, dict) else some)
    }
    variables = list(optimizer._variables)
    found = [*variables[:count], *(one for one in variables[count:] if id(one) in kept)]
    list.__setitem__(optimizer._variables, slice(None), found)
