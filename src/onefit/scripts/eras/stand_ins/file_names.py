"""Names of files as Keras 3 asks for them, where a source does not tell how a name ends.

They are written into upgraded scripts; `onefit run` reads and writes files under any name.
"""

from __future__ import annotations

import os
from typing import Any


def name_of_today(path: Any, suffix: str, kept: str = "") -> str:
    """The name of a file with the suffix that Keras 3 asks for.

    Args:
        path: Its name.
        suffix: That suffix; one of HDF5 makes way for it.
        kept: Another suffix that Keras 3 takes. Defaults to none.

    >>> name_of_today("run/best.hdf5", ".weights.h5"), name_of_today("model.h5", ".keras", ".h5")
    ('run/best.weights.h5', 'model.h5')
    """
    name = str(path)
    if name.endswith((suffix, kept or suffix)):
        return name
    return name.removesuffix(".hdf5").removesuffix(".h5").rstrip("/") + suffix


def in_folder(path: Any) -> Any:
    """The name of a file, whose folder is there from now on; TensorFlow made it, Keras does not."""
    os.makedirs(os.path.dirname(str(path)) or ".", exist_ok=True)
    return path


def file_to_write(path: Any, suffix: str, kept: str = "") -> Any:
    """The name of a file that Keras 3 writes, whose folder is there from now on."""
    return in_folder(name_of_today(path, suffix, kept))


def file_to_read(path: Any, suffix: str, kept: str = "") -> Any:
    """The file that was written under the name of today, or else the one of this name."""
    name = name_of_today(path, suffix, kept)
    return name if os.path.exists(name) else path


def latest_weights(folder: Any) -> str | None:
    """The file of weights of a folder that was written last; `None` where there is none."""
    names = (os.path.join(folder, one) for one in sorted(os.listdir(folder)))
    files = [one for one in names if one.endswith(".weights.h5")]
    return max(files, key=os.path.getmtime, default=None)
