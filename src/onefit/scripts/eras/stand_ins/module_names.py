"""Functions that a script has put into a module of Keras, found there by their names.

Keras 1 and 2 looked for `"mine"` among the names of the module itself, so that
`keras.losses.mine = mine` was enough for `compile(loss="mine")` and `load_model`.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any

Finder = Callable[..., Any]


def _looking_in(*modules: str) -> Callable[[Finder], Finder]:
    def of_script(original: Finder) -> Finder:
        @functools.wraps(original)
        def find(identifier: Any, *args: Any, **kwargs: Any) -> Any:
            # Keras 3 saves a function as a dict with its name.
            asked: Any = identifier.get("config") if isinstance(identifier, dict) else identifier
            for name in modules if isinstance(asked, str) else ():
                found = vars(sys.modules[name]).get(str(asked)) if name in sys.modules else None
                if inspect.isfunction(found) and _is_of_script(found):
                    return found
            return original(identifier, *args, **kwargs)

        return find

    return of_script


def _is_of_script(function: Callable[..., Any]) -> bool:
    return not str(function.__module__).startswith(("keras.", "onefit."))


activations = _looking_in("keras.activations")
losses = _looking_in("keras.losses", "keras.objectives")
metrics = _looking_in("keras.metrics")
