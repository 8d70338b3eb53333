"""Cross-entropies and CTC, without a mean over the rows."""

from __future__ import annotations

from typing import Any

from keras import ops
from keras.config import epsilon

from onefit.scripts.eras.stand_ins.logits import logits_of
from onefit.scripts.tensorflow import nn
from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.given import tensor

Tensor = Any


def binary_crossentropy(target: Any, output: TensorLike, from_logits: bool = False) -> Tensor:
    """The cross-entropy of each element's own probability."""
    logits = None if from_logits else logits_of(output, "sigmoid")
    target, output = tensor(target), tensor(output)
    if logits is not None:
        return nn.sigmoid_cross_entropy_with_logits(target, logits)
    if from_logits:
        return nn.sigmoid_cross_entropy_with_logits(target, output)
    output = _clipped(output)
    # `epsilon` once more behind the clip, as Keras has it.
    true = target * ops.log(output + epsilon())
    return -(true + (1 - target) * ops.log(1 - output + epsilon()))


def binary_focal_crossentropy(
    target: Any,
    output: TensorLike,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
) -> Tensor:
    """`binary_crossentropy`, less for what is right already."""
    target, output = tensor(target), tensor(output)
    probability = ops.sigmoid(output) if from_logits else output
    right = target * probability + (1 - target) * (1 - probability)
    focal = ops.power(1.0 - right, gamma) * binary_crossentropy(target, output, from_logits)
    if apply_class_balancing:
        focal = (target * alpha + (1 - target) * (1 - alpha)) * focal
    return focal


def categorical_crossentropy(
    target: Any, output: TensorLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """The cross-entropy of probabilities along `axis`; targets are probabilities too."""
    logits = None if from_logits else logits_of(output, "softmax")
    target, output = tensor(target), tensor(output)
    if logits is not None:
        return nn.softmax_cross_entropy_with_logits(target, logits, axis)
    if from_logits:
        return nn.softmax_cross_entropy_with_logits(target, output, axis)
    # Keras makes probabilities of anything that is positive: outputs need not sum to 1.
    output = _clipped(output / ops.sum(output, axis=axis, keepdims=True))
    return -ops.sum(target * ops.log(output), axis=axis)


def categorical_focal_crossentropy(
    target: Any,
    output: TensorLike,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    axis: int = -1,
) -> Tensor:
    """`categorical_crossentropy`, less for what is right already."""
    target, output = tensor(target), tensor(output)
    output = ops.softmax(output, axis=axis) if from_logits else output
    output = _clipped(output / ops.sum(output, axis=axis, keepdims=True))
    weight = ops.power(1.0 - output, gamma) * alpha
    return ops.sum(weight * -target * ops.log(output), axis=axis)


def sparse_categorical_crossentropy(
    target: Any,
    output: TensorLike,
    from_logits: bool = False,
    axis: int = -1,
    ignore_class: int | None = None,
) -> Tensor:
    """The cross-entropy of probabilities along `axis`; targets are class numbers.

    Where the target is `ignore_class` it is 0.
    """
    logits = None if from_logits else logits_of(output, "softmax")
    target, output = ops.cast(tensor(target), "int32"), tensor(output)
    if logits is None:
        logits = output if from_logits else ops.log(_clipped(output))
    logits = ops.moveaxis(logits, axis, -1)
    rows = logits.shape[:-1]
    if len(target.shape) != len(rows):
        target, logits = ops.reshape(target, (-1,)), ops.reshape(logits, (-1, logits.shape[-1]))
    kept = ops.ones_like(target, "bool") if ignore_class is None else target != ignore_class
    # JAX gives NaN for a class beyond the last, and counts negative ones from the end.
    nn.losses.check_labels(ops.where(kept, target, 0), logits.shape[-1])
    places = ops.expand_dims(ops.where(kept, target, 0), -1)
    chosen = ops.take_along_axis(ops.log_softmax(logits, axis=-1), places, axis=-1)
    entropy = ops.where(kept, -ops.squeeze(chosen, -1), 0.0)
    return ops.reshape(entropy, rows)


def ctc_batch_cost(
    y_true: TensorLike, y_pred: TensorLike, input_length: Any, label_length: Any
) -> Tensor:
    """The CTC loss of each row of labels; the last class is the blank."""
    y_pred = tensor(y_pred)
    labels = ops.cast(tensor(y_true), "int32")
    counts, lengths = _lengths(label_length), _lengths(input_length)
    scores = ops.log(y_pred + epsilon())
    losses = ops.ctc_loss(labels, scores, counts, lengths, mask_index=y_pred.shape[-1] - 1)
    return ops.expand_dims(nn.ctc.of_kernel(losses, labels, counts, lengths), 1)


def ctc_decode(
    y_pred: TensorLike,
    input_length: Any,
    greedy: bool = True,
    beam_width: int = 100,
    top_paths: int = 1,
) -> tuple[list[Tensor], Tensor]:
    """The likeliest labels, -1 after their end, and how unlikely they are.

    Args:
        y_pred: Probabilities for each step; the last class is the blank.
        input_length: How many steps of each row count.
        greedy: Whether the likeliest class of each step is taken. Defaults to yes.
        beam_width: How many beginnings are kept where it is not. Defaults to 100.
        top_paths: How many answers are given for each row then. Defaults to one.

    Returns:
        The labels, an array for each path; and for each row minus the logarithm of its
        probability, or the logarithms of those of its paths.
    """
    y_pred = tensor(y_pred)
    settings: dict[str, str | int] = {"strategy": "greedy"}
    if not greedy:
        settings = {
            "strategy": "beam_search",
            "beam_width": beam_width,
            "top_paths": top_paths,
        }
    decoded, scores = ops.ctc_decode(
        ops.log(y_pred + epsilon()),
        ops.cast(tensor(input_length), "int32"),
        mask_index=y_pred.shape[-1] - 1,
        **settings,
    )
    paths = list(ops.unstack(decoded))
    # Keras asks the decoder of TensorFlow 1, which merges what repeats in its answers.
    return (paths if greedy else [_without_repeats(one) for one in paths]), scores


def _without_repeats(labels: Tensor) -> Tensor:
    """Labels without those that follow themselves: TensorFlow's beams tell them so."""
    before = ops.pad(labels[:, :-1], [(0, 0), (1, 0)], constant_values=-1)
    is_new = labels != before
    # A stable order: new ones come first and stay as they were, and the end is filled up with -1.
    order = ops.argsort(ops.cast(~is_new, "int32"), axis=1)
    return ops.take_along_axis(ops.where(is_new, labels, -1), order, axis=1)


def _lengths(given: Any) -> Tensor:
    return ops.cast(ops.squeeze(tensor(given), -1), "int32")


def _clipped(probabilities: Tensor) -> Tensor:
    return ops.clip(probabilities, epsilon(), 1.0 - epsilon())
