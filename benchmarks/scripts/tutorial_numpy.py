"""The tutorial in NumPy by hand."""

import numpy as np

import job

x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
y = np.array([[0], [1], [1], [0]], "float32")
w1, b1, w2, b2 = weights = job.first_weights([(2, 4), (4,), (4, 1), (1,)])
means, squares = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]


def forward():
    hidden = np.maximum(x @ w1 + b1, 0)
    return hidden, 1 / (1 + np.exp(-(hidden @ w2 + b2)))


def fit(epochs):
    for count in range(1, epochs + 1):
        hidden, chance = forward()
        loss = -np.mean(y * np.log(chance) + (1 - y) * np.log(1 - chance))
        signal = (chance - y) / len(x)
        back = signal @ w2.T * (hidden > 0)
        gradients = [x.T @ back, back.sum(0), hidden.T @ signal, signal.sum(0)]
        rate = 1e-3 * np.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        for weight, gradient, mean, square in zip(weights, gradients, means, squares):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient * gradient - square)
            weight -= rate * mean / (np.sqrt(square) + 1e-7)
    return loss


loss, fit_s = job.timed(fit, 1000)
job.tell(fit_s=fit_s, loss=loss, predicted=forward()[1].round(3).tolist())
