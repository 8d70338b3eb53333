"""Fits in PyTorch: an ordinary loop, Adam fused; with ``compile`` the loss is compiled."""

import torch

import job
import models_torch as models

job.tell(imported_s=job.since_start())


def train(loss_of, optimizer, x, y, epochs, batch_size):
    """Train for some epochs; the mean loss of the last one."""
    for order in torch.from_numpy(job.orders(len(x), epochs)).to(x.device):
        total = torch.zeros((), device=x.device)
        for rows in order.split(batch_size):
            loss = loss_of(x[rows], y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
    return total.item() / len(x)


def fit_once(fit, number):
    """Train a new model with consecutive fits; say how long each took."""
    x, y = job.arrays(fit["data"], fit.get("rows"))
    job.start_orders(len(x))
    x, y = models.tensors(fit["network"], x, y, fit["loss"])
    model, criterion = models.build(fit["network"], fit["loss"])
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7, fused=True)

    def loss_of(batch, target):
        return criterion(model(batch), target)

    if job.JOB.get("compile"):
        loss_of = torch.compile(loss_of)
    job.forget_peak()
    seconds, losses = [], []
    for epochs in fit["epochs"]:
        loss, taken = job.timed(train, loss_of, optimizer, x, y, epochs, fit["batch_size"])
        seconds.append(taken)
        losses.append(loss)
    job.tell_fit(fit, number, seconds, losses)


for fit in job.JOB["fits"]:
    if job.JOB.get("compile") and not fit.get("also_compiled", True):
        continue
    for number in range(fit.get("models", 1)):
        fit_once(fit, number)
