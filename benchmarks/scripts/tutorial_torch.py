"""The tutorial in PyTorch."""

import torch
from torch import nn

import job

x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
y = torch.tensor([[0], [1], [1], [0]], dtype=torch.float32)

first = job.first_weights([(2, 4), (4,), (4, 1), (1,)])
model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
with torch.no_grad():
    for parameter, value in zip(model.parameters(), first):
        parameter.copy_(torch.from_numpy(value).T)
optimizer = torch.optim.Adam(model.parameters(), eps=1e-7, fused=True)
criterion = nn.BCEWithLogitsLoss()


def loss_of(x, y):
    return criterion(model(x), y)


if job.JOB.get("compile"):
    loss_of = torch.compile(loss_of)


def fit(epochs):
    for _ in range(epochs):
        loss = loss_of(x, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


loss, fit_s = job.timed(fit, 1000)
with torch.no_grad():
    chances = torch.sigmoid(model(x))
job.tell(fit_s=fit_s, loss=loss, predicted=chances.numpy().round(3).tolist())
