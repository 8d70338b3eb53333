"""The networks of the suite, as shapes of their weights in the order in which Keras holds them.

A network is a dictionary: ``{"kind": "dense", "layers": [14, 64, 64, 1]}``,
``{"kind": "conv", "input": [28, 28, 1], "channels": [16, 16], "outputs": 10}``,
``{"kind": "lstm" | "attention", "input": [28, 28], "units": 32, "outputs": 10}``. Hidden layers are
ReLU; the loss, ``"binary"``, ``"classes"`` or ``"regression"``, decides the last activation.
"""

import itertools

HEADS = 2


def shapes(network):
    """The shapes of a network's weights: kernel, bias, kernel, bias, ..."""
    return {"dense": _dense, "conv": _conv, "lstm": _lstm, "attention": _attention}[
        network["kind"]
    ](network)


def _dense(network):
    return _pairs(network["layers"])


def _conv(network):
    *size, channels = network["input"]
    found = []
    for filters in network["channels"]:
        found += [(*[3] * len(size), channels, filters), (filters,)]
        channels, size = filters, [length // 2 for length in size]
    flat = channels
    for length in size:
        flat *= length
    return found + _pairs([flat, network["outputs"]])


def _lstm(network):
    features, units = network["input"][-1], network["units"]
    kernels = [(features, 4 * units), (units, 4 * units), (4 * units,)]
    return kernels + _pairs([units, network["outputs"]])


def _attention(network):
    features, units = network["input"][-1], network["units"]
    head = units // HEADS
    projections = [(units, HEADS, head), (HEADS, head)] * 3
    return [
        *_pairs([features, units]),
        *projections,
        (HEADS, head, units),
        (units,),
        *_pairs([units, network["outputs"]]),
    ]


def _pairs(layers):
    return [shape for pair in itertools.pairwise(layers) for shape in (pair, pair[1:])]
