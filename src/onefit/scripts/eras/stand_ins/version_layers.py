"""`VersionAwareLayers`: Keras's layers as attributes, for copies of the files of applications.

Source: `keras/layers/__init__.py` of tf.keras 2.15, where it chooses among layers of two versions.
"""

from __future__ import annotations

from typing import Any

import keras


class VersionAwareLayers:
    """The layers of `keras.layers`, each by its name.

    >>> type(VersionAwareLayers().Dense(2)).__name__
    'Dense'
    """

    def __getattr__(self, name: str) -> Any:
        """A layer's class."""
        return getattr(keras.layers, name)
