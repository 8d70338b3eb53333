"""What a population leaves for the next one of the same model: its traced steps and programs."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

MOST = 12  # things kept for a model or a build function, up to three for a structure

_kept: weakref.WeakKeyDictionary[Any, OrderedDict[Hashable, Any]] = weakref.WeakKeyDictionary()


def kept(owner: Any, key: Hashable, make: Callable[[], Any]) -> Any:
    """The thing of this key, made if it is new; it goes when its owner goes.

    >>> class Owner: pass
    >>> owner = Owner()
    >>> kept(owner, "a", list) is kept(owner, "a", list)
    True
    """
    try:
        things = _kept.setdefault(owner, OrderedDict())
    except TypeError:  # a callable that cannot be referred to weakly
        return make()
    # Keras makes a new one at `compile`; a reference, because an id can be given to the next
    tracker = getattr(owner, "_loss_tracker", None)
    key = (tracker and weakref.ref(tracker), key)
    if key not in things:
        things[key] = make()
    things.move_to_end(key)
    while len(things) > MOST:
        things.popitem(last=False)
    return things[key]
