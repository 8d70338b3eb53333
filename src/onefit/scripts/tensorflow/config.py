"""`tf.config`: what devices there are, asked of JAX.

The settings are taken and do nothing, as they do nothing for Keras on JAX where TensorFlow is
installed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax

from onefit.scripts.tensorflow.missing import names_of, namespace


class PhysicalDevice(NamedTuple):
    """A device by its name and kind, `"CPU"`, `"GPU"` or `"TPU"`."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """The same, as TensorFlow tells it apart."""

    name: str
    device_type: str


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices of the given kind, all by default.

    >>> list_physical_devices("CPU")[0].name
    '/physical_device:CPU:0'
    """
    return [
        PhysicalDevice(f"/physical_device:{kind}:{number}", kind)
        for kind, number in _devices()
        if device_type in (None, kind)
    ]


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices of the given kind, all by default."""
    return [
        LogicalDevice(f"/device:{kind}:{number}", kind)
        for kind, number in _devices()
        if device_type in (None, kind)
    ]


get_visible_devices = list_physical_devices


def _devices() -> list[tuple[str, int]]:
    found = [("CPU", device.id) for device in jax.devices("cpu")]
    if jax.default_backend() != "cpu":
        found += [(device.platform.upper(), device.id) for device in jax.devices()]
    return found


def _without_effect(*args: Any, **kwargs: Any) -> None:
    """Taken, and of no effect for Keras on JAX."""


set_visible_devices = set_soft_device_placement = run_functions_eagerly = _without_effect
set_logical_device_configuration = _without_effect

experimental = namespace(
    "tensorflow.config.experimental",
    list_physical_devices=list_physical_devices,
    list_logical_devices=list_logical_devices,
    get_visible_devices=get_visible_devices,
    set_visible_devices=_without_effect,
    set_memory_growth=_without_effect,
    enable_op_determinism=_without_effect,
    enable_tensor_float_32_execution=_without_effect,
)
threading = namespace(
    "tensorflow.config.threading",
    set_inter_op_parallelism_threads=_without_effect,
    set_intra_op_parallelism_threads=_without_effect,
)
optimizer = namespace("tensorflow.config.optimizer", set_jit=_without_effect)

ALSO = "experimental threading optimizer"
__getattr__ = names_of("tensorflow.config")
