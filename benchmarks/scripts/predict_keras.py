"""Predictions and an evaluation with a Keras model."""

from functools import partial

import numpy as np

import job
import models_keras as models

model = models.build(job.JOB["network"], job.JOB["loss"])
x, y = job.arrays("noise")
ways = {"predict": partial(model.predict, verbose=0)}
evaluate = model.evaluate
if job.JOB.get("direct"):
    import onefit

    inputs, width, *rest = job.JOB["network"]["layers"]
    other = {**job.JOB["network"], "layers": [inputs, width + 1, *rest]}  # shares no program
    filled = partial(onefit.predict, models.build(other, job.JOB["loss"]), verbose=0, buckets=True)
    ways = {"predict": partial(onefit.predict, model, verbose=0), "predict in buckets": filled}
    evaluate = partial(onefit.evaluate, model)
else:
    ways["predict_on_batch"] = model.predict_on_batch

job.watch_compiler()
measured = {}
for name, predict in ways.items():
    measured |= job.prediction_times(predict, x, name)
predict = ways["predict"]
many = np.tile(x, (125, 1))
measured["1M rows"] = job.timed(predict, many)[1]
job.forget_peak()
before = job.memory_mb()
measured["1M rows, batches of 8192"] = job.median_seconds(lambda: predict(many, batch_size=8192), 3)
measured["1M rows, memory added (MB)"] = job.peak_mb() - before
measured["evaluate 8k rows"] = job.median_seconds(lambda: evaluate(x, y, verbose=0), 20)
if job.JOB["predicts"]:
    before = job.memory_mb()
    for _ in range(job.JOB["predicts"]):
        predict(x[:1])
    measured["10k predicts, memory added (MB)"] = job.memory_mb() - before
job.tell(measured=measured)
