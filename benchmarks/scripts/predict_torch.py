"""Predictions in PyTorch."""

import numpy as np
import torch

import job
import models_torch as models

model, criterion = models.build(job.JOB["network"], job.JOB["loss"])
x, y = job.arrays("noise")


def predict(rows):
    with torch.inference_mode():
        return torch.sigmoid(model(torch.from_numpy(rows).to(models.DEVICE))).cpu().numpy()


def evaluate():
    with torch.inference_mode():
        rows, targets = (torch.from_numpy(array).to(models.DEVICE) for array in (x, y))
        return criterion(model(rows), targets).item()


measured = job.prediction_times(predict, x, "predict")
many = np.tile(x, (125, 1))
measured["1M rows"] = job.median_seconds(lambda: predict(many), 3)
measured["evaluate 8k rows"] = job.median_seconds(evaluate, 20)
job.tell(measured=measured)
