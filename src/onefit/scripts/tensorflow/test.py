"""`tf.test`: the questions after a GPU."""

from __future__ import annotations

from typing import Any

from onefit.scripts.tensorflow.config import list_logical_devices as _devices
from onefit.scripts.tensorflow.missing import names_of


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    """Whether JAX sees a GPU."""
    return bool(_devices("GPU"))


def gpu_device_name() -> str:
    """The first GPU's name; empty without one."""
    return next((device.name for device in _devices("GPU")), "")


def is_built_with_cuda() -> bool:
    """Whether JAX sees a GPU."""
    return is_gpu_available()


__getattr__ = names_of("tensorflow.test")
