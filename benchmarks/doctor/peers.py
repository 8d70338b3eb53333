"""The rules of published tools, written anew from their papers, to compare on the same programs.

The thresholds are those of the papers and of the tools' own configuration: UMLAUT (Schoop, Huang,
Hartmann, CHI 2021), AUTOTRAINER (Zhang et al., ICSE 2021, with the three rules added in TDSC 2024),
DeepLocalize (Wardat, Le, Rajan, ICSE 2021) and the main rules of NeuraLint (Nikanjam et al., TOSEM
2021). The tools themselves need a TensorFlow of their time. Gradients and activations are looked at
once, at the end of the training, where the tools look at them during it; what shows only in
between is seen in the History or not at all.

Each tool says a list of rules, in its own order, each with the codes of this project that say the
same, so that "named first" can be compared.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from trial import Fit

Said = list[tuple[str, tuple[str, ...]]]
ROWS = 256
"""Rows on which gradients and activations are looked at."""


def umlaut(fit: Fit) -> Said:
    """Eleven heuristics on inputs, rate, layers and History."""
    found: Said = []
    x, history, layers = first(fit.given.get("x")), fit.history.history, flat(fit.model)
    if x is not None and np.nanmax(np.abs(x)) > 1:
        found.append(("inputs outside of [-1, 1]", ("OF507",)))
    if x is not None and x.dtype.kind in "iu":
        found.append(("integer inputs", ("OF507",)))
    rate = learning_rate(fit.model)
    if rate > 0.01:
        found.append(("learning rate too high", ("OF511",)))
    if rate < 1e-7:
        found.append(("learning rate too low", ("OF512",)))
    if any(getattr(one, "rate", 0) > 0.5 for one in layers if type(one).__name__ == "Dropout"):
        found.append(("dropout above 0.5", ("OF524", "OF525")))
    if any(activation(one) == "linear" for one in weighted(layers)[:-1]):
        found.append(("linear hidden layer", ("OF518",)))
    last = activation(weighted(layers)[-1])
    if last != "softmax" and not from_logits(fit.model):
        found.append(("missing softmax before the loss", ("OF505", "OF504")))
    if last != "linear" and from_logits(fit.model):
        found.append(("last layer has a nonlinear activation", ("OF505",)))
    accuracy, validated = (series(history, name) for name in ("acc", "val_acc"))
    if len(validated) and (validated[-1] > 0.95 or validated[-1] > accuracy[-1] + 0.05):
        found.append(("validation accuracy suspiciously high", ("OF523",)))
    loss, held = history.get("loss", []), history.get("val_loss", [])
    if len(held) > 1 and held[-1] > held[-2] and loss[-1] < loss[-2]:
        found.append(("overfitting", ("OF521",)))
    return found


def autotrainer(fit: Fit) -> Said:
    """Eight training problems, by gradients at the end and by the History."""
    found: Said = []
    loss, accuracy = np.asarray(fit.history.history.get("loss", [])), _accuracy(fit)
    x = first(fit.given.get("x"))
    if x is not None and (np.nanmax(np.abs(x)) > 1 or not np.isfinite(x).all()):
        found.append(("abnormal data", ("OF507", "OF302")))
    found += _output_rules(fit)
    if (len(loss) and not np.isfinite(loss).all()) or (len(loss) and loss[-1] >= 1e3):
        found.append(("exploding", ("OF515", "OF307")))
    grads = gradients(fit)
    if len(grads) > 1:
        norms = [float(np.linalg.norm(one)) for one in grads]
        if not all(map(np.isfinite, norms)) or norms[0] > 70 * max(norms[-1], 1e-30):
            found.append(("exploding gradients", ("OF515",)))
        elif norms[0] < 1e-3 * norms[-1] and norms[0] < 1e-4:
            found.append(("vanishing gradients", ("OF514",)))
        if np.mean(np.concatenate([one.ravel() for one in grads]) == 0) >= 0.7:
            found.append(("dying relu", ("OF513",)))
    if len(accuracy) > 2:
        steps = np.diff(accuracy)
        if np.mean(np.abs(steps) >= 0.03) >= 0.2 and np.mean(steps < 0) > 0.2:
            found.append(("oscillating loss", ("OF511",)))
        if accuracy.max() < 0.6 and np.max(steps) < 0.01:
            found.append(("slow convergence", ("OF512", "OF510")))
    return found


def deeplocalize(fit: Fit) -> Said:
    """Numbers that are no numbers, layers that are 0 or do not change, and a loss that stays."""
    found: Said = []
    loss = np.asarray(fit.history.history.get("loss", []), float)
    for one in flat(fit.model):
        if any(not np.isfinite(np.asarray(value)).all() for value in one.get_weights()):
            found.append((f"NaN in the weights of {one.name}", ("OF307", "OF515")))
            break
    if len(loss) and not np.isfinite(loss).all():
        found.append(("NaN in the loss", ("OF307", "OF302")))
    for name, values in activations(fit):
        if np.all(values == 0):
            found.append((f"{name} is 0 for every row", ("OF513",)))
        elif values.size > 1 and np.ptp(values) == 0:
            found.append((f"{name} never changes", ("OF519", "OF501")))
    if len(loss) > 1 and loss[-1] >= loss[0]:
        found.append(("the loss does not fall", ("OF511", "OF512")))
    accuracy = _accuracy(fit)
    if len(accuracy) > 1 and accuracy[-1] <= accuracy[0]:
        found.append(("the accuracy does not rise", ()))
    return found


def neuralint(fit: Fit) -> Said:
    """Static rules on initial weights, activations, losses and the order of layers."""
    found: Said = []
    layers = flat(fit.model)
    for one in weighted(layers):
        start = type(getattr(one, "kernel_initializer", None)).__name__
        if start in ("Zeros", "Ones", "Constant"):
            found.append((f"{one.name}: weights start equal", ("OF516",)))
    found += _output_rules(fit)
    linear = [one for one in weighted(layers)[:-1] if activation(one) == "linear"]
    names = [type(one).__name__ for one in layers]
    acted = {"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU"} & set(names)
    if linear and not acted:
        found.append((f"{linear[0].name}: no activation", ("OF518",)))
    if any(a == "Dropout" and b == "BatchNormalization" for a, b in pairwise(names)):
        found.append(("dropout before batch normalization", ("OF524",)))
    return found


def _output_rules(fit: Fit) -> Said:
    """What both NeuraLint and AUTOTRAINER say of the last activation and the loss."""
    last, loss = weighted(flat(fit.model))[-1], loss_name(fit.model)
    acts, units = activation(last), int((last.output.shape or (1,))[-1] or 1)
    found: Said = []
    if acts == "softmax" and units == 1:
        found.append(("softmax over one unit", ("OF501",)))
    elif acts in ("relu", "elu", "selu"):
        found.append(("the last activation is a relu", ("OF503",)))
    elif "categorical" in loss and acts != "softmax" and not from_logits(fit.model):
        found.append(("the loss expects a softmax", ("OF505", "OF504")))
    elif loss == "binary_crossentropy" and acts != "sigmoid" and not from_logits(fit.model):
        found.append(("the loss expects a sigmoid", ("OF505", "OF504")))
    elif "crossentropy" not in loss and acts in ("softmax", "sigmoid"):
        found.append(("the loss does not fit the last activation", ("OF509", "OF502")))
    if "categorical" in loss and units == 1:
        found.append(("a categorical loss of one unit", ("OF303", "OF509")))
    return found


PEERS: dict[str, Callable[[Fit], Said]] = {
    "UMLAUT": umlaut,
    "AUTOTRAINER": autotrainer,
    "DeepLocalize": deeplocalize,
    "NeuraLint": neuralint,
}


def flat(model: Any) -> list[Any]:
    """The layers of a model, those of models in it too."""
    found = []
    for one in getattr(model, "layers", []):
        found += flat(one) if getattr(one, "layers", None) else [one]
    return found


def weighted(layers: list[Any]) -> list[Any]:
    """The layers that have a kernel."""
    return [one for one in layers if hasattr(one, "kernel") or hasattr(one, "cell")] or layers[-1:]


def activation(layer: Any) -> str:
    """The name of a layer's activation."""
    return getattr(getattr(layer, "activation", None), "__name__", "linear")


def loss_name(model: Any) -> str:
    """The name of a model's loss, as a function's."""
    loss = model.loss
    if isinstance(loss, str):
        return loss
    return getattr(loss, "name", None) or getattr(loss, "__name__", "")


def from_logits(model: Any) -> bool:
    """Whether the loss expects logits."""
    return bool(getattr(model.loss, "_fn_kwargs", {}).get("from_logits", False))


def learning_rate(model: Any) -> float:
    """The optimizer's learning rate now."""
    return float(np.asarray(model.optimizer.learning_rate))


def first(given: Any) -> Any:
    """The first array of some data; `None` where it comes batch by batch."""
    while isinstance(given, list | tuple | dict) and len(given):
        values = list(given.values()) if isinstance(given, dict) else given
        if not hasattr(values[0], "shape"):
            return np.asarray(given)
        given = values[0]
    return np.asarray(given) if hasattr(given, "__array__") else None


def series(history: dict[str, list[float]], prefix: str) -> np.ndarray:
    """The first metric whose name begins so, over the epochs."""
    for name, values in history.items():
        if name.startswith(prefix) or (
            prefix == "acc" and "accuracy" in name and name[:3] != "val"
        ):
            return np.asarray(values, float)
    return np.asarray([])


def _accuracy(fit: Fit) -> np.ndarray:
    return series(fit.history.history, "acc")


def gradients(fit: Fit) -> list[np.ndarray]:
    """The gradients of the kernels on the first rows, from the first layer on."""
    import jax
    import keras

    x, y = (keras.tree.map_structure(lambda one: np.asarray(one)[:ROWS], fit.given.get(name))
            for name in ("x", "y"))  # fmt: skip
    model = fit.model
    fixed = [one.value for one in model.non_trainable_variables]

    def loss(values: Any) -> Any:
        predicted, _ = model.stateless_call(values, fixed, x, training=False)
        return model.compute_loss(x=x, y=y, y_pred=predicted)

    try:
        found = jax.grad(loss)([one.value for one in model.trainable_variables])
    except Exception:  # data that come batch by batch, and models with losses of their own
        return []
    named = zip(model.trainable_variables, found)
    return [np.asarray(value) for variable, value in named if "kernel" in variable.path]


def activations(fit: Fit) -> Iterator[tuple[str, np.ndarray]]:
    """What each layer of a plain model gives for the first rows."""
    import keras

    try:
        x = keras.tree.map_structure(lambda one: np.asarray(one)[:ROWS], fit.given["x"])
        layers = [one for one in fit.model.layers if type(one).__name__ != "InputLayer"]
        inner = keras.Model(fit.model.inputs, [one.output for one in layers])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a Sequential's inputs are a list of one
            values = inner(x, training=False)
    except Exception:  # models without a graph
        return
    for one, value in zip(layers, values):
        yield one.name, np.asarray(value)
