"""Fits of dense nets in NumPy by hand: forward, backward, Adam."""

import numpy as np

import job
import networks

job.tell(imported_s=job.since_start())


def step(weights, moments, count, x, y):
    """One step of Adam on the binary cross-entropy: the batch's loss; weights change in place."""
    outputs = [x]
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        outputs.append(np.maximum(outputs[-1] @ kernel + bias, 0))
    logits = outputs[-1] @ weights[-2] + weights[-1]
    chance = 1 / (1 + np.exp(-logits))
    loss = np.mean(np.logaddexp(0, logits) - logits * y)
    signal, gradients = (chance - y) / len(x), []
    for kernel, output in zip(weights[-2::-2], outputs[::-1]):
        gradients[:0] = [output.T @ signal, signal.sum(0)]
        signal = signal @ kernel.T * (output > 0)
    rate = 1e-3 * np.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    for weight, gradient, mean, square in zip(weights, gradients, *moments):
        mean += 0.1 * (gradient - mean)
        square += 0.001 * (gradient * gradient - square)
        weight -= rate * mean / (np.sqrt(square) + 1e-7)
    return loss


def train(weights, moments, done, x, y, epochs, batch_size):
    """Train for some epochs; the mean loss of the last one and the number of steps taken."""
    for order in job.orders(len(x), epochs):
        total = 0.0
        for rows in job.batches(order, batch_size):
            done += 1
            total += step(weights, moments, done, x[rows], y[rows]) * len(rows)
    return total / len(x), done


def fit_once(fit, number):
    """Train a new model with consecutive fits; say how long each took."""
    x, y = job.arrays(fit["data"], fit.get("rows"))
    job.start_orders(len(x))
    weights = job.first_weights(networks.shapes(fit["network"]))
    moments = tuple([np.zeros_like(w) for w in weights] for _ in range(2))
    job.forget_peak()
    done, seconds, losses = 0, [], []
    for epochs in fit["epochs"]:
        arguments = (weights, moments, done, x, y, epochs, fit["batch_size"])
        (loss, done), taken = job.timed(train, *arguments)
        seconds.append(taken)
        losses.append(loss)
    job.tell_fit(fit, number, seconds, losses)


for fit in job.JOB["fits"]:
    for number in range(fit.get("models", 1)):
        fit_once(fit, number)
