"""Predictions in NumPy by hand."""

import numpy as np

import job
import networks

weights = job.first_weights(networks.shapes(job.JOB["network"]))
x, y = job.arrays("noise")


def predict(rows):
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        rows = np.maximum(rows @ kernel + bias, 0)
    return 1 / (1 + np.exp(-(rows @ weights[-2] + weights[-1])))


def evaluate():
    chance = predict(x)
    return -np.mean(y * np.log(chance) + (1 - y) * np.log(1 - chance))


measured = job.prediction_times(predict, x, "predict")
many = np.tile(x, (125, 1))
measured["1M rows"] = job.median_seconds(lambda: predict(many), 3)
measured["evaluate 8k rows"] = job.median_seconds(evaluate, 20)
job.tell(measured=measured)
