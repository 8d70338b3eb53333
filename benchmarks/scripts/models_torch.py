"""The networks in PyTorch."""

import numpy as np
import torch
from torch import nn

import job
import networks

LOSSES = {
    "binary": nn.BCEWithLogitsLoss,
    "classes": nn.CrossEntropyLoss,
    "regression": nn.MSELoss,
}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def build(network, loss):
    """A module with the suite's first weights, and its loss (the last activation is in it)."""
    first = job.first_weights(networks.shapes(network))
    model = globals()[f"_{network['kind']}"](network, first)
    return model.to(DEVICE), LOSSES[loss]()


def tensors(network, x, y, loss):
    """The data in PyTorch's axes: channels come second."""
    if network["kind"] == "conv":
        x = np.ascontiguousarray(np.moveaxis(x, -1, 1))
    target = torch.from_numpy(y.astype("int64") if loss == "classes" else y)
    return torch.from_numpy(x).to(DEVICE), target.to(DEVICE)


def _linear(kernel, bias):
    layer = nn.Linear(*kernel.shape)
    return _put(layer, weight=kernel.T, bias=bias)


def _put(module, **values):
    with torch.no_grad():
        for name, value in values.items():
            getattr(module, name).copy_(torch.from_numpy(np.ascontiguousarray(value)))
    return module


def _dense(network, first):
    stack = []
    for kernel, bias in zip(first[::2], first[1::2]):
        stack += [_linear(kernel, bias), nn.ReLU()]
    return nn.Sequential(*stack[:-1])


def _conv(network, first):
    axes = len(network["input"]) - 1
    layer, pool = (nn.Conv1d, nn.MaxPool1d) if axes == 1 else (nn.Conv2d, nn.MaxPool2d)
    stack = []
    for kernel, bias in zip(first[:-2:2], first[1:-2:2]):
        conv = layer(*kernel.shape[-2:], 3, padding="same")
        moved = np.moveaxis(kernel, (-1, -2), (0, 1))
        stack += [_put(conv, weight=moved, bias=bias), nn.ReLU(), pool(2)]
    channels, (kernel, bias) = network["channels"][-1], first[-2:]
    spatial = [length // 2 ** len(network["channels"]) for length in network["input"][:-1]]
    by_channel = np.moveaxis(kernel.reshape(*spatial, channels, -1), -2, 0).reshape(kernel.shape)
    return nn.Sequential(*stack, nn.Flatten(), _linear(by_channel, bias))


class _Recurrent(nn.Module):
    def __init__(self, first):
        super().__init__()
        kernel, recurrent, bias, *head = first
        features, units = kernel.shape[0], recurrent.shape[0]
        self.lstm = _put(
            nn.LSTM(features, units, batch_first=True),
            weight_ih_l0=kernel.T,
            weight_hh_l0=recurrent.T,
            bias_ih_l0=bias,
            bias_hh_l0=bias,
        )
        self.head = _linear(*head)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


def _lstm(network, first):
    return _Recurrent(first)


class _Attention(nn.Module):
    def __init__(self, first):
        super().__init__()
        units = first[0].shape[1]
        query, key, value = (first[at].reshape(units, units).T for at in (2, 4, 6))
        self.embed = _linear(*first[:2])
        self.heads = nn.MultiheadAttention(units, networks.HEADS, batch_first=True)
        biases = np.concatenate([first[at].ravel() for at in (3, 5, 7)])
        _put(self.heads, in_proj_weight=np.concatenate([query, key, value]), in_proj_bias=biases)
        _put(self.heads.out_proj, weight=first[8].reshape(units, units).T, bias=first[9])
        self.head = _linear(*first[10:])

    def forward(self, x):
        embedded = torch.relu(self.embed(x))
        attended, _ = self.heads(embedded, embedded, embedded, need_weights=False)
        return self.head((embedded + attended).mean(1))


def _attention(network, first):
    return _Attention(first)
