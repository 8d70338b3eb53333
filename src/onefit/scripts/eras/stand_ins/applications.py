"""What scripts took from `keras.applications`' own files."""

from __future__ import annotations

from typing import Any

from onefit.scripts.eras.stand_ins.keras1_backend import today


def obtain_input_shape(
    input_shape: Any,
    default_size: int,
    min_size: int,
    data_format: Any,
    require_flatten: bool = True,
    weights: Any = None,
    **keras1: Any,
) -> Any:
    """`_obtain_input_shape`: the shape of a network's pictures, checked.

    Args:
        input_shape: As it was given, or `None`.
        default_size: Height and width where none is given.
        min_size: The smallest ones.
        data_format: `"channels_last"` or `"channels_first"`; Keras 1's `"tf"` or `"th"`.
        require_flatten: Whether the network has layers that need one size. Defaults to `True`.
        weights: `"imagenet"` or none. Defaults to none.
        **keras1: `dim_ordering` and `include_top`, as Keras 1 called them.
    """
    from keras.src.applications import imagenet_utils

    order = today({"dim_ordering": keras1.get("dim_ordering", data_format)})["data_format"]
    flat = keras1.get("include_top", require_flatten)
    found: Any = imagenet_utils.obtain_input_shape(
        input_shape, default_size, min_size, order, flat, weights
    )
    return found
