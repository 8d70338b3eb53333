"""`tf.config`: what devices there are, asked of JAX.

The settings are taken and do nothing, as they do nothing for Keras on JAX where TensorFlow is
installed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax

from onefit.scripts.tensorflow.function import functions_run_eagerly as functions_run_eagerly
from onefit.scripts.tensorflow.function import run_functions_eagerly as run_functions_eagerly
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
    # TensorFlow always lists the processor; JAX lists the devices of its default platform alone.
    found = [("CPU", device.id) for device in jax.devices("cpu")]
    if jax.default_backend() != "cpu":
        found += [(device.platform.upper(), device.id) for device in jax.devices()]
    return found


def _without_effect(*args: Any, **kwargs: Any) -> None:
    """Taken, and of no effect for Keras on JAX."""


set_visible_devices = set_soft_device_placement = set_logical_device_configuration = _without_effect


def get_soft_device_placement() -> bool:
    """True: JAX places what it computes."""
    return True


def get_logical_device_configuration(device: PhysicalDevice) -> None:
    """None: no device is divided."""


class LogicalDeviceConfiguration(NamedTuple):
    """How much memory a part of a device would have; taken, and of no effect."""

    memory_limit: int | None = None
    experimental_priority: int | None = None
    experimental_device_ordinal: int | None = None


def _details(device: PhysicalDevice) -> dict[str, Any]:
    """What is known of a device: the name of a GPU."""
    if device.device_type == "CPU":
        return {}
    return {"device_name": jax.devices()[0].device_kind}


def _memory(device: str) -> dict[str, int]:
    """The bytes that JAX has taken on a device."""
    used = jax.devices()[0].memory_stats()
    if used is None:
        raise ValueError(f"Allocator stats not available for device '{device}'")
    return {"current": used["bytes_in_use"], "peak": used["peak_bytes_in_use"]}


def _no_growth(device: PhysicalDevice) -> bool:
    """Whether JAX takes memory as it needs it: as it was started, not as scripts say here."""
    return False


def _no_threads() -> int:
    """0: JAX decides."""
    return 0


experimental = namespace(
    "tensorflow.config.experimental",
    list_physical_devices=list_physical_devices,
    list_logical_devices=list_logical_devices,
    get_visible_devices=get_visible_devices,
    set_visible_devices=_without_effect,
    set_memory_growth=_without_effect,
    get_memory_growth=_no_growth,
    set_virtual_device_configuration=_without_effect,
    VirtualDeviceConfiguration=LogicalDeviceConfiguration,
    get_device_details=_details,
    get_memory_info=_memory,
    get_virtual_device_configuration=get_logical_device_configuration,
    set_synchronous_execution=_without_effect,
    enable_op_determinism=_without_effect,
    enable_tensor_float_32_execution=_without_effect,
)
threading = namespace(
    "tensorflow.config.threading",
    set_inter_op_parallelism_threads=_without_effect,
    set_intra_op_parallelism_threads=_without_effect,
    get_inter_op_parallelism_threads=_no_threads,
    get_intra_op_parallelism_threads=_no_threads,
)
optimizer = namespace("tensorflow.config.optimizer", set_jit=_without_effect)


def experimental_run_functions_eagerly(run_eagerly: bool) -> None:
    """The old name of `run_functions_eagerly`."""
    run_functions_eagerly(run_eagerly)


def experimental_functions_run_eagerly() -> bool:
    """The old name of `functions_run_eagerly`."""
    return functions_run_eagerly()


ALSO = "experimental threading optimizer"
__getattr__ = names_of("tensorflow.config")
