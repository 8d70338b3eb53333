"""How `ImageDataGenerator` turned, moved and brightened pictures.

Sources: `random_transform` and `apply_transform` in `keras/preprocessing/image.py` of Keras 1.2.2,
and `keras_preprocessing/image/affine_transformations.py` of 1.0.5 to 1.1.2, which Keras 2 had.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

Method = Callable[..., Any]


def by_rows_and_columns(original: Method) -> Method:
    """Keras 2 moved rows by `tx` and columns by `ty`; since tf.keras 2.9 it is the other way.

    With `brightness_range`, a picture was stretched to 0 to 255 first, whatever it held.
    """

    @functools.wraps(original)
    def apply_transform(self: Any, x: Any, transform_parameters: dict[str, Any]) -> Any:
        rest = dict(transform_parameters)
        moves = {name: rest.pop(name) for name in _MOVES if name in rest}
        brightness = rest.pop("brightness", None)
        moved = moved_by(self, x, moves, getattr(self, "interpolation_order", 1))
        moved = original(self, moved, rest)
        return moved if brightness is None else brightened(self, moved, brightness)

    return apply_transform


def as_drawn(original: Method) -> Method:
    """Keras 1 drew flips only where they were asked for, sheared by radians, and took pixels whole.

    Keras 2 draws of every flip, shears by degrees, and interpolates between pixels.
    """

    @functools.wraps(original)
    def random_transform(self: Any, x: Any, seed: int | None = None) -> Any:
        if seed is not None:
            np.random.seed(seed)
        asked = {"theta": self.rotation_range, "tx": self.height_shift_range}
        asked |= {"ty": self.width_shift_range, "shear": self.shear_range}
        moves = {name: np.random.uniform(-r, r) for name, r in asked.items() if r}
        for name, axis in (("tx", self.row_axis), ("ty", self.col_axis)):
            if name in moves:
                moves[name] *= x.shape[axis - 1]
        if "shear" in moves:
            moves["shear"] = np.rad2deg(moves["shear"])
        if tuple(self.zoom_range) != (1, 1):
            low, high = self.zoom_range
            moves["zx"], moves["zy"] = np.random.uniform(low, high, 2)
        moved = moved_by(self, x, moves, 0)
        if shift := self.channel_shift_range:  # Keras 2 shifts all channels by one number
            channels = self.channel_axis - 1
            shape = [-1 if axis == channels else 1 for axis in range(3)]
            shifts = np.random.uniform(-shift, shift, x.shape[channels]).reshape(shape)
            moved = np.clip(moved + shifts, np.min(moved), np.max(moved))
        rest: dict[str, Any] = {}
        if self.horizontal_flip:
            rest["flip_horizontal"] = np.random.random() < 0.5
        if self.vertical_flip:
            rest["flip_vertical"] = np.random.random() < 0.5
        return self.apply_transform(moved, rest)

    return random_transform


def left_to_be_drawn(original: Method) -> Method:
    """`flow` asks for a map and has it made then. Keras 1 did both in `random_transform`."""

    @functools.wraps(original)
    def get_random_transform(self: Any, img_shape: Any, seed: int | None = None) -> dict[str, Any]:
        return {"seed": seed}

    return get_random_transform


def drawn_now(original: Method) -> Method:
    """The map that was left to be drawn, of the picture that is here now."""

    @functools.wraps(original)
    def apply_transform(self: Any, x: Any, transform_parameters: dict[str, Any]) -> Any:
        if "seed" in transform_parameters:
            return self.random_transform(x, transform_parameters["seed"])
        return original(self, x, transform_parameters)

    return apply_transform


def moved_by(self: Any, x: Any, moves: dict[str, float], order: int) -> Any:
    """A picture after one map of its places: turned, shifted, sheared and zoomed about its middle.

    Args:
        self: The generator, which knows the axes and how to fill what comes into view.
        x: The picture.
        moves: `theta` and `shear` in degrees, `tx` and `ty` in pixels, `zx` and `zy` as factors.
        order: Of the interpolation between pixels.
    """
    from scipy import ndimage

    one = {"theta": 0.0, "tx": 0.0, "ty": 0.0, "shear": 0.0, "zx": 1.0, "zy": 1.0} | moves
    if not moves or (one["zx"] == one["zy"] == 1 and not any(one[name] for name in _MOVES[:4])):
        return x
    turn, shear = np.deg2rad(one["theta"]), np.deg2rad(one["shear"])
    places = np.array(
        [[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]]
    )
    places = places @ np.array([[1, 0, one["tx"]], [0, 1, one["ty"]], [0, 0, 1]])
    places = places @ np.array([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
    places = places @ np.diag([one["zx"], one["zy"], 1])
    rows, columns, channels = self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
    # One pixel beyond the middle, `(x - 1) / 2`, as `transform_matrix_offset_center` had it.
    middle = np.array([x.shape[rows] / 2 + 0.5, x.shape[columns] / 2 + 0.5])
    linear = places[:2, :2]
    offset = places[:2, 2] + middle - linear @ middle
    planes = [
        ndimage.affine_transform(
            plane, linear, offset, order=order, mode=self.fill_mode, cval=self.cval
        )
        for plane in np.moveaxis(x, channels, 0)
    ]
    return np.moveaxis(np.stack(planes), 0, channels)


def brightened(self: Any, x: Any, brightness: float) -> Any:
    """A picture of 0 to 255 that is this much brighter; Pillow makes it."""
    from keras.utils import array_to_img, img_to_array
    from PIL import ImageEnhance

    picture = array_to_img(x, self.data_format)
    return img_to_array(ImageEnhance.Brightness(picture).enhance(brightness), self.data_format)


_MOVES = ("theta", "tx", "ty", "shear", "zx", "zy")
