"""Labels without places in time: the CTC loss, and the likeliest labels of a sequence.

Decoders run on NumPy's arrays: how many labels there are depends on the values.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import jax.numpy as jnp
import numpy as np
from keras import ops

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.data.leaves import array as values_of
from onefit.scripts.tensorflow.data.leaves import tensor as tensor_of
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.nn.alignments import losses
from onefit.scripts.tensorflow.operation import as_it_is, operation
from onefit.scripts.tensorflow.program_checks import demand_everywhere
from onefit.scripts.tensorflow.sparse.sparse_tensor import SparseTensor

Tensor = Any
NOTHING = -np.inf


@as_it_is
def ctc_loss(
    labels: TensorLike,
    logits: TensorLike,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: int | None = None,
    name: str | None = None,
) -> Tensor:
    """The loss of each sequence: how unlikely its labels are at any places in time.

    Args:
        labels: Class numbers of shape (sequences, labels), or a sparse tensor of that shape.
        logits: Scores of shape (time, sequences, classes).
        label_length: How many labels each sequence has; `None` with sparse labels.
        logit_length: How long each sequence is.
        logits_time_major: Whether time is the first axis. Defaults to `True`.
        unique: Taken, and of no effect.
        blank_index: The class that is no label. Defaults to `0`; sparse labels need it.
        name: Taken, and of no effect.
    """
    if isinstance(labels, SparseTensor):
        if blank_index is None:
            raise ValueError(
                "Argument `blank_index` must be provided when labels is a SparseTensor."
            )
        return loss_of_places(labels, logits, logit_length, logits_time_major, blank_index)
    return _dense_loss(
        labels, logits, label_length, logit_length, logits_time_major, blank_index or 0
    )


def loss_of_places(
    labels: SparseTensor,
    logits: TensorLike,
    lengths: Any,
    time_major: bool,
    blank: int,
    ignores_long: bool = False,
) -> Tensor:
    """The loss as TensorFlow's kernel has it, which takes sparse labels.

    Args:
        labels: Class numbers of shape (sequences, labels).
        logits: Scores of shape (time, sequences, classes).
        lengths: How long each sequence is.
        time_major: Whether time is the first axis.
        blank: The class that is no label.
        ignores_long: Whether more labels than there are times have no loss; else they are refused.
    """
    counts = np.bincount(labels.places[:, 0], minlength=labels.lengths[0])
    return _sparse_loss(labels.dense(), logits, counts, lengths, time_major, blank, ignores_long)


def of_kernel(
    losses: Any, labels: Any, counts: Any, lengths: Any, ignores_long: bool = False
) -> Any:
    """Losses, refused where there are too few times, and infinite where one for a blank is missing.

    Args:
        losses: A loss for each sequence.
        labels: Class numbers of shape (sequences, labels).
        counts: How many labels each sequence has.
        lengths: How long each sequence is.
        ignores_long: Whether the loss is 0 where there are too few times. Defaults to `False`.
    """
    fits = counts <= lengths
    if not ignores_long:
        demand_everywhere(fits, "Not enough time for target transition sequence")
    # Between two labels of one class there has to be a blank.
    is_within = jnp.arange(1, labels.shape[1]) < counts[:, None]
    repeated = ((labels[:, 1:] == labels[:, :-1]) & is_within).sum(axis=1)
    possible = jnp.where(counts + repeated <= lengths, losses, jnp.inf)
    return jnp.where(fits, possible, 0)


@operation
def _dense_loss(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    time_major: bool,
    blank: int,
) -> Tensor:
    scores = tensor(logits)
    scores = scores if time_major else jnp.swapaxes(scores, 0, 1)
    numbers, counts, lengths = _whole(labels, label_length, logit_length)
    blank %= scores.shape[2]
    if blank:  # the blank goes first, and the classes before it move up
        order = np.roll(np.arange(blank + 1), 1)
        scores = scores[:, :, np.concatenate([order, np.arange(blank + 1, scores.shape[2])])]
        numbers = jnp.where(numbers < blank, numbers + 1, numbers)
    return losses(scores, numbers, counts, lengths)


@operation
def _sparse_loss(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    time_major: bool,
    blank: int,
    ignores_long: bool,
) -> Tensor:
    scores = tensor(logits)
    scores = ops.swapaxes(scores, 0, 1) if time_major else scores
    numbers, counts, lengths = _whole(labels, label_length, logit_length)
    found = ops.ctc_loss(numbers, scores, counts, lengths, mask_index=blank % scores.shape[-1])
    return of_kernel(found, numbers, counts, lengths, ignores_long)


def _whole(*given: Any) -> list[Any]:
    return [ops.cast(tensor(one), "int32") for one in given]


@as_it_is
def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True, blank_index: int | None = None
) -> tuple[list[SparseTensor], Tensor]:
    """The likeliest class at each time, without repetitions and blanks.

    Args:
        inputs: Scores of shape (time, sequences, classes).
        sequence_length: How long each sequence is.
        merge_repeated: Whether a class that goes on counts once. Defaults to `True`.
        blank_index: The class that is no label. Defaults to the last.

    Returns:
        A list of one sparse tensor of labels; the negative sum of the scores, of shape
        (sequences, 1).
    """
    scores = np.asarray(values_of(inputs))
    blank = (-1 if blank_index is None else blank_index) % scores.shape[-1]
    rows, sums = [], []
    for row, length in enumerate(np.asarray(values_of(sequence_length)).tolist()):
        best = scores[:length, row].argmax(-1)
        # No class is -1: the first of a sequence repeats nothing.
        before = np.concatenate([[-1], best[:-1]])
        kept = (best != blank) & ((best != before) | (not merge_repeated))
        rows.append(best[kept].tolist())
        sums.append([-scores[:length, row].max(-1).sum(dtype=scores.dtype)])
    return [_sparse(rows)], tensor_of(np.array(sums, scores.dtype))


@as_it_is
def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[SparseTensor], Tensor]:
    """The likeliest labels of each sequence, all places in time together; the last class is blank.

    Args:
        inputs: Scores of shape (time, sequences, classes).
        sequence_length: How long each sequence is.
        beam_width: How many beginnings are kept at a time. Defaults to `100`.
        top_paths: How many results there are. Defaults to `1`.

    Returns:
        A list of so many sparse tensors of labels; their log probabilities, of shape (sequences,
        paths).
    """
    scores = np.asarray(values_of(inputs), np.float64)
    # TensorFlow's decoder normalizes what it is given as well: scores need be no probabilities.
    scores = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    lengths = np.asarray(values_of(sequence_length)).tolist()
    found = [_beams(scores[:length, row], beam_width) for row, length in enumerate(lengths)]
    paths = [_sparse([list(beams[n][0]) for beams in found]) for n in range(top_paths)]
    chances = [[beams[n][1] for n in range(top_paths)] for beams in found]
    return paths, tensor_of(np.array(chances, values_of(inputs).dtype))


def _beams(scores: np.ndarray, width: int) -> list[tuple[tuple[int, ...], float]]:
    """Labels with their log probabilities, the likeliest first."""
    blank = scores.shape[-1] - 1
    beams = {(): (0.0, NOTHING)}  # labels: the chances to end with a blank, and with a label
    for step in scores.tolist():
        after: dict[Any, list[float]] = defaultdict(lambda: [NOTHING, NOTHING])
        for labels, (of_blank, of_label) in beams.items():
            both = float(np.logaddexp(of_blank, of_label))
            kept = after[labels]
            kept[0] = float(np.logaddexp(kept[0], both + step[blank]))
            if labels:
                kept[1] = float(np.logaddexp(kept[1], of_label + step[labels[-1]]))
            for one in range(blank):
                # The same label again is another one only behind a blank; else it is the one
                # that goes on.
                before = of_blank if labels and labels[-1] == one else both
                longer = after[(*labels, one)]
                longer[1] = float(np.logaddexp(longer[1], before + step[one]))
        best = sorted(after.items(), key=lambda pair: -float(np.logaddexp(pair[1][0], pair[1][1])))[
            :width
        ]
        beams = {labels: (one[0], one[1]) for labels, one in best}
    return [(labels, float(np.logaddexp(one[0], one[1]))) for labels, one in beams.items()]


def _sparse(rows: list[list[int]]) -> SparseTensor:
    places = [(row, place) for row, found in enumerate(rows) for place in range(len(found))]
    values = np.array([one for found in rows for one in found], np.int64)
    return SparseTensor(places, values, (len(rows), max(map(len, rows), default=0)))


@as_it_is
def collapse_repeated(
    labels: TensorLike, seq_length: Any, name: str | None = None
) -> tuple[Any, Any]:
    """Labels without repetitions, and how many are left; zeros follow.

    >>> collapsed, lengths = collapse_repeated([[1, 1, 2, 2, 1]], [5])
    >>> collapsed.numpy().tolist(), lengths.numpy().tolist()
    ([[1, 2, 1]], [3])
    """
    given = np.asarray(values_of(labels))
    rows = []
    for row, length in zip(given, np.asarray(values_of(seq_length)).tolist()):
        part = row[:length]
        rows.append(part[np.concatenate([[True], part[1:] != part[:-1]])[:length]])
    lengths = np.array([len(row) for row in rows], np.int32)
    made = np.zeros((len(rows), lengths.max(initial=0)), given.dtype)
    for place, row in enumerate(rows):
        made[place, : len(row)] = row
    return tensor_of(made), tensor_of(lengths)
