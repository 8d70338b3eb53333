"""Fits of scikit-learn's multi-layer perceptron, up to a million weights.

Larger nets would take minutes. It draws its own first weights.
"""

import warnings
from itertools import pairwise

from sklearn.neural_network import MLPClassifier, MLPRegressor

import job

warnings.simplefilter("ignore")
job.tell(imported_s=job.since_start())


def fit_once(fit, number):
    """Train a new model with consecutive fits; say how long each took."""
    x, y = job.arrays(fit["data"], fit.get("rows"))
    kind = MLPRegressor if fit["loss"] == "regression" else MLPClassifier
    model = kind(
        fit["network"]["layers"][1:-1],
        batch_size=min(fit["batch_size"], len(x)),
        alpha=0,
        epsilon=1e-7,
        tol=0,
        n_iter_no_change=10**9,
        warm_start=True,
        random_state=0,
    )
    job.forget_peak()
    seconds = []
    for epochs in fit["epochs"]:
        model.set_params(max_iter=epochs)
        seconds.append(job.timed(model.fit, x, y.ravel())[1])
    job.tell_fit(fit, number, seconds, [model.loss_])


for fit in job.JOB["fits"]:
    if sum(a * b for a, b in pairwise(fit["network"]["layers"])) < 2e6:
        for number in range(fit.get("models", 1)):
            fit_once(fit, number)
