"""Programs and traced steps that are kept with the model for its next call, in memory.

(`host/disk_cache.py` keeps them for the next process.)
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from onefit.training.host import fork
from onefit.training.host.garbage import no_collection
from onefit.training.host.interrupts import Answered
from onefit.training.host.jax_private import trace_context
from onefit.training.programs.compilation import Program

if TYPE_CHECKING:
    from keras import Model

KEPT = 128  # programs kept for each model; a loop over data of many sizes stays bounded
SEVERAL = 3  # programs of one kind after which a model's data is expected to change again
_programs: weakref.WeakKeyDictionary[Any, OrderedDict[Any, Program]] = weakref.WeakKeyDictionary()
_MAKING = threading.RLock()  # two threads would each make their own
Owner = tuple[Any, ...]
"""References to functions of Keras, and last the settings of JAX under which they are traced."""


def program(
    model: Model, owner: Owner, key: tuple[Any, ...], build: Callable[[], Program]
) -> tuple[Program, bool]:
    """The model's program of this key, and whether it had to be built now.

    Args:
        model: The model.
        owner: The functions of Keras that the program stands for, see `functions_of`.
        key: What the program depends on besides the model.
        build: Makes the program if there is none.

    Raises:
        ForkError: If it had to be built in a process that was forked after JAX had started.
    """
    kept = _programs.setdefault(model, OrderedDict())
    owned = (owner, key)
    if owned in kept:
        kept.move_to_end(owned)
        return kept[owned], False
    fork.check("a program for new shapes")
    with Answered():
        made = build()
    _keep(kept, owned, made, KEPT)
    return made, True


def known(model: Model, owner: Owner, key: tuple[Any, ...]) -> Program | None:
    """The model's program of this key, if it has been made; arguments as in `program`."""
    programs = _programs.get(model)
    return None if programs is None else programs.get((owner, key))


def functions_of(model: Model, *verbs: str) -> Owner:
    """The functions in which Keras itself would keep its traced steps, made if there are none.

    Keras makes them anew after `compile`, `quantize` or `make_train_function(force=True)`, and with
    them traces anew; until then what it has traced is fixed. So it is here: a program belongs to
    these functions, and is not found again when they are others. `jax.jit` traces anew when a
    setting of JAX has changed, such as the precision of products, and so do we.

    Args:
        model: The model.
        verbs: Some of `"train"`, `"test"` and `"predict"`.
    """
    with _MAKING:
        for verb in verbs:
            getattr(model, f"make_{verb}_function")()
    functions = (weakref.ref(getattr(model, f"{verb}_function")) for verb in verbs)
    return (*functions, trace_context())


def changing(model: Model, owner: Owner, key: tuple[Any, ...]) -> bool:
    """Whether the model has no program of this key, but several of its kind, the key's first entry.

    Args:
        model: The model.
        owner: As in `program`.
        key: What the program depends on besides the model.
    """
    kept = [known for owned, known in _programs.get(model, ()) if owned == owner]
    return key not in kept and sum(known[0] == key[0] for known in kept) >= SEVERAL


def traced(owner: Owner, key: Hashable, trace: Callable[[], Any] | None = None) -> Any:
    """A traced step of a model, traced once for each shape of a batch, as Keras traces it.

    It is kept with Keras's function, because it may refer to the model: they go together.

    Args:
        owner: The one function that it stands for, see `functions_of`.
        key: The shapes of the step's arguments.
        trace: Traces it, if it has not been. Defaults to `None`: then there may be none.
    """
    # In the function's own dict: a table beside it that holds the step would hold the model too,
    # and neither would ever go.
    kept: OrderedDict[Hashable, Any] = vars(owner[0]()).setdefault("_onefit", OrderedDict())
    key = (owner[-1], key)
    if key not in kept:
        if trace is None:
            return None
        with no_collection():
            step = trace()
        _keep(kept, key, step, KEPT)
    kept.move_to_end(key)
    return kept[key]


def _keep(kept: OrderedDict[Any, Any], key: Hashable, made: Any, most: int) -> None:
    """Put something last, and forget the first if there are too many."""
    kept[key] = made
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


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
    key = (tracker and weakref.ref(tracker), trace_context(), key)
    if key not in things:
        things[key] = make()
    things.move_to_end(key)
    while len(things) > MOST:
        things.popitem(last=False)
    return things[key]
