"""The data of `fit`, `evaluate` and `predict` before a program: sparse tensors, and their numbers.

A program takes sparse tensors as dense ones. In a program nothing is raised; so numbers without a
row in a table, and labels without a class, are refused before it, where the arrays are at hand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import jax
import keras
import numpy as np
from keras.src.models.functional import Functional
from keras.src.models.sequential import Sequential

from onefit.population.members.free_memory import available
from onefit.scripts.tensorflow.arrays.gathering import check_numbers
from onefit.scripts.tensorflow.data.dataset import Dataset
from onefit.scripts.tensorflow.data.structure import flatten
from onefit.scripts.tensorflow.mode import outside
from onefit.scripts.tensorflow.nn.losses import check_labels
from onefit.scripts.tensorflow.operation import leaves, nested
from onefit.scripts.tensorflow.rows import Rows
from onefit.scripts.tensorflow.tensor import Tensor

BATCH_PLACE = {"fit": 1, "evaluate": 1, "predict": 0}
"""Where `batch_size` stands behind the inputs, of the verbs that cut batches."""


def densely(data: Any) -> Any:
    """Sparse tensors as NumPy's arrays, in lists, tuples and dicts too, and in a dataset."""
    if isinstance(data, Dataset):
        if not any(_is_sparse_spec(one) for one in flatten(data.element_spec)):
            return data
        return data.map(lambda *one: densely_in_map(one[0] if len(one) == 1 else one))
    if any(_is_sparse(one) for one in leaves(data)):
        return nested(lambda one: _dense(one) if _is_sparse(one) else one, data)
    return data


def densely_in_map(element: Any) -> Any:
    """The same of an element of a dataset."""
    return nested(lambda one: one.dense() if _is_sparse(one) else one, element)


def _is_sparse(one: Any) -> bool:
    return isinstance(one, Rows) and not one.is_ragged


def _is_sparse_spec(one: Any) -> bool:
    return type(one).__name__ == "SparseTensorSpec"


def _dense(one: Any) -> Any:
    size = math.prod(map(int, one.lengths)) * one.held.dtype.itemsize
    # Half of it, because JAX has a copy of its own.
    if size > available() / 2:
        raise ValueError(
            f"Expected a sparse tensor that fits into memory when it is dense: a model computes "
            f"with dense numbers. Received one of shape {list(one.lengths)}, which takes "
            f"{size / 2**30:,.0f} GiB. Give batches of it, which become dense one by one: "
            "tf.data.Dataset.from_tensor_slices((x, y)).batch(32)"
        )
    return one.dense()


def check_inputs(model: Any, verb: str, x: Any, args: Any, kwargs: dict[str, Any]) -> None:
    """Raise for numbers of the inputs that an `Embedding` behind them has no row for.

    Args:
        model: The model.
        verb: What it is asked for.
        x: Its inputs; those of a dataset are looked at batch by batch (`given_datasets.py`).
        args: What stands behind them.
        kwargs: What is given by name.

    Raises:
        InvalidArgumentError: As TensorFlow does on a CPU, with the place in the batch.
    """
    if isinstance(x, Dataset):
        return
    place = BATCH_PLACE.get(verb)
    given = kwargs.get("batch_size", args[place] if place is not None and len(args) > place else 0)
    # Without a size Keras cuts batches of 32.
    check_batch(model, x, (given or 32) if place is not None else None)


def check_batch(model: Any, x: Any, size: int | None = None) -> None:
    """The same of inputs that are one batch, or several of a size.

    Raises:
        InvalidArgumentError: As TensorFlow does on a CPU, with the place in the batch.
    """
    for number, layer in _tables_of(model):
        numbers = _array(_input(model, x, number))
        if numbers is None or not _is_beyond(numbers, layer.input_dim):
            continue
        rows = size or len(numbers)
        for start in range(0, len(numbers), rows):
            # Batch by batch: TensorFlow's error tells the place of a number in its batch.
            batch = numbers[start : start + rows].astype(np.int64)
            check_numbers(batch, layer.input_dim, from_the_end=True)


def check_targets(model: Any, y: Any) -> None:
    """Raise for labels without a class, where the only loss is that of class numbers.

    Args:
        model: The model.
        y: Its labels, or a tuple that begins with inputs and labels.

    Raises:
        InvalidArgumentError: As TensorFlow does on a CPU.
    """
    classes, labels = _classes_of(model), _array(y)
    if classes is None or labels is None or _is_within(labels, classes):
        return
    outputs = list(getattr(model, "outputs", None) or [])
    if not outputs or labels.ndim <= len(outputs[0].shape):
        check_labels(labels, classes)


def has_checks(model: Any) -> bool:
    """Whether there is something to look at in the data of a model."""
    return _classes_of(model) is not None or any(True for _ in _tables_of(model))


def _classes_of(model: Any) -> int | None:
    """How many classes there are, where the only loss is that of class numbers."""
    loss = getattr(model, "loss", None)
    name = getattr(loss, "name", getattr(loss, "__name__", loss))
    # The class that is left out may have any number, -1 or 255.
    is_left_out = getattr(loss, "ignore_class", None) is not None
    if name != "sparse_categorical_crossentropy" or is_left_out:
        return None
    if not getattr(model, "built", False):
        last = model.layers[-1] if isinstance(model, Sequential) and model.layers else None
        return last.units if isinstance(last, keras.layers.Dense) else None
    outputs = list(getattr(model, "outputs", None) or [])
    shape = outputs[0].shape if len(outputs) == 1 else ()
    return shape[-1] if shape else None


def explain_nan(model: Any, verb: str, x: Any, found: Any) -> None:
    """Raise where a prediction is not a number because a number of its row has no row in a table.

    Args:
        model: The model.
        verb: What it was asked for.
        x: Its inputs.
        found: What it has given.

    Raises:
        InvalidArgumentError: As the model's call does.
    """
    if not verb.startswith("predict") or isinstance(x, Dataset):
        return
    missing = [one for one in map(_array, leaves(found)) if one is not None and _has_nan(one)]
    layers = model._flatten_layers()
    if not missing or not any(isinstance(one, keras.layers.Embedding) for one in layers):
        return
    inputs = [_array(one) for one in leaves(x)]
    if any(one is None or len(one) != len(missing[0]) for one in inputs):
        return
    wrong = np.isnan(missing[0]).reshape(len(missing[0]), -1).any(axis=1)
    with outside():
        # Computed once more outside of a program, where the layer raises its own error.
        model(nested(lambda one: np.asarray(_array(one))[wrong][:1], x))


def _graph_of(model: Any) -> Functional | None:
    return model if isinstance(model, Functional) else getattr(model, "_functional", None)


def _tables_of(model: Any) -> Iterator[tuple[int, Any]]:
    """The layers that read an input of the model as it is, with the number of the input."""
    graph = _graph_of(model)
    if graph is None:  # a `Sequential` that has seen no data yet
        first = model.layers[0] if isinstance(model, Sequential) and model.layers else None
        if isinstance(first, keras.layers.Embedding):
            yield 0, first
        return
    numbers = {id(one): place for place, one in enumerate(graph.inputs)}
    for nodes in graph._nodes_by_depth.values():
        for node in nodes:
            if isinstance(node.operation, keras.layers.Embedding) and node.input_tensors:
                place = numbers.get(id(node.input_tensors[0]))
                if place is not None:
                    yield place, node.operation


def _input(model: Any, x: Any, place: int) -> Any:
    """One of the inputs; `None` where it is not clear which."""
    graph = _graph_of(model)
    if graph is None or len(graph.inputs) == 1:
        found = list(leaves(x)) if isinstance(x, dict | list | tuple) else [x]
        return found[0] if len(found) == 1 else None
    if isinstance(x, dict):
        return x.get(graph.inputs[place].name)
    return x[place] if isinstance(x, list | tuple) and len(x) == len(graph.inputs) else None


def _array(one: Any) -> Any:
    """Numbers that are at hand; `None` for anything else."""
    if isinstance(one, Tensor | jax.Array) and not isinstance(one, jax.core.Tracer):
        one = np.asarray(one.numpy() if isinstance(one, Tensor) else one)
    is_numbers = isinstance(one, np.ndarray) and one.dtype.kind in "iuf" and one.ndim > 0
    return one if is_numbers else None


def _is_beyond(numbers: Any, length: int) -> bool:
    return not _is_within(numbers, length, -length)


def _is_within(numbers: Any, length: int, least: int = 0) -> bool:
    if not numbers.size:
        return True
    low, high = numbers.min(), numbers.max()
    return bool((low >= least and high < length) or np.isnan(low) or np.isinf(high))


def _has_nan(one: Any) -> bool:
    # The largest of numbers with a NaN among them is NaN, and takes no second array.
    return one.dtype.kind == "f" and bool(np.isnan(one.max(initial=-np.inf)))
