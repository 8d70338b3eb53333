"""Values of the other arguments of `fit`, `evaluate` and `predict`, good, odd and wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

NAN = float("nan")
_NUMBERS = (None, 0, -1, 1, 2, 1.0, 2.5, NAN, True, False, "2", "", [2], (2,), {}, 2**31, 10**20)
_NUMPYS = (np.int64(2), np.int32(1), np.float32(2), np.array(2), np.array([2]), np.bool_(True))
_FLAGS = (None, True, False, 0, 1, 2, -1, "batch", "often", "", 0.5, NAN, np.bool_(False), [], [1])
_CLASSES = (
    None, {0: 1.0, 1: 2.0, 2: 0.5}, {0: 1.0}, {}, {0: "a"}, {0: None}, {"a": 1.0}, {5: 1.0},
    {0.5: 1.0}, {-1: 2.0}, {0: -1.0, 1: NAN}, "balanced", [1.0, 2.0], 3, {0: [1.0, 2.0]},
    {0: np.float64(2), np.int64(1): 3}, np.array([1.0, 2.0]), {0: 10**20, 1: 1},
)  # fmt: skip

VALUES: dict[str, tuple[Any, ...]] = {
    "batch_size": (*_NUMBERS, *_NUMPYS, 3, 100),
    "epochs": (*_NUMBERS[:-2], *_NUMPYS, 3),
    "verbose": (*_FLAGS, "auto", 3),
    "validation_split": (0.25, 0.5, 0.99, 1e-9, -0.1, np.float32(0.25), "0.5", *_NUMBERS),
    "shuffle": _FLAGS,
    "class_weight": _CLASSES,
    "initial_epoch": (*_NUMBERS, *_NUMPYS),
    "steps_per_epoch": (*_NUMBERS[:-2], *_NUMPYS, 3, 5),
    "steps": (*_NUMBERS[:-2], *_NUMPYS, 3, 5),
    "validation_steps": (*_NUMBERS[:-2], *_NUMPYS, 3, 5),
    "validation_batch_size": (*_NUMBERS, *_NUMPYS, 3, 100),
    "validation_freq": (*_NUMBERS, *_NUMPYS, [1, 3], (2,), {1}, range(2), ["a"], [None]),
    "return_dict": _FLAGS,
    "nb_epoch": (2,),
    "workers": (1,),
    "unknown": (None,),
}
"""By the argument's name; a case says which by its number."""

VERBS: dict[str, tuple[str, ...]] = {
    "fit": (
        "batch_size", "epochs", "verbose", "validation_split", "shuffle", "class_weight",
        "initial_epoch", "steps_per_epoch", "validation_steps", "validation_batch_size",
        "validation_freq", "nb_epoch", "workers",
    ),
    "evaluate": ("batch_size", "verbose", "steps", "return_dict", "unknown"),
    "predict": ("batch_size", "verbose", "steps", "unknown"),
}  # fmt: skip

Given = Callable[[Any, Any, Any], Any]
VALIDATIONS: dict[str, Given] = {
    "x, y": lambda x, y, w: (x, y),
    "x, y, w": lambda x, y, w: (x, y, w),
    "list": lambda x, y, w: [x, y],
    "x": lambda x, y, w: (x,),
    "x alone": lambda x, y, w: x,
    "four": lambda x, y, w: (x, y, w, w),
    "nothing": lambda x, y, w: (),
    "x, None": lambda x, y, w: (x, None),
    "text": lambda x, y, w: "data",
    "number": lambda x, y, w: 3,
    "dict": lambda x, y, w: {"x": x, "y": y},
    "generator": lambda x, y, w: iter([(x, y), (x, y)]),
    "empty generator": lambda x, y, w: iter([]),
}
