"""Keras imported without Matplotlib, which takes half a second; its galleries still draw.

Keras imports Matplotlib, where it is installed, for two functions that show pictures. While Keras
is imported they find none, and are then given names that import it when somebody draws. It stays
out of `sys.modules` until then, where other libraries look whether a script draws at all.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from onefit.training.host.refused_imports import refused

_GALLERIES = "keras.src.visualization"
TAKEN = {
    f"{_GALLERIES}.plot_image_gallery": ("plt", "matplotlib.pyplot"),
    f"{_GALLERIES}.plot_bounding_box_gallery": ("patches", "matplotlib.patches"),
}
"""For each module of Keras the name that it takes from Matplotlib, and what that is."""


class Waiting(ModuleType):
    """A module by its name, imported at the first use of one of its own names.

    >>> Waiting("math").sqrt(9.0)
    3.0
    """

    def __getattr__(self, name: str) -> object:
        """The module's own name of that kind."""
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def matplotlib_later() -> Iterator[None]:
    """While the block imports Keras, Keras imports no Matplotlib; afterwards it can draw with it.

    Where Matplotlib is loaded already, or is not installed, nothing is different.

    >>> with matplotlib_later():
    ...     import keras
    """
    with refused("matplotlib", TAKEN) as asked:
        try:
            yield
        finally:
            for module in asked & sys.modules.keys():
                name, taken = TAKEN[module]
                setattr(sys.modules[module], name, Waiting(taken))
