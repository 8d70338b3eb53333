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
    before, calls, losses = job.compiled(), [], []
    for epochs in fit["epochs"]:
        history, taken = job.timed(
            model.fit, x, y, batch_size=fit["batch_size"], epochs=epochs, verbose=0
        )
        calls.append((taken, *job.compiled()))
        losses.append(history.history["loss"][-1])
    job.tell_fit(
        fit,
        number,
        [taken for taken, _, _ in calls],
        losses,
        compile_s=calls[0][1] - before[0],
        later_compile_s=calls[-1][1] - calls[0][1],
        programs=calls[0][2] - before[1],
        later_programs=calls[-1][2] - calls[0][2],
    )


for fit in job.JOB["fits"]:
    for number in range(fit.get("models", 1)):
        fit_once(fit, number)
