"""The cases: which scripts run for which peers, with what job. Read ``CASES`` at the end first."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Job = dict[str, Any]
Data = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    """One question that the suite answers.

    Attributes:
        name: The word for the command line and the file of results.
        title: The heading in the report.
        script: The first half of the scripts' names; the second is the peer's.
        peers: Who takes part.
        job: From what is known about the data to the job that the scripts read.
        needs: The data set without which the case is skipped.
        cold: True when each run also starts a process with an empty cache.
    """

    name: str
    title: str
    script: str
    peers: tuple[str, ...]
    job: Callable[[Data], Job]
    needs: str = "noise"
    cold: bool = True


def width(inputs: int, outputs: int, weights: float) -> int:
    """The width of two equal hidden layers that gives about so many weights.

    >>> width(14, 1, 1e4)
    91
    """
    linear = inputs + outputs + 2
    return max(1, round((math.sqrt(linear**2 + 4 * (weights - outputs)) - linear) / 2))


def dense(data: Data, name: str, weights: float, batch_size: int, epochs: int) -> Job:
    """A dense net of about so many weights on a data set."""
    about = data[name]
    inputs, outputs = about["shape"][1], about["outputs"]
    hidden = width(inputs, outputs, weights)
    network = {"kind": "dense", "layers": [inputs, hidden, hidden, outputs]}
    fit = _fit(data, name, f"1e{round(math.log10(weights))}/{batch_size}", network)
    rest = {"epochs": [1, epochs], "rows": about["shape"][0], "also_compiled": weights >= 1e5}
    return {**fit, "batch_size": batch_size, **rest}


def _fit(data: Data, name: str, title: str, network: Job, **rest: Any) -> Job:
    return {"name": title, "data": name, "network": network, "loss": data[name]["loss"], **rest}


def tutorial(data: Data) -> Job:
    """The whole script; seed 28 is a start from which the network learns all four rows."""
    return {"seed": 28}


def tutorial_fit(data: Data) -> Job:
    """Three new models, each fitted twice, in one process."""
    network = {"kind": "dense", "layers": [2, 4, 1]}
    fit = _fit(data, "xor", "tutorial", network, batch_size=32, epochs=[1000, 1000], models=3)
    return {"seed": 28, "fits": [fit]}


def dense_table(data: Data) -> Job:
    """Small nets, where the Python between the steps is the cost."""
    sizes = [(1e2, 32, 4), (1e3, 32, 4), (1e4, 32, 4), (1e5, 32, 2), (1e6, 32, 1)]
    large = [(1e2, 1024, 20), (1e3, 1024, 20), (1e4, 1024, 20), (1e5, 1024, 8)]
    return {"fits": [dense(data, "table", *size) for size in sizes + large]}


def dense_fashion(data: Data) -> Job:
    """Larger nets, where the arithmetic is the cost."""
    sizes = [(1e4, 32, 2), (1e5, 32, 2), (1e6, 32, 1), (1e6, 128, 1), (1e6, 1024, 1)]
    fits = [dense(data, "fashion", *size) for size in sizes]
    huge = [dense(data, "fashion", 1e7, batch_size, 1) for batch_size in (32, 128, 1024)]
    return {"fits": fits + [{**fit, "rows": 2048} for fit in huge]}


def conv(data: Data) -> Job:
    """Two convolutions with pooling, on pictures and on sequences."""
    outputs = {"outputs": data["images"]["outputs"]}
    fits = []
    for name, inputs, channels, rows, epochs in (
        ("images", [28, 28, 1], 8, 1024, 4),
        ("images", [28, 28, 1], 16, 1024, 4),
        ("images", [28, 28, 1], 32, 512, 3),
        ("images", [28, 28, 1], 64, 256, 3),
        ("sequences", [28, 28], 32, 1024, 10),
    ):
        network = {"kind": "conv", "input": inputs, "channels": [channels] * 2, **outputs}
        title = f"{len(inputs) - 1}-D, {channels} channels"
        sizes = {"rows": rows, "batch_size": 64, "epochs": [1, epochs]}
        fits.append(_fit(data, name, title, network, **sizes))
    return {"fits": fits}


def sequences(data: Data) -> Job:
    """A recurrent net and one with attention."""
    shape = {"input": [28, 28], "units": 32, "outputs": data["sequences"]["outputs"]}
    return {
        "fits": [
            _fit(
                data,
                "sequences",
                kind,
                {"kind": kind, **shape},
                rows=2048,
                batch_size=32,
                epochs=[1, 2],
            )
            for kind in ("lstm", "attention")
        ]
    }


def scaling(data: Data) -> Job:
    """One axis at a time: epochs, rows, width and depth; the report draws them."""
    base = {"rows": 2000, "width": 64, "depth": 2, "epochs": 5}
    axes = {
        "epochs": (1, 10, 100),
        "rows": (500, 2000, 8000),
        "width": (16, 64, 256, 1024),
        "depth": (1, 2, 4, 8),
    }
    fits = []
    for axis, values in axes.items():
        for value in values:
            at = {**base, axis: value}
            network = {"kind": "dense", "layers": [32, *[at["width"]] * at["depth"], 1]}
            sizes = {"batch_size": 32, "epochs": [1, at["epochs"]], "rows": at["rows"]}
            title = f"{axis} {value}"
            fits.append(_fit(data, "noise", title, network, axis=axis, value=value, **sizes))
    return {"fits": fits}


def loop(data: Data) -> Job:
    """One epoch a call, again and again: a reinforcement learner's habit."""
    network = {"kind": "dense", "layers": [32, 64, 64, 1]}
    fit = _fit(data, "noise", "loop", network, batch_size=32, epochs=[1] * 200, rows=128)
    return {"fits": [fit]}


def predict(data: Data) -> Job:
    """Predictions and an evaluation of a small net; ten thousand would take TensorFlow minutes."""
    network = {"kind": "dense", "layers": [32, 64, 64, 1]}
    few = {"tensorflow": {"predicts": 0}}
    return {"network": network, "loss": "binary", "predicts": 10_000, "for": few}


def many(data: Data) -> Job:
    """Five hundred models of one shape, one after the other; stock Keras on JAX is given 21."""
    network = {"kind": "dense", "layers": [32, 64, 64, 1]}
    sizes = {"batch_size": 32, "epochs": [2], "rows": 512}
    fit = _fit(data, "noise", "many", network, **sizes, models=501, tell_every=10)
    return {"fits": [fit], "for": {"keras-jax": {"fits": [{**fit, "models": 21}]}}}


def first(data: Data) -> Job:
    """First calls of networks of every kind, with and without rows left over and a validation."""
    shape = {"input": [28, 28], "units": 32, "outputs": data["sequences"]["outputs"]}

    def conv(inputs: list[int], channels: int) -> Job:
        return {**shape, "kind": "conv", "input": inputs, "channels": [channels] * 2}

    def given(name: str, title: str, network: Job, rows: int, batch_size: int, **rest: Any) -> Job:
        sizes = {"rows": rows, "batch_size": batch_size, "epochs": [1]}
        return _fit(data, name, title, network, **sizes, **rest)

    small = {"kind": "dense", "layers": [32, 64, 64, 1]}
    wide = {"kind": "dense", "layers": [32, 1000, 1000, 1]}
    halves = {"validation_split": 0.5}
    return {
        "pairs": 3,
        "fits": [
            given("noise", "10^4 weights", small, 512, 32),
            given("noise", "10^4 weights, rows left over", small, 1000, 32),
            given("noise", "10^4 weights, a validation", small, 512, 32, **halves),
            given("noise", "10^4 weights, both", small, 1000, 32, **halves),
            given("noise", "10^6 weights, batch 32", wide, 8000, 32),
            given("noise", "10^6 weights, batch 128, rows left over", wide, 8000, 128),
            given("noise", "10^6 weights, batch 1024, rows left over", wide, 8000, 1024),
            given("images", "convolutions 2-D, 8 channels", conv([28, 28, 1], 8), 1024, 64),
            given("images", "convolutions 2-D, 32 channels", conv([28, 28, 1], 32), 512, 64),
            given("sequences", "convolutions 1-D, 32 channels", conv([28, 28], 32), 1024, 64),
            given("sequences", "LSTM", {"kind": "lstm", **shape}, 2048, 32),
            given("sequences", "attention", {"kind": "attention", **shape}, 2048, 32),
        ],
    }


def startup(data: Data) -> Job:
    """Nothing but starting."""
    return {}


JAX = ("onefit", "jax-scan", "keras-jax", "keras-jax-steps")
OTHERS = ("tensorflow", "torch", "torch-compile")
CASES = {
    case.name: case
    for case in (
        Case(
            "tutorial",
            "The tutorial, whole script",
            "tutorial",
            (*JAX[:3], *OTHERS, "sklearn", "numpy"),
            tutorial,
        ),
        Case(
            "tutorial_fit",
            "The tutorial's fit in one process",
            "fit",
            (*JAX[:3], "torch", "numpy"),
            tutorial_fit,
        ),
        Case(
            "dense_table",
            "Dense nets on a table",
            "fit",
            (*JAX, *OTHERS, "sklearn", "limits"),
            dense_table,
        ),
        Case(
            "dense_fashion",
            "Dense nets on Fashion-MNIST",
            "fit",
            (*JAX, *OTHERS, "sklearn", "limits"),
            dense_fashion,
            needs="fashion",
        ),
        Case("conv", "Convolutional nets", "fit", (*JAX, *OTHERS), conv),
        Case("sequences", "LSTM and attention", "fit", (*JAX, *OTHERS), sequences),
        Case("loop", "fit(epochs=1) in a loop", "fit", (*JAX[:3], *OTHERS[:2], "numpy"), loop),
        Case(
            "predict",
            "predict and evaluate",
            "predict",
            ("onefit", "onefit-direct", *JAX[1:3], *OTHERS[:2], "sklearn", "numpy"),
            predict,
            cold=False,
        ),
        Case("first", "First calls", "first", ("first calls",), first, cold=False),
        Case("many", "500 models", "fit", ("onefit", "keras-jax", "torch"), many, cold=False),
        Case(
            "startup",
            "Start-up",
            "startup",
            ("python alone", "import onefit", "onefit --help", "onefit", "keras-jax", "tensorflow"),
            startup,
        ),
        Case("scaling", "How the cost grows", "fit", (*JAX[:3], "torch"), scaling, cold=False),
    )
}
