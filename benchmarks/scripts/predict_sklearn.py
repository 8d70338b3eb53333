"""Predictions in scikit-learn."""

import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

import job

warnings.simplefilter("ignore")
x, y = job.arrays("noise")
model = MLPClassifier(job.JOB["network"]["layers"][1:-1], max_iter=1).fit(x, y.ravel())
measured = job.prediction_times(model.predict_proba, x, "predict")
many = np.tile(x, (125, 1))
measured["1M rows"] = job.median_seconds(lambda: model.predict_proba(many), 3)
measured["evaluate 8k rows"] = job.median_seconds(lambda: model.score(x, y), 20)
job.tell(measured=measured)
