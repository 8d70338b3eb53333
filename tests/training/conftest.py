"""JAX is chosen before any of the tests imports Keras."""

from __future__ import annotations

from onefit.training.host.backend import choose_jax

choose_jax()
