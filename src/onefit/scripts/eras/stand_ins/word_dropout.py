"""`Embedding(dropout=0.2)` of Keras 1: in training, whole words are left out of a batch.

A word that is left out is zeros wherever it stands in the batch; the others are scaled up. Source:
`Embedding.call` in `keras/layers/embeddings.py` of 1.2.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

Method = Callable[..., Any]


def with_dropout(original: Method) -> Method:
    """The layer keeps its rate; one that is not 0 draws, and has a seed for it."""

    def __init__(self: Any, *args: Any, dropout: float = 0.0, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.dropout = dropout
        if 0.0 < dropout < 1.0:
            self.word_seed = keras.random.SeedGenerator()

    return __init__


def without_words(original: Method) -> Method:
    """In training, the rows of some words are zeros."""

    def call(self: Any, inputs: Any, training: Any = None) -> Any:
        outputs = original(self, inputs)
        if not training or not 0.0 < self.dropout < 1.0:
            return outputs
        kept = 1.0 - self.dropout
        drawn = keras.random.uniform((self.input_dim, 1), seed=self.word_seed)
        words = ops.cast(drawn <= kept, outputs.dtype) * (1.0 / kept)
        return outputs * ops.take(words, ops.cast(inputs, "int32"), axis=0)

    return call


def config_with_dropout(original: Method) -> Method:
    """A model's file keeps the rate."""

    def get_config(self: Any) -> dict[str, Any]:
        given = {"dropout": self.dropout} if self.dropout else {}
        return {**original(self), **given}

    return get_config
