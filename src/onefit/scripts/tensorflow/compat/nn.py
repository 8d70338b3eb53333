"""`tf.compat.v1.nn`: that of TensorFlow 2, with old names and arguments."""

from __future__ import annotations

from typing import Any

from onefit.scripts.tensorflow import nn as _today
from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.compat import old_arguments as _old_arguments
from onefit.scripts.tensorflow.linalg.products import matmul
from onefit.scripts.tensorflow.missing import refuse_argument

Tensor = Any


def softmax_cross_entropy_with_logits_v2(
    labels: TensorLike,
    logits: TensorLike,
    axis: int | None = None,
    name: str | None = None,
    dim: Any = None,
) -> Tensor:
    """The cross-entropy of probabilities along an axis; labels are probabilities too.

    Args:
        labels: Probabilities.
        logits: Logarithms of probabilities, but for a constant.
        axis: The axis of the classes. Defaults to `None`: the last.
        name: Taken, and of no effect.
        dim: The old name of `axis`.
    """
    along = dim if axis is None else axis
    return _today.softmax_cross_entropy_with_logits(labels, logits, -1 if along is None else along)


def xw_plus_b(x: TensorLike, weights: TensorLike, biases: TensorLike, name: Any = None) -> Tensor:
    """`x @ weights + biases`."""
    return _today.bias_add(matmul(x, weights), biases)


def ctc_loss(
    labels: TensorLike,
    inputs: TensorLike = None,
    sequence_length: Any = None,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True,
    logits: TensorLike = None,
) -> Tensor:
    """The CTC loss of each sequence; the last class is the blank.

    Args:
        labels: A sparse tensor of class numbers, of shape (sequences, labels).
        inputs: Scores of shape (time, sequences, classes).
        sequence_length: How long each sequence is.
        preprocess_collapse_repeated: Only `False` is there.
        ctc_merge_repeated: Only `True` is there.
        ignore_longer_outputs_than_inputs: Whether the loss is 0 where there are more labels than
            times. Defaults to `False`: they are refused.
        time_major: Whether time is the first axis. Defaults to `True`.
        logits: The new name of `inputs`.
    """
    if preprocess_collapse_repeated or not ctc_merge_repeated:
        other = (
            "preprocess_collapse_repeated" if preprocess_collapse_repeated else "ctc_merge_repeated"
        )
        refuse_argument("tensorflow.compat.v1.nn.ctc_loss", other)
    scores = logits if inputs is None else inputs
    ignores = ignore_longer_outputs_than_inputs
    return _today.ctc.loss_of_places(labels, scores, sequence_length, time_major, -1, ignores)


dropout = _old_arguments.dropout(_today.dropout)


def __getattr__(name: str) -> Any:
    """What TensorFlow 2 has under the same name, with the old arguments too."""
    function = getattr(_today, name)
    today = _old_arguments.OF_NN.get(name)
    return function if today is None else _old_arguments.accepting(function, today)
