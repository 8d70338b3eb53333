"""The locally connected layer of Keras 2 that is not that of tf.keras 2.

Source: `keras/layers/local.py` of 2.2.4.
"""

from __future__ import annotations

from onefit.scripts.eras.stand_ins import local_layers


class LocallyConnected1D(local_layers.LocallyConnected1D):
    """A 1D convolution whose weights are not shared, with its channels last."""

    # Keras 2 took a data format, and did not look at it.
    only_format = "channels_last"
