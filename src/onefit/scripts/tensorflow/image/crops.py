"""Parts of pictures, cut out by boxes; boxes, drawn into pictures."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array as values_of
from onefit.scripts.tensorflow.data.leaves import tensor as tensor_of
from onefit.scripts.tensorflow.errors import OutOfRangeError
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import as_it_is, operations
from onefit.scripts.tensorflow.program_checks import demand_everywhere
from onefit.scripts.tensorflow.refusals import demand

Tensor = Any
COLOURS = [
    (1, 1, 0, 1), (0, 0, 1, 1), (1, 0, 0, 1), (0, 1, 0, 1), (0.5, 0, 0.5, 1), (0.5, 0.5, 0, 1),
    (0.5, 0, 0, 1), (0, 0, 0.5, 1), (0, 1, 1, 1), (1, 0, 1, 1),
]  # fmt: skip
"""Those of TensorFlow's boxes, in turns."""


def crop_and_resize(
    image: TensorLike,
    boxes: TensorLike,
    box_indices: Any,
    crop_size: Any,
    method: str = "bilinear",
    extrapolation_value: float = 0.0,
    name: str | None = None,
) -> Tensor:
    """Parts of pictures, each resized to one size.

    Args:
        image: Pictures, of shape (pictures, height, width, channels).
        boxes: Floats of shape (boxes, 4): y1, x1, y2, x2, from 0 to 1; where y1 is larger than y2
            the part is turned over.
        box_indices: The picture of each box.
        crop_size: Height and width.
        method: `"bilinear"` or `"nearest"`. Defaults to `"bilinear"`.
        extrapolation_value: What stands beyond the borders. Defaults to `0.0`.
        name: Taken, and of no effect.

    Returns:
        Floats of shape (boxes, height, width, channels).
    """
    pictures, corners = tensor(image), tensor(boxes)
    numbers = tensor(box_indices)
    height, width = (int(one) for one in np.asarray(values_of(crop_size)))
    demand(pictures.ndim == 4, f"input image must be 4-D. Received: {pictures.shape}.")
    demand(corners.shape[1:] == (4,), f"boxes must have 4 columns. Received: {corners.shape}.")
    demand(
        numbers.shape == corners.shape[:1],
        f"box_index has incompatible shape: {numbers.shape}, of {corners.shape[0]} boxes.",
    )
    demand(min(height, width) > 0, f"crop dimensions must be positive: {height}, {width}")
    demand(method in ("bilinear", "nearest"), f"Expected bilinear or nearest. Received: {method!r}")
    demand_everywhere(jnp.isfinite(corners), "Boxes have an element that is not finite")
    demand_everywhere(
        (numbers >= 0) & (numbers < pictures.shape[0]),
        "box_index has values outside [0, batch_size)",
        OutOfRangeError,
    )
    ys = _places(corners[:, 0], corners[:, 2], pictures.shape[1], height)
    xs = _places(corners[:, 1], corners[:, 3], pictures.shape[2], width)
    last = pictures.shape[1] - 1, pictures.shape[2] - 1
    inside = ((ys >= 0) & (ys <= last[0]))[:, :, None] & ((xs >= 0) & (xs <= last[1]))[:, None]

    def picked(rows: Any, columns: Any) -> Any:
        # Pixels beyond the border are replaced in the end; here they only have to be somewhere.
        rows = jnp.clip(rows, 0, last[0]).astype("int32")[:, :, None]
        columns = jnp.clip(columns, 0, last[1]).astype("int32")[:, None, :]
        return pictures[numbers[:, None, None], rows, columns].astype("float32")

    if method == "nearest":
        made = picked(_rounded(ys), _rounded(xs))
    else:
        top, left = jnp.floor(ys), jnp.floor(xs)
        down, right = (ys - top)[:, :, None, None], (xs - left)[:, None, :, None]
        upper = picked(top, left)
        upper = upper + (picked(top, jnp.ceil(xs)) - upper) * right
        lower = picked(jnp.ceil(ys), left)
        lower = lower + (picked(jnp.ceil(ys), jnp.ceil(xs)) - lower) * right
        made = upper + (lower - upper) * down
    return jnp.where(inside[..., None], made, jnp.float32(extrapolation_value))


def _places(first: Any, last: Any, length: int, count: int) -> Any:
    """Where the pixels of each part lie along an axis."""
    # A part of one pixel is the middle of its box.
    if count == 1:
        return (0.5 * (first + last) * (length - 1))[:, None]
    scale = (last - first) * (length - 1) / (count - 1)
    return (first * (length - 1))[:, None] + jnp.arange(count, dtype="float32") * scale[:, None]


def _rounded(values: Any) -> Any:
    """Halves away from zero, as C++ rounds."""
    return jnp.sign(values) * jnp.floor(jnp.abs(values) + 0.5)


@as_it_is
def draw_bounding_boxes(
    images: TensorLike, boxes: TensorLike, colors: Any, name: str | None = None
) -> Tensor:
    """Pictures with boxes, whose sides are one pixel wide.

    Args:
        images: Floats, of shape (pictures, height, width, channels).
        boxes: Floats of shape (pictures, boxes, 4): y1, x1, y2, x2, from 0 to 1.
        colors: Colours that take turns, of shape (colours, channels); `None` for TensorFlow's.
        name: Taken, and of no effect.
    """
    made = np.array(values_of(images))
    corners = np.asarray(values_of(boxes), np.float32)
    channels = made.shape[-1]
    given = COLOURS if colors is None else np.asarray(values_of(colors), np.float32).tolist()
    tones = [tone[:channels] for tone in given] if channels > 1 else [[1.0]] * len(given)
    height, width = made.shape[1:3]
    for picture, own in zip(made, corners):
        for number, (y1, x1, y2, x2) in enumerate(own.tolist()):
            tone = np.asarray(tones[number % len(tones)], made.dtype)
            # In float32, as TensorFlow's kernel multiplies: its rounding decides on which pixel a
            # side falls.
            rows = int(np.float32(y1) * (height - 1)), int(np.float32(y2) * (height - 1))
            columns = int(np.float32(x1) * (width - 1)), int(np.float32(x2) * (width - 1))
            _draw(picture, rows, columns, tone)
    return tensor_of(made)


def _draw(picture: Any, rows: tuple[int, int], columns: tuple[int, int], tone: Any) -> None:
    height, width = picture.shape[:2]
    if rows[0] >= height or rows[1] < 0 or columns[0] >= width or columns[1] < 0:
        return
    # TensorFlow leaves out a box that is turned over, with a warning.
    if rows[0] > rows[1] or columns[0] > columns[1]:
        return
    down = slice(max(rows[0], 0), min(rows[1], height - 1) + 1)
    across = slice(max(columns[0], 0), min(columns[1], width - 1) + 1)
    for row in rows:
        if 0 <= row < height:
            picture[row, across] = tone
    for column in columns:
        if 0 <= column < width:
            picture[down, column] = tone


operations(globals())
