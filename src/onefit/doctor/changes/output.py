"""The output layer, the loss and the form of the labels, as the labels ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from numpy.typing import NDArray

from onefit.checks.outputs import RANGES
from onefit.doctor.changes.change import Argument, Change
from onefit.doctor.setup import Rows, Setup
from onefit.doctor.task import HINGES, Task, truth
from onefit.training.host.keras_private import Functional
from onefit.training.observation.layers import activation, inner
from onefit.training.observation.outputs import Output, outputs_of

if TYPE_CHECKING:
    from keras import Layer, Model

Array = NDArray[Any]


@dataclass(frozen=True)
class Head:
    """The end of a network.

    Args:
        dense: The name of the last layer with units.
        units: How many it has.
        activation: The activation of the output; `""` for none.
        separate: The names of layers of activation behind it.
        loss: The name of the loss.
        logits: Whether the loss expects logits.
    """

    dense: str
    units: int
    activation: str
    separate: tuple[str, ...]
    loss: str
    logits: bool


def head_of(model: Model) -> Head | None:
    """The end of a network with one output; `None` where it is something else than dense."""
    output: Output = outputs_of(model)[0]
    layers = _in_order(model)
    separate: list[str] = []
    shown = ""
    while layers:
        last = layers.pop()
        kind = type(last).__name__
        if kind in ("Activation", "Softmax", "ReLU", "LeakyReLU", "Reshape", "Flatten"):
            own = activation(last) if kind == "Activation" else _KINDS.get(kind, "")
            # Met from the back: the activation nearest to the end is the one that answers have.
            shown = shown or own
            separate += [str(last.name)] if own else []
            continue
        # A recurrent layer has units as well, but its kernel is one of its cell.
        if not isinstance(getattr(last, "units", None), int) or not hasattr(last, "kernel"):
            return None
        if not hasattr(last, "activation"):
            return None
        return Head(
            str(last.name), int(last.units), shown or activation(last), tuple(separate),
            output.loss, output.logits,
        )  # fmt: skip
    return None


def _in_order(model: Model) -> list[Any]:
    """The layers in the order of their answers; none where the last one is not known.

    A class of the script's has them in the order in which they were made.
    """
    if isinstance(model, keras.Sequential | Functional):
        return list(model.layers)
    graph = inner(model)
    if graph is model:
        return []
    last = [one._keras_history.operation for one in keras.tree.flatten(graph.outputs)]
    return list(graph.layers) if last == graph.layers[-1:] else []


_KINDS = {"Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu"}


def proper(task: Task, head: Head) -> tuple[int, str, str]:
    """Units, activation and loss that a task asks for."""
    if task.kind == "numbers":
        loss = head.loss if head.loss in REGRESSIONS else "mse"
        return task.count, "", loss
    if task.kind == "labels":
        return task.count, "sigmoid", "binary_crossentropy"
    if task.count == 2 and (task.names or head.units == 1):
        return 1, "sigmoid", "binary_crossentropy"
    loss = "sparse_categorical_crossentropy" if task.names else "categorical_crossentropy"
    return task.count, "softmax", loss


REGRESSIONS = (
    "mean_squared_error", "mean_absolute_error", "mean_squared_logarithmic_error",
    "mean_absolute_percentage_error", "huber", "log_cosh", "poisson",
)  # fmt: skip


def output_change(setup: Setup) -> Change | None:
    """The end of the network as the labels ask for it; `None` if it is that already.

    A head that is another right one (two units for two classes, a hinge, logits with a loss that
    knows it) is left alone.
    """
    head, task = head_of(setup.model), setup.task
    if head is None or head.loss in HINGES:
        return None
    units, wanted, loss = proper(task, head)
    code = _fault(setup, head, units, wanted, loss)
    if not code:
        return None
    word = f'"{wanted}"' if wanted else ""
    dense = f"Dense({units}, activation={word})" if wanted else f"Dense({units})"
    same = head.units == units and head.activation == wanted
    told = f'loss="{loss}"' if same else dense
    behind = (
        f"without {' and '.join(map(repr, head.separate))} behind it, " if head.separate else ""
    )
    fix = f"{dense} as the last layer, {behind}{_compile(loss)}"
    if _are_counted_otherwise(task):
        from_one = task.names == tuple(float(n + 1) for n in range(task.count))
        counted = "y = y - 1" if from_one else "y = np.unique(y, return_inverse=True)[1]"
        logits = head.logits and (head.activation, wanted) == ("", "softmax")
        if (head.activation == wanted or logits) and head.units >= units:
            told, fix = ("y - 1" if from_one else "classes counted from 0"), counted
        else:
            fix = f"{counted}; {fix}"

    def apply(given: Setup) -> Setup:
        changed = given.with_edit(_to(head, units, wanted))
        rows, held = given.rows, given.held
        if task.kind == "classes":
            rows = _labelled(rows, task, loss)
            held = None if held is None else _labelled(held, task, loss)
            names = tuple(float(n) for n in range(task.count)) if task.names else ()
            changed = changed.but(task=Task("classes", task.count, names))
        return changed.but(
            compiled={**changed.compiled, "loss": loss}, rows=rows, held=held, threshold=0.5
        )

    written = _written(setup, head, units, wanted, loss)
    return Change(code, told, fix, apply, cause=head.dense, arguments=written)


def _written(setup: Setup, head: Head, units: int, wanted: str, loss: str) -> tuple[Argument, ...]:
    """The end of the network as a script says it; nothing where the labels change, too."""
    task = setup.task
    one_hot = not task.names and task.kind == "classes"
    if _are_counted_otherwise(task) or (one_hot and loss != "categorical_crossentropy"):
        return ()
    if any(type(setup.model.get_layer(name)).__name__ in _KINDS for name in head.separate):
        return ()  # it goes, and its place in the script is not known
    found = [Argument(name, "activation", '"linear"') for name in head.separate]
    if head.units != units:
        found.append(Argument(head.dense, "units", str(units)))
    if head.activation != wanted or head.separate:
        found.append(Argument(head.dense, "activation", f'"{wanted}"' if wanted else ""))
    if head.loss != loss or head.logits:
        found.append(Argument("compile", "loss", f'"{loss}"'))
    return tuple(found)


def _compile(loss: str) -> str:
    return f'and compile(loss="{loss}")'


def _labelled(rows: Rows, task: Task, loss: str) -> Rows:
    """Labels in the form that a loss takes."""
    classes = truth(task, rows.y)
    if loss == "categorical_crossentropy":
        return Rows(rows.x, np.eye(task.count, dtype="float32")[classes], rows.weights)
    if loss == "binary_crossentropy":
        return Rows(rows.x, classes.astype("float32").reshape(-1, 1), rows.weights)
    return Rows(rows.x, classes.astype("int32"), rows.weights)


def _fault(setup: Setup, head: Head, units: int, wanted: str, loss: str) -> str:
    """The code of what is wrong with a head; `""` for a head that is in order."""
    task, crossentropy = setup.task, "crossentropy" in head.loss
    if head.activation == "softmax" and head.units == 1:
        return "OF501"
    if task.kind == "numbers":
        if head.activation in RANGES and not head.logits:
            low, high = RANGES[head.activation]
            y = setup.rows.y
            if y.min() < low or y.max() > high:
                return "OF503" if head.activation == "relu" else "OF502"
            if head.activation == "relu":
                return "OF503"
        if head.units != units:
            return "OF303"
        return "OF509" if crossentropy and not _is_share(setup) else ""
    beyond = bool(task.names) and (task.names[0] < 0 or task.names[-1] >= head.units)
    if beyond and head.loss == "sparse_categorical_crossentropy":  # some class may have no row
        return "OF303"
    right_units = head.units == units or (task.is_binary and head.units in (1, 2))
    if not right_units and head.units < task.count:
        return "OF303"
    if head.units == 1 and head.loss in ("categorical_crossentropy",):
        return "OF303"
    if head.activation == "relu":
        return "OF503"
    if crossentropy:
        ends = head.activation in ("sigmoid", "softmax", "hard_sigmoid")
        if (ends and head.logits) or (not ends and not head.logits):
            return "OF505"
        if task.kind == "classes" and head.units > 1 and head.activation == "sigmoid":
            return "OF504"
        if task.kind == "labels" and head.activation == "softmax":
            return "OF509"
        if task.kind == "classes" and head.units > 2 and head.loss == "binary_crossentropy":
            return "OF509"
        return ""
    if head.activation == "tanh" and setup.rows.y.min() >= 0:
        return "OF502"
    if head.units > 1 and head.activation == "sigmoid" and task.kind == "classes":
        return "OF504"
    return "OF509"


def _are_counted_otherwise(task: Task) -> bool:
    """Whether class numbers are others than 0, 1, 2, ..."""
    return bool(task.names) and task.names != tuple(map(float, range(task.count)))


def _is_share(setup: Setup) -> bool:
    """Whether labels lie between 0 and 1, where a cross-entropy has a meaning."""
    return bool(setup.rows.y.min() >= 0 and setup.rows.y.max() <= 1)


def _to(head: Head, units: int, wanted: str) -> Any:
    """Give the last layer other units and another activation, and none behind it."""

    def edit(layer: Layer, config: dict[str, Any]) -> type[Layer] | None:
        if layer.name == head.dense:
            config["units"], config["activation"] = units, wanted or "linear"
        elif layer.name in head.separate:
            # All other arguments are those of the layer that was there.
            for name in set(config) - {"name", "dtype"}:
                del config[name]
            config["activation"] = "linear"
            return keras.layers.Activation  # a `Softmax` or `ReLU` knows no other function
        return None

    return edit


def threshold_of(model: Model) -> float:
    """From where one number means the second of two classes."""
    head = head_of(model)
    if head is None:
        return 0.5
    if head.loss in HINGES or (head.logits and head.activation not in ("sigmoid", "softmax")):
        return 0.0
    return 0.5
