"""Without `mode`, callbacks read off a name whether more is better, each in a way of its own.

Recorded: `monitor_op(2.0, 1.0)` of the callbacks of Keras 1.2.2, Keras 2.2.4 and tf.keras 2.15.
"""

from __future__ import annotations

import pytest

from onefit.scripts.eras.call import Happening
from onefit.scripts.eras.era import named
from onefit.scripts.eras.rules.callbacks import direction

# Of EarlyStopping, ModelCheckpoint and ReduceLROnPlateau, in this order.
RECORDED = {
    ("keras1", "fmeasure"): "max max min",
    ("keras1", "val_fmeasure"): "min min min",
    ("keras1", "my_acc"): "max max max",
    ("keras1", "auc"): "min min min",
    ("keras2", "fmeasure"): "min max min",
    ("keras2", "val_fmeasure"): "min min min",
    ("keras2", "my_acc"): "max max max",
    ("keras2", "auc"): "min min min",
    ("tf2", "fmeasure"): "min max min",
    ("tf2", "val_fmeasure"): "min min min",
    ("tf2", "my_acc"): "max max max",
    ("tf2", "auc"): "max min min",
    ("tf2", "val_auc_1"): "min min min",
}


@pytest.mark.parametrize(("era", "monitor"), RECORDED)
def test_whether_more_is_better(era, monitor):
    found = []
    for kind in ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"):
        call = Happening(f"keras.callbacks.{kind}", named(era), {"monitor": monitor})
        direction(call)
        found.append(call.arguments["mode"])
    assert " ".join(found) == RECORDED[era, monitor]
