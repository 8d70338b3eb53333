"""Spectrograms as people hear them."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from onefit.scripts.tensorflow.annotations import DTypeLike
from onefit.scripts.tensorflow.given import tensor
from onefit.scripts.tensorflow.operation import operations
from onefit.scripts.tensorflow.signal.transforms import dct

Tensor = Any


def linear_to_mel_weight_matrix(
    num_mel_bins: Any = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: Any = 125.0,
    upper_edge_hertz: Any = 3800.0,
    dtype: DTypeLike = "float32",
    name: str | None = None,
) -> Tensor:
    """The weights that turn a spectrogram into one of mel bands: a triangle for each band.

    Returns:
        An array of shape `(num_spectrogram_bins, num_mel_bins)`.
    """
    nyquist = float(sample_rate) / 2
    bins = np.linspace(0.0, nyquist, int(num_spectrogram_bins))[1:]  # the first one is 0 Hz
    edges = np.linspace(_mel(lower_edge_hertz), _mel(upper_edge_hertz), int(num_mel_bins) + 2)
    lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
    heights = _mel(bins)[:, None]
    rising = (heights - lower) / (centre - lower)
    falling = (upper - heights) / (upper - centre)
    weights = np.maximum(0.0, np.minimum(rising, falling))
    return jnp.asarray(np.pad(weights, [(1, 0), (0, 0)]).astype(np.dtype(dtype)))


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> Tensor:
    """Cepstral coefficients of the logarithms of mel spectrograms."""
    values = tensor(log_mel_spectrograms)
    return dct(values) * (1 / np.sqrt(2.0 * values.shape[-1])).astype(np.float32)


def _mel(hertz: Any) -> Any:
    # HTK's scale, which TensorFlow has.
    return 1127.0 * np.log(1.0 + np.asarray(hertz, float) / 700.0)


operations(globals())
