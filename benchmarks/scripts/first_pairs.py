"""First calls, in pairs: a network never seen before by onefit, its sister by stock Keras.

Both in one process, one right after the other and in either order, each network with weights of
shapes of its own: what one of them compiles is of no use to any other. Nothing is on the disk.
"""

import os
import tempfile

os.environ["ONEFIT_CACHE"] = tempfile.mkdtemp(prefix="benchmark-")

import gc
from collections import Counter

import job
import models_keras as models
import onefit

STEP = {"dense": 1, "conv": 1, "lstm": 1, "attention": 2}  # a head has a whole number of units


def grown(network, by):
    """The network, a little wider than all before it."""
    by *= STEP[network["kind"]]
    if network["kind"] == "dense":
        inputs, *hidden, outputs = network["layers"]
        return {**network, "layers": [inputs, *(width + by for width in hidden), outputs]}
    if network["kind"] == "conv":
        return {**network, "channels": [channels + by for channels in network["channels"]]}
    return {**network, "units": network["units"] + by}


def first_call(fit, by, ours):
    """Seconds of the first `fit` of a new network."""
    x, y = job.arrays(fit["data"], fit["rows"])
    model = models.build(grown(fit["network"], by), fit["loss"])
    train = (lambda *a, **k: onefit.fit(model, *a, **k)) if ours else model.fit
    given = {"batch_size": fit["batch_size"], "validation_split": fit.get("validation_split", 0.0)}
    gc.collect()
    return job.timed(train, x, y, epochs=fit["epochs"][0], verbose=0, **given)[1]


seen = Counter()  # onefit has turned JAX's cache on: a network met again would be found in it
for fit in job.JOB["fits"]:
    for pair in range(-1, job.JOB["pairs"]):  # the first pair only wakes the libraries
        times = {}
        for ours in (pair % 2 == 0, pair % 2 == 1):
            times[ours] = first_call(fit, seen[str(fit["network"])], ours)
            seen[str(fit["network"])] += 1
        if pair >= 0:
            job.tell(fit=fit["name"], model=pair, onefit_s=times[True], stock_s=times[False])
