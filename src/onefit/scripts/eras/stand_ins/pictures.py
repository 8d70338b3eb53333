"""Functions of `keras.preprocessing.image` that went. Source: Keras 1.2.2."""

from __future__ import annotations

import importlib
import os
import re
from typing import Any

import numpy as np


def list_pictures(directory: str, ext: str = "jpg|jpeg|bmp|png") -> list[str]:
    """The pictures below a folder."""
    ending = re.compile(rf"([\w]+\.(?:{ext}))")
    return [
        os.path.join(root, name)
        for root, _, names in os.walk(directory)
        for name in names
        if ending.match(name)
    ]


def apply_transform(
    x: Any,
    transform_matrix: Any,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """A picture moved by a matrix of three rows."""
    affine_transform = importlib.import_module("scipy.ndimage").affine_transform

    moved = [
        affine_transform(
            channel,
            transform_matrix[:2, :2],
            transform_matrix[:2, 2],
            order=0,
            mode=fill_mode,
            cval=cval,
        )
        for channel in np.rollaxis(x, channel_axis, 0)
    ]
    return np.rollaxis(np.stack(moved, axis=0), 0, channel_axis + 1)


def next_batch(self: Any) -> Any:
    """The next batch: `flow.next()`."""
    return next(self)
