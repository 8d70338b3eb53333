"""What went from `keras.preprocessing.image`. Source: Keras 1.2.2."""

from __future__ import annotations

import importlib
import os
import re
from typing import Any

import numpy as np

from onefit.scripts.eras.stand_ins.attributes import settable_attribute


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


N = settable_attribute("N", lambda self: self.n)
nb_sample = settable_attribute("nb_sample", lambda self: self.samples)
nb_class = settable_attribute("nb_class", lambda self: self.num_classes)
num_class = settable_attribute("num_class", lambda self: self.num_classes)
dim_ordering = settable_attribute(
    "dim_ordering", lambda self: "tf" if self.data_format == "channels_last" else "th"
)
