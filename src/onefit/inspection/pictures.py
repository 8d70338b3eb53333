"""Which rows are pictures, and pictures of them and of a first layer's filters."""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING

import numpy as np

from onefit.reports.views import Filters, Picture

if TYPE_CHECKING:
    from keras import Model

LEAST_SIDE, MOST_SIDE = 8, 128
MOST_FILTERS = 64
MOST_SAMPLES = 500

NEIGHBOURS = 0.1
"""How much more alike neighbouring pixels must be, downwards and to the right, than pixels half a
picture apart, for a table to be one of pictures. Measured on scikit-learn's digits: 0.21; on 500
rows of 64 columns that are random, sorted, equal, periodic, random walks or mixtures of five
factors: at most 0.00."""

BELOW, MIDDLE, ABOVE = np.array([[42, 116, 181], [245, 243, 238], [216, 114, 36]], float)


def picture_shape(table: np.ndarray | None) -> tuple[int, ...] | None:
    """The shape of a row that is a picture: height and width, and 3 for colours.

    Rows of rank 3 with one or three channels are pictures. Rows of rank 1 and 2 are if they are
    square, and their neighbouring values are alike.

    Args:
        table: The inputs.

    >>> picture_shape(np.zeros((5, 32, 32, 3))), picture_shape(np.zeros((5, 3)))
    ((32, 32, 3), None)
    """
    if table is None or table.dtype.kind not in "biuf" or not len(table):
        return None
    if table.ndim == 4 and table.shape[3] in (1, 3) and max(table.shape[1:3]) <= MOST_SIDE:
        return table.shape[1:3] if table.shape[3] == 1 else table.shape[1:]
    if table.ndim not in (2, 3):
        return None
    count = math.prod(table.shape[1:])
    side = math.isqrt(count)
    square = side * side == count and (table.ndim == 2 or table.shape[1] == table.shape[2])
    if not square or not LEAST_SIDE <= side <= MOST_SIDE:
        return None
    return (side, side) if _alike(table, side) >= NEIGHBOURS else None


def _alike(table: np.ndarray, side: int) -> float:
    """How much more alike neighbouring pixels are than pixels half a picture away."""
    some = table[:: -(-len(table) // MOST_SAMPLES)].reshape(-1, side, side).astype(float)
    if len(some) < 10:
        return 0.0
    spread = some.std(axis=0)
    # Pixels that are the same in all rows, as the rim of MNIST's, are left out of the means below.
    pixels = (some - some.mean(axis=0)) / np.where(spread > 0, spread, 1.0)

    def correlation(down: int, right: int) -> float:
        one, other = pixels[:, down:, right:], pixels[:, : side - down, : side - right]
        seen = (spread[down:, right:] > 0) & (spread[: side - down, : side - right] > 0)
        both = np.abs((one * other).mean(axis=0))[seen]
        return float(both.mean()) if both.size else 0.0

    # In both directions: a table of columns that follow each other is alike in one only.
    near = min(correlation(0, 1), correlation(1, 0))
    return near - max(correlation(0, side // 2), correlation(side // 2, 0))


def grey(pixels: np.ndarray, table: np.ndarray, label: str = "") -> Picture:
    """A row as a picture; white is the greatest value of the table, black the least.

    Args:
        pixels: The row, of shape `(height, width)` or `(height, width, 3)`.
        table: All rows.
        label: What it shows.
    """
    low, high = float(table.min()), float(table.max())
    shares = (pixels - low) / ((high - low) or 1.0)
    return _picture(255 * shares, pixels.ndim == 3, label)


def signed(values: np.ndarray, label: str = "") -> Picture:
    """Weights as a picture: blue below 0, orange above, the paper's colour at 0.

    Args:
        values: Of shape `(height, width)`.
        label: What it shows.
    """
    shares = values / (float(np.abs(values).max()) or 1.0)
    end = np.where(shares[..., None] < 0, BELOW, ABOVE)
    return _picture(MIDDLE + (end - MIDDLE) * np.abs(shares)[..., None], True, label)


def _picture(values: np.ndarray, colour: bool, label: str) -> Picture:
    bytes_ = np.clip(np.round(values), 0, 255).astype("uint8")
    height, width = bytes_.shape[:2]
    return Picture(width, height, base64.b64encode(bytes_.tobytes()).decode(), colour, label)


def filters(model: Model, shape: tuple[int, ...] | None) -> Filters | None:
    """The first layer's filters: kernels of a convolution, or what each unit weighs in a picture.

    Args:
        model: A `keras.Model`.
        shape: The shape of a picture among its inputs; `None` for others.
    """
    layer = next((one for one in model.layers if hasattr(one, "kernel")), None)
    if layer is None:
        return None
    kernel = np.asarray(layer.kernel)
    if kernel.ndim == 4:
        kernel = kernel.mean(axis=2)
    elif shape is not None and len(shape) == 2 and kernel.ndim == 2:
        if kernel.shape[0] != shape[0] * shape[1]:
            return None
        kernel = kernel.reshape(*shape, -1)
    else:
        return None
    count = kernel.shape[-1]
    drawn = [signed(kernel[..., at], f"unit {at}") for at in range(min(count, MOST_FILTERS))]
    return Filters(layer.name, drawn, count)
