"""Files of `keras.utils.get_file` and `keras.datasets`, which may stand in another folder.

Source: `get_file` in `keras/utils/data_utils.py` of 1.2.2 to 2.15 joins the folder of its cache and
the name, so that a name may be a path, and an absolute one is a file anywhere. Keras 3 refuses it.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable

Function = Callable[..., str]


def at_paths(original: Function) -> Function:
    """`get_file`, whose name of a file may be a path."""
    signature = inspect.signature(original)

    @functools.wraps(original)
    def get_file(*args: object, **kwargs: object) -> str:
        given = signature.bind(*args, **kwargs)
        name = given.arguments.get("fname")
        if isinstance(name, str | os.PathLike):
            folder, leaf = os.path.split(os.fspath(name))
            if folder:
                below = given.arguments.get("cache_subdir", "datasets")
                given.arguments["fname"] = leaf
                given.arguments["cache_subdir"] = os.path.join(str(below), str(folder))
        return original(*given.args, **given.kwargs)

    return get_file
