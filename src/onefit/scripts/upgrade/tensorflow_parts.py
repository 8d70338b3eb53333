"""The parts of plain Keras 3 that compute with TensorFlow, whatever its backend is.

A proof reads this file by its path, so it imports nothing of onefit.
"""

from __future__ import annotations

import re

LAYERS = ("TextVectorization", "StringLookup", "IntegerLookup", "Hashing", "HashedCrossing")
PARTS = (
    *(f"keras.layers.{name}" for name in LAYERS),
    *("keras.layers.TFSMLayer", "keras.utils.FeatureSpace", "keras.utils.split_dataset"),
    *(f"keras.utils.{name}_dataset_from_directory" for name in ("image", "text", "audio")),
    "keras.utils.timeseries_dataset_from_array",
    # Keras 3 has these two for scripts of tf.keras only.
    *(f"keras._tf_keras.keras.layers.{name}" for name in ("RandomHeight", "RandomWidth")),
    "keras.export.ExportArchive",
)
"""Those that need it for all that they do; `onefit run` and proofs have a stand-in for most."""
LOGGING = "keras.callbacks.TensorBoard"
"""What needs it to log; a proof has it do nothing where TensorFlow is missing."""
NEEDED = "needs TensorFlow beside Keras 3"

_WORDS = "|".join(sorted(one.rpartition(".")[2] for one in PARTS))
_NAMED = re.compile(
    rf"\bfrom\s+keras[\w.]*\s+import\s+(?:\([^)]*|[^#\n]*)\b(?:{_WORDS})\b"
    rf"|\b(?:keras|layers|utils|export)\.(?:{_WORDS})\b"
    r"|\bDiscretization\(num_bins|\.adapt\(\["
)


def is_named(source: str) -> bool:
    """Whether a source for Keras 3 has one of them.

    Args:
        source: The source.

    >>> is_named("layer = keras.layers.Hashing(num_bins=3)"), is_named("def split_dataset(x): ...")
    (True, False)
    """
    return _NAMED.search(source) is not None
