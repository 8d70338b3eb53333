"""Fits of Keras models; TensorFlow, stock Keras on JAX and onefit run this same file."""

import numpy as np

import job
import models_keras as models

job.watch_compiler()
job.tell(imported_s=job.since_start())


def steps_per_execution(fit, rows):
    """One, or as many as an epoch has."""
    largest = job.JOB.get("steps_per_execution") == "largest"
    return -(-rows // fit["batch_size"]) if largest else 1


def fit_once(fit, number):
    """Train a new model with consecutive calls of ``fit``; say how long each took."""
    x, y = job.arrays(fit["data"], fit.get("rows"))
    np.random.seed(0)
    many = steps_per_execution(fit, len(x))
    model = models.build(fit["network"], fit["loss"], steps_per_execution=many)
    job.forget_peak()
    compiler, programs = job.compiled()
    seconds, losses, compiling = [], [], []
    for epochs in fit["epochs"]:
        history, taken = job.timed(
            model.fit, x, y, batch_size=fit["batch_size"], epochs=epochs, verbose=0
        )
        seconds.append(taken)
        losses.append(history.history["loss"][-1])
        compiling.append(job.compiled()[0] - compiler)
    job.tell_fit(
        fit, number, seconds, losses, compile_s=compiling, programs=job.compiled()[1] - programs
    )


for fit in job.JOB["fits"]:
    for number in range(fit.get("models", 1)):
        fit_once(fit, number)
