"""What `ImageDataGenerator` learnt of pictures, and made of them with that.

Sources: `fit` and `standardize` in `keras/preprocessing/image.py` of Keras 1.2.2, and in
`keras_preprocessing/image/image_data_generator.py` of 1.1.2, which Keras 2.2.4 has.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

Method = Callable[..., Any]
_ASKED = (
    "featurewise_center",
    "samplewise_center",
    "featurewise_std_normalization",
    "samplewise_std_normalization",
)


def whitened(original: Method) -> Method:
    """Whitening by the covariance: directions in which no picture differs count, too."""

    @functools.wraps(original)
    def fit(
        self: Any, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None
    ) -> None:
        if not self.zca_whitening or np.ndim(x) != 4:
            return original(self, x, augment, rounds, seed)
        rows = np.array(x, self.dtype) * (self.rescale or 1)
        return learn(self, rows, augment, rounds, seed, 1e-6)

    return fit


def before_rescaling(_: Method) -> Method:
    """Keras 1 learnt from pictures that are not rescaled."""

    def fit(
        self: Any, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None
    ) -> None:
        rows = np.array(x, self.dtype)
        learn(self, rows, augment, rounds, seed, keras.config.epsilon())

    return fit


def learn(
    self: Any, rows: Any, augment: bool, rounds: int, seed: int | None, epsilon: float
) -> None:
    """Learn means, spreads and the whitening matrix of pictures."""
    if rows.ndim != 4:
        raise ValueError(f"expected pictures of rank 4; received an array of shape {rows.shape}")
    if seed is not None:
        np.random.seed(seed)
    if augment:
        rows = np.stack([self.random_transform(one) for _ in range(rounds) for one in rows])
    axes = (0, self.row_axis, self.col_axis)
    if self.featurewise_center:
        self.mean = np.mean(rows, axis=axes, keepdims=True)[0]
        rows = rows - self.mean
    if self.featurewise_std_normalization:
        self.std = np.std(rows, axis=axes, keepdims=True)[0]
        rows = rows / (self.std + epsilon)
    if self.zca_whitening:
        flat = rows.reshape(len(rows), -1)
        directions, spreads, _ = np.linalg.svd(flat.T @ flat / len(flat))
        scales = 1 / np.sqrt(spreads + self.zca_epsilon)
        self.zca_whitening_matrix = self.principal_components = (directions * scales) @ directions.T


def as_asked(original: Method) -> Method:
    """Keras 1 centred only what it was told to: neither spreads nor whitening turn it on."""

    @functools.wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        for name, given in zip(_ASKED, args):
            setattr(self, name, given)
        for name in _ASKED[len(args) :]:
            setattr(self, name, kwargs.get(name, False))

    return __init__


def by_channels(original: Method) -> Method:
    """Keras 1 centred each place of a picture over its channels, not the picture.

    Beside every spread stands 1e-7, where Keras 3 has 1e-6.
    """

    @functools.wraps(original)
    def standardize(self: Any, x: Any) -> Any:
        is_of_each = self.samplewise_center or self.samplewise_std_normalization
        is_scaled = self.featurewise_std_normalization and self.std is not None
        if not (is_of_each or is_scaled):
            return original(self, x)
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        axis = self.channel_axis - 4  # from the end: of a picture, and of a batch
        if self.samplewise_center:
            x = x - np.mean(x, axis=axis, keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (np.std(x, axis=axis, keepdims=True) + 1e-7)
        done: tuple[str, ...] = _OF_EACH
        if is_scaled:
            if self.featurewise_center and self.mean is not None:
                x = x - self.mean
            x = x / (self.std + 1e-7)
            done = (*_OF_EACH, "featurewise_center", "featurewise_std_normalization")
        kept = {name: getattr(self, name) for name in done}
        # These steps are done; Keras's method does the rest, for the whole data set.
        vars(self).update(dict.fromkeys(done))
        try:
            return original(self, x)
        finally:
            vars(self).update(kept)

    return standardize


_OF_EACH = (
    "samplewise_center",
    "samplewise_std_normalization",
    "preprocessing_function",
    "rescale",
)
