"""The tutorial by hand in JAX: all epochs in one scan, compiled once and kept on the disk."""

import os

import jax
import jax.numpy as jnp
import numpy as np

import job
import models_jax as models

jax.config.update("jax_compilation_cache_dir", os.path.join(os.environ["XDG_CACHE_HOME"], "jax"))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)

x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
y = np.array([[0], [1], [1], [0]], "float32")
_, loss_of = models.build({"kind": "dense", "layers": [2, 4, 1]}, "binary")
weights = job.first_weights([(2, 4), (4,), (4, 1), (1,)])


@jax.jit
def fit(weights, moments, x, y):
    def epoch(state, step):
        weights, moments = state
        loss, gradients = jax.value_and_grad(loss_of)(weights, x, y)
        return models.adam(weights, gradients, moments, step), loss

    (weights, _), losses = jax.lax.scan(epoch, (weights, moments), jnp.arange(1.0, 1001.0))
    return weights, losses


moments = tuple([np.zeros_like(w) for w in weights] for _ in range(2))
(weights, losses), fit_s = job.timed(lambda: jax.block_until_ready(fit(weights, moments, x, y)))
w1, b1, w2, b2 = (np.asarray(w) for w in weights)
chances = 1 / (1 + np.exp(-(np.maximum(x @ w1 + b1, 0) @ w2 + b2)))
job.tell(fit_s=fit_s, loss=losses[-1], predicted=chances.round(3).tolist())
