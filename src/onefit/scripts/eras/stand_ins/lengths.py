"""How long convolutions' outputs are: `keras.utils.conv_utils`, and `np_utils` of Keras 1."""

from __future__ import annotations

from typing import Any


def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """How long a convolution's output is."""
    if input_length is None:
        return None
    reach = (filter_size - 1) * dilation + 1
    length = {"same": input_length, "causal": input_length, "full": input_length + reach - 1}
    return -(-length.get(padding, input_length - reach + 1) // stride)


def conv_input_length(
    output_length: int | None, filter_size: int, padding: str, stride: int
) -> int | None:
    """How long the input of a convolution was."""
    if output_length is None:
        return None
    rim = {"same": filter_size // 2, "full": filter_size - 1}.get(padding, 0)
    return (output_length - 1) * stride - 2 * rim + filter_size


def deconv_length(
    dim_size: int | None,
    stride_size: int,
    kernel_size: int,
    padding: str,
    output_padding: int | None = None,
    dilation: int = 1,
) -> int | None:
    """How long a transposed convolution's output is."""
    if dim_size is None:
        return None
    reach = kernel_size + (kernel_size - 1) * (dilation - 1)
    if output_padding is not None:
        rim = {"same": reach // 2, "full": reach - 1}.get(padding, 0)
        return (dim_size - 1) * stride_size + reach - 2 * rim + output_padding
    extra = {"valid": max(reach - stride_size, 0), "full": -(stride_size + reach - 2)}
    return dim_size * stride_size + extra.get(padding, 0)


def normalize_tuple(value: Any, n: int, name: str) -> tuple[int, ...]:
    """A number as `n` equal ones, or `n` numbers as a tuple."""
    found = (value,) * n if isinstance(value, int) else tuple(value)
    if len(found) != n:
        raise ValueError(f"Expected {n} whole numbers as {name}. Received: {value!r}.")
    return found


def normalize_padding(value: str) -> str:
    """A padding in small letters."""
    if value.lower() not in ("valid", "same", "causal"):
        raise ValueError(f"Expected 'valid', 'same' or 'causal'. Received: {value!r}.")
    return value.lower()
