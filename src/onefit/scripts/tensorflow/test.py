"""`tf.test`: the questions after a GPU."""

from __future__ import annotations

import unittest
from typing import Any

import numpy as np

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


def is_built_with_gpu_support() -> bool:
    """Whether JAX sees a GPU."""
    return is_gpu_available()


def is_built_with_rocm() -> bool:
    """Whether JAX's GPU is one of AMD's."""
    return False


def is_built_with_xla() -> bool:
    """True: JAX compiles by XLA."""
    return True


class TestCase(unittest.TestCase):
    """A test case of Python's, with the checks of numbers that TensorFlow's has."""

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fail unless two arrays are the same."""
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b), msg or "")

    def assertAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None
    ) -> None:
        """Fail unless two arrays are almost the same."""
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol, atol, err_msg=msg or "")


def main(argv: Any = None) -> None:
    """Run the tests of the script."""
    unittest.main(argv=argv)


__getattr__ = names_of("tensorflow.test")
