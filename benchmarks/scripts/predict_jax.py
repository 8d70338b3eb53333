"""Predictions by one jitted function."""

import jax
import numpy as np

import job
import models_jax as models

job.watch_compiler()
weights, loss_of = models.build(job.JOB["network"], job.JOB["loss"])
weights = jax.device_put(weights)
x, y = job.arrays("noise")
forward = jax.jit(lambda weights, x: jax.nn.sigmoid(models.forward(job.JOB["network"])(weights, x)))
loss = jax.jit(loss_of)


def predict(rows):
    return np.asarray(forward(weights, rows))


measured = job.prediction_times(predict, x, "predict")
many = np.tile(x, (125, 1))
measured["1M rows"] = job.median_seconds(lambda: predict(many), 3)
measured["evaluate 8k rows"] = job.median_seconds(lambda: float(loss(weights, x, y)), 20)
job.tell(measured=measured)
