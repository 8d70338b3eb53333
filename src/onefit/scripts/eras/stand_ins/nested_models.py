"""The graphs of functional models in files: which call of a model in it a later layer takes.

A model of Keras 1 and 2 counted its own graph as its first call, a `Sequential` too; Keras 3 reads
the numbers of a file as if none did.
"""

from __future__ import annotations

from typing import Any

Config = dict[str, Any]
_SEQUENTIAL = "Sequential"


def of_today(config: Config) -> Config:
    """The config of a functional model, with the calls of models in it counted from the first.

    Args:
        config: Any config: one without a graph, or with a graph of Keras 3, stays what it is.

    >>> inner = {"class_name": "Model", "name": "m", "inbound_nodes": [[["x", 0, 0]]]}
    >>> last = {"class_name": "Dense", "name": "d", "inbound_nodes": [[["m", 1, 0, {}]]]}
    >>> graph = {"layers": [inner, last], "output_layers": [["d", 0, 0]]}
    >>> of_today(graph)["layers"][1]["inbound_nodes"]
    [[['m', 0, 0, {}]]]
    """
    layers = config.get("layers")
    if not isinstance(layers, list) or not isinstance(config.get("output_layers"), list):
        return config
    calls = {one["name"]: len(one.get("inbound_nodes", ())) for one in layers if "name" in one}
    taken = [one for layer in layers for node in _nodes(layer) for one in node]
    ends = [one for one in config["output_layers"] if isinstance(one, list)]
    last = {name: 0 for name in calls}
    for name, index, *_ in taken + ends:
        last[name] = max(last.get(name, 0), index)
    # each call that was written leads to an output, so that its number occurs
    more = {name: 1 for name, count in calls.items() if count and last[name] == count}
    # Keras 3 itself takes one from the number of an output, but not from that of a Sequential's
    of_ends = {one["name"] for one in layers if one.get("class_name") == _SEQUENTIAL}
    for one in taken:
        one[1] -= more.get(one[0], 0)
    for one in ends:
        one[1] -= more.get(one[0], 0) if one[0] in of_ends else 0
    whole = {name: _alone(config.get(name)) for name in ("input_layers", "output_layers")}
    return {**config, **whole}


def _alone(tensors: Any) -> Any:
    """A list of one tensor is the tensor: both were the same model then."""
    is_one = isinstance(tensors, list) and len(tensors) == 1 and isinstance(tensors[0], list)
    return tensors[0] if is_one else tensors


def _nodes(layer: Config) -> list[list[list[Any]]]:
    """The calls of a layer, as Keras 1 and 2 wrote them."""
    nodes = layer.get("inbound_nodes", ())
    return [node for node in nodes if isinstance(node, list) and all(map(_is_taken, node))]


def _is_taken(one: Any) -> bool:
    return isinstance(one, list) and len(one) >= 3 and isinstance(one[1], int)
