"""What this machine can do: its rate of matrix products and its memory bandwidth."""

import jax
import jax.numpy as jnp
import numpy as np

import job


def best(function, *arguments, repeats=5):
    """The shortest of some calls, in seconds."""
    return min(job.timed(function, *arguments)[1] for _ in range(repeats + 1))


def matmul_gflops(size=2048):
    """float32 products of square matrices: the better of NumPy's BLAS and XLA."""
    matrix = np.random.default_rng(0).random((size, size), np.float32)
    on_device = jnp.asarray(matrix)
    product = jax.jit(jnp.matmul)
    with_xla = best(lambda: product(on_device, on_device).block_until_ready())
    with_blas = best(np.matmul, matrix, matrix)
    return 2 * size**3 / min(with_xla, with_blas) / 1e9


def bandwidth_gb_s(megabytes=256):
    """Bytes read and written each second by ``a + 1`` on an array much larger than the caches."""
    numbers = jnp.zeros(megabytes * 2**18, jnp.float32)
    add = jax.jit(lambda a: a + 1, donate_argnums=0)

    def once():
        nonlocal numbers
        numbers = add(numbers).block_until_ready()

    return 2 * megabytes * 2**20 / best(once) / 1e9


job.tell(
    matmul_gflops=matmul_gflops(),
    bandwidth_gb_s=bandwidth_gb_s(),
    device=jax.devices()[0].device_kind,
)
