"""Programs from Stack Overflow with labels: which codes are right, and what stands for downloads.

Their files are read where they are; a copy with stand-ins for Keras's data sets in front runs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import trial

RIGHT: dict[str, tuple[str, ...]] = {
    "OUT1SOFTMAX": ("501", "502"), "RANGE": ("502",), "RELU_OUT": ("503", "502"),
    "SIGMOID_CCE": ("504",), "CLASSES": ("303", "509", "502"), "ONEUNIT_CCE": ("303", "501", "509"),
    "LOGITS_BCE": ("505", "509"), "LOGITS_CE": ("505",), "DEEP_SIGMOID": ("514",),
    "LOSSPAIR": ("509", "505", "303"), "SIGMOID_BCE_MULTI": ("504",), "LINEAR_NET": ("518",),
    "UNSCALED": ("507", "508"), "BOTTLENECK": ("518",), "OUTSHAPE": ("303", "502", "509"),
    "LABELFMT": ("303", "505", "509"), "DEADRELU": ("513", "503", "518"), "LR_HIGH": ("511", "518"),
    "XISY": ("519", "523"), "OVERREG": ("525", "516"), "TOO_FEW_STEPS": ("510",),
    "MULTILABEL": ("504", "509", "511"), "TUNING": ("510", "511", "507"), "DROPLOGITS": ("524",),
    "BN_EVAL": ("524", "510"), "RELU_LOGITS": ("503",), "LR_LOW": ("512", "510"),
    "TARGETSCALE": ("508", "507"), "RNN_RELU": ("515", "307", "511"),
    "EMBED_FLOAT": ("529", "519", "507"),
    "CRASH": ("518",), "DATA": ("519",),
}  # fmt: skip
"""For each class of the labels the numbers of the codes that name it, its own first."""

SECOND = {"62313327": ("502",), "62957334": ("509",), "59078187": ("303",), "46359741": ("522",)}
"""Codes of what a label's own words name beside its class.

A sigmoid for targets in [-1, 1]; a percentage as the loss of labels that are 0 and 1; ten units for
one number; two rows, of which the split for validation leaves one to train on.
"""

STAND_INS = '''\
def _stand_in_data():
    """What is downloaded: scikit-learn's digits, enlarged, its irises, and random weights.

    And pandas as of then: words that `replace` has made numbers are a column of numbers.
    """
    import sys
    import types

    import keras
    import numpy as np
    import pandas
    from sklearn.datasets import load_digits, load_iris

    def replace(self, *given, replaced=pandas.Series.replace, **more):
        return replaced(self, *given, **more).infer_objects()

    pandas.Series.replace = replace

    def iris(name):
        found = load_iris(as_frame=True)
        return found.data.assign(species=found.target_names[found.target])

    sys.modules.setdefault("seaborn", types.ModuleType("seaborn")).load_dataset = iris
    made = keras.applications.VGG16
    keras.applications.VGG16 = lambda *given, weights=None, **more: made(
        *given, weights=None, **more
    )

    digits, labels = load_digits(return_X_y=True)
    small = np.kron(digits.reshape(-1, 8, 8), np.ones((3, 3))) * 15.9375
    gray = np.pad(small, ((0, 0), (2, 2), (2, 2))).astype("uint8")
    color = np.repeat(np.pad(gray, ((0, 0), (2, 2), (2, 2)))[..., None], 3, axis=-1)
    for name, x, y in (("mnist", gray, labels), ("fashion_mnist", gray, labels),
                       ("cifar10", color, labels[:, None])):
        halves = (x[:1500], y[:1500].astype("uint8")), (x[1500:], y[1500:].astype("uint8"))
        getattr(keras.datasets, name).load_data = lambda *_, halves=halves: halves


_stand_in_data()
del _stand_in_data
'''


def cases(folder: Path, labels: Path) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    """The name, the file and the right codes of each program that can run without a network.

    Args:
        folder: The programs, `POST/bug.py` each.
        labels: The table of their faults.
    """
    with labels.open() as file:
        for row in csv.DictReader(file):
            if row.get("runs_keras3_offline", "yes") != "yes":
                continue
            original = folder / row["id"] / "bug.py"
            source = original.read_text(errors="replace")
            future = [line for line in source.splitlines() if line.startswith("from __future__")]
            for line in future:
                source = source.replace(line, "")
            whole = "\n".join([*future, STAND_INS, source])
            copied = trial.written(f"case_{row['id']}", whole)
            numbers = (*RIGHT[row["fault_class"]], *SECOND.get(row["id"], ()))
            codes = tuple(f"OF{number}" for number in numbers)
            yield f"case_{row['id']}", copied, codes
