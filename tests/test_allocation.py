"""Large buffers of XLA: their memory is kept from step to step, unless a user has said how."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from onefit import allocation

STEPS = """
import resource
import onefit
import jax, numpy as np

def loss(kernel, x):
    y = jax.lax.conv_general_dilated(
        x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    return (y * y).mean()

step = jax.jit(jax.grad(loss))
kernel, x = np.ones((3, 3, 32, 64), "float32"), np.ones((128, 24, 24, 32), "float32")
step(kernel, x).block_until_ready()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(4):
    step(kernel, x).block_until_ready()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages(**variables):
    """How many pages the kernel has filled for four steps of a large convolution."""
    kept = {name: value for name, value in os.environ.items() if name not in allocation._OF_USERS}
    ran = subprocess.run(
        [sys.executable, "-c", STEPS], env={**kept, **variables}, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout)


@pytest.mark.skipif(not allocation.keep_freed_memory(), reason="another C library")
def test_the_memory_of_a_step_is_that_of_the_step_before():
    alone = pages(MALLOC_ARENA_MAX="8")  # a user's own word: nothing is told
    if alone < 20_000:
        pytest.skip("the kernel gives larger pages")
    assert pages() < alone / 10


@pytest.mark.parametrize("name", allocation._OF_USERS)
def test_what_a_user_has_set_stays(name, monkeypatch):
    monkeypatch.setenv(name, "1")
    assert not allocation.keep_freed_memory()
