"""What `K.ctc_decode` gave: arrays as wide as the longest answer. tf.keras 2 fills all steps.

Source: `ctc_decode` in `keras/backend/tensorflow_backend.py` of 1.2.2 and 2.2.4, and in
`tensorflow/python/keras/backend.py`, which gives `tf.SparseTensor` the number of steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from onefit.scripts.eras.stand_ins import backend


def ctc_decode(
    y_pred: Any, input_length: Any, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Any], Any]:
    """The likeliest labels, -1 after their end, and how unlikely they are.

    Within a program, where lengths have to be known beforehand, all steps are filled.
    """
    paths, scores = backend.ctc_decode(
        y_pred, input_length, greedy=greedy, beam_width=beam_width, top_paths=top_paths
    )
    return [_as_wide_as_the_longest(one) for one in paths], scores


def _as_wide_as_the_longest(labels: Any) -> Any:
    """Labels without the steps that none of the rows has."""
    try:
        longest = int(ops.max(ops.sum(ops.cast(np.asarray(labels) >= 0, "int32"), axis=1)))
    except TypeError:  # symbols, which have no values
        return labels
    return labels[:, :longest]
