"""Small data for all cases: the same numbers in every call."""

from __future__ import annotations

import numpy as np

_rng = np.random.default_rng(0)

ROWS = 22
X = _rng.normal(size=(ROWS, 4)).astype("float32")
BINARY = (X.sum(axis=1) > 0).astype("int32")
CLASSES = _rng.integers(0, 3, ROWS)
ONE_HOT = np.eye(3, dtype="float32")[CLASSES]
TARGET = (X @ _rng.normal(size=4)).astype("float32")
WEIGHTS = np.linspace(0.1, 2.0, ROWS)
IMAGES = _rng.normal(size=(ROWS, 6, 6, 2)).astype("float32")
VOLUMES = _rng.normal(size=(ROWS, 3, 3, 3, 1)).astype("float32")
SERIES = _rng.normal(size=(ROWS, 5, 3)).astype("float32")
TOKENS = _rng.integers(0, 9, (ROWS, 5))
