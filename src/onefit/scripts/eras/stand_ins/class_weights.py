"""`class_weight` of several outputs, of generators, and of rows that `validation_split` holds out.

Keras 3 takes class weights for a single output of arrays, and for rows that are trained on.
Source: `standardize_weights` in `keras/engine/training_utils.py` of Keras 2.2.4, which makes
weights of rows from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import GeneratorType
from typing import Any

import numpy as np

Method = Callable[..., Any]


def of_outputs(original: Method) -> Method:
    """Rows of each output weigh what their class weighs; weights of rows that are given go first.

    Several outputs have a dict for each, by their names or in a list.

    Args:
        original: Keras's `fit` or `train_on_batch`.
    """

    def method(self: Any, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        names, classes = names_of_outputs(self), kwargs.get("class_weight")
        given = kwargs.get("sample_weight")
        if len(names) == 1 and y is not None:
            is_plain = isinstance(classes, dict) and names[0] not in classes
            is_held_out = isinstance(y, dict | list | tuple) or kwargs.get("validation_split")
            # Keras 3 weighs by a plain table of classes itself, but not in a list or by the
            # output's name, not beside weights of rows, and not the rows that are held out.
            if isinstance(classes, dict | list) and (
                not is_plain or is_held_out or given is not None
            ):
                del kwargs["class_weight"]
                (given,) = weights_of_outputs(y, classes, given, names)
            if given is not None:
                kwargs["sample_weight"] = _in_form_of(y, given, names)
            held_out = kwargs.get("validation_data")
            if isinstance(held_out, list | tuple) and len(held_out) == 3:
                own_x, own_y, rows = held_out
                kwargs["validation_data"] = (own_x, own_y, _in_form_of(own_y, rows, names))
        elif classes is not None and len(names) > 1 and y is not None:
            classes, given = kwargs.pop("class_weight"), kwargs.pop("sample_weight", None)
            weights = weights_of_outputs(y, classes, given, names)
            if any(one is not None for one in weights):
                kwargs["sample_weight"] = {
                    name: one for name, one in zip(names, weights) if one is not None
                }
        return original(self, x, y, *args, **kwargs)

    return method


def of_evaluations(original: Method) -> Method:
    """Weights of one output's rows have any form, whatever that of its labels.

    Args:
        original: Keras's `evaluate` or `test_on_batch`.
    """

    def method(self: Any, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        names, given = names_of_outputs(self), kwargs.get("sample_weight")
        if len(names) == 1 and y is not None and given is not None:
            kwargs["sample_weight"] = _in_form_of(y, given, names)
        return original(self, x, y, *args, **kwargs)

    return method


def of_generators(original: Method) -> Method:
    """Rows of a generator's batches weigh what their class weighs.

    Args:
        original: Keras's `fit`.
    """

    def fit(self: Any, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        if isinstance(x, GeneratorType) and isinstance(kwargs.get("class_weight"), dict):
            names = list(getattr(self, "output_names", None) or ("output",))
            x = _weighed(x, kwargs.pop("class_weight"), names)
        return original(self, x, *args, **kwargs)

    return fit


def _weighed(batches: Iterable[Any], classes: Any, names: Sequence[str]) -> Iterator[Any]:
    """Batches with a weight for each row.

    >>> [(x, y, rows)] = _weighed([([7, 8], [0, 1])], {0: 1.0, 1: 3.0}, ["main"])
    >>> rows.tolist()
    [1.0, 3.0]
    """
    is_one = len(names) < 2
    each = [classes] if is_one else _by_output(classes, names)
    for batch in batches:
        x, y, *given = batch
        labels = [y] if is_one else _in_order(y, names)
        rows = given[0] if given else None
        own = [rows] if is_one else _in_order(rows, names)
        weights = [
            _weights_of(told, weighs, name) if one is None else one
            for one, told, weighs, name in zip(own, labels, each, names)
        ]
        yield x, (y if is_one else labels), (weights[0] if is_one else weights)


def _in_form_of(y: Any, given: Any, names: Sequence[str]) -> Any:
    """The weights of one output's rows in the form of its labels, as Keras 3 wants them.

    >>> _in_form_of({"main": [0, 1]}, [[2.0, 1.0]], ["main"])
    {'main': [2.0, 1.0]}
    >>> _in_form_of(np.array([0, 1]), {"main": [2.0, 1.0]}, ["main"])
    [2.0, 1.0]
    """
    if given is None:
        return None
    (rows,) = _by_output(given, names)
    if isinstance(y, dict) and len(y) == 1:
        return {next(iter(y)): rows}
    return [rows] if isinstance(y, list | tuple) and _by_output(y, names)[0] is not y else rows


def _in_order(given: Any, names: Sequence[str]) -> list[Any]:
    """What each output is given, in the order of the outputs."""
    return list(given) if isinstance(given, tuple) else _by_output(given, names)


def _weights_of(labels: Any, classes: dict[int, float] | None, name: str) -> np.ndarray:
    if classes:
        return weights_of_rows(labels, classes, name)
    return np.ones(len(labels), "float32")


def names_of_outputs(model: Any) -> list[str]:
    """The names of a model's outputs; one, of a model that has not been built."""
    names = getattr(model, "output_names", None)
    if not names:
        outputs = getattr(model, "outputs", None) or ()
        names = [one._keras_history.operation.name for one in outputs]
    return list(names) or ["output"]


def weights_of_outputs(y: Any, classes: Any, given: Any, names: Sequence[str]) -> list[Any]:
    """The weights of each output's rows; `None` where they all count as one.

    Args:
        y: Labels, in any form that `fit` takes.
        classes: The argument `class_weight`.
        given: The argument `sample_weight`, which goes first.
        names: The names of the outputs.

    >>> weights_of_outputs({"main": np.array([0, 1])}, {0: 1.0, 1: 3.0}, None, ["main"])
    [array([1., 3.], dtype=float32)]
    """
    each = zip(names, *(_by_output(one, names) for one in (y, classes, given)))
    return [
        weights_of_rows(labels, own, name) if own and rows is None and labels is not None else rows
        for name, labels, own, rows in each
    ]


def _by_output(given: Any, names: Sequence[str]) -> list[Any]:
    """What each output is given; nothing where it is not named. One output needs no name.

    >>> _by_output({"aux": {0: 2.0}}, ["main", "aux"]), _by_output({0: 2.0}, ["main"])
    ([None, {0: 2.0}], [{0: 2.0}])
    """
    if isinstance(given, list | tuple) and len(given) == len(names):
        return list(given)
    if len(names) == 1 and not (isinstance(given, dict) and names[0] in given):
        return [given]
    return [given.get(name) if isinstance(given, dict) else None for name in names]


def weights_of_rows(labels: Any, classes: dict[int, float], name: str = "output") -> np.ndarray:
    """The weight of each row.

    >>> weights_of_rows([0, 1, 1], {0: 1.0, 1: 3.0}, "main").tolist()
    [1.0, 3.0, 3.0]
    """
    labels = np.asarray(labels)
    if labels.ndim > 2:
        raise ValueError(
            f"Expected labels of one class for each row, for class_weight of the output {name!r}. "
            f"Received: labels of shape {labels.shape}. Give sample_weight={{{name!r}: weights}}."
        )
    found = labels.argmax(1) if labels.ndim == 2 and labels.shape[1] > 1 else labels.reshape(-1)
    unknown = sorted(set(found.tolist()) - set(classes))
    if unknown:
        raise ValueError(
            f"Expected a weight for each class in class_weight of the output {name!r}. Received: "
            f"none for {unknown}. Add them: {{{unknown[0]}: 1.0}}."
        )
    return np.asarray([classes[one] for one in found.tolist()], "float32")
