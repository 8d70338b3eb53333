"""Keras imported without pandas, which takes a third of a second; its tables are still known.

Keras imports pandas, where it is installed, to tell whether what it was given is a `DataFrame` or a
`Series`. Nothing can be one before somebody has imported pandas. So while Keras is imported its
import of pandas finds none, and then it is given two classes that look whether there is one by now.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

from onefit.training.host.refused_imports import refused

ASKS = "keras.src.trainers.data_adapters.array_slicing"


class _OfPandas(type):
    """A class of pandas by its name: what is an instance of it is an instance of this one."""

    def __instancecheck__(cls, value: Any) -> bool:
        kind = getattr(sys.modules.get("pandas"), cls.__name__, None)
        return kind is not None and isinstance(value, kind)


class Series(metaclass=_OfPandas):
    """Stands for `pandas.Series`, whether pandas is loaded or not.

    >>> isinstance([1, 2], Series)
    False
    """


class DataFrame(metaclass=_OfPandas):
    """Stands for `pandas.DataFrame`, whether pandas is loaded or not."""


@contextmanager
def pandas_later() -> Iterator[None]:
    """While the block imports Keras, Keras imports no pandas; afterwards it knows its classes.

    Where pandas is loaded already, or is not installed, nothing is different.

    >>> with pandas_later():
    ...     import keras
    """
    with refused("pandas", (ASKS,)) as asked:
        try:
            yield
        finally:
            if asked:
                _tell(sys.modules.get(ASKS))


def _tell(module: ModuleType | None) -> None:
    """Give Keras's module what it would have taken from pandas."""
    if module is not None:
        vars(module)["pandas"] = SimpleNamespace(DataFrame=DataFrame, Series=Series)
        vars(module)["ARRAY_TYPES"] = (*vars(module)["ARRAY_TYPES"], Series, DataFrame)
