"""The bar of an epoch that takes longer than a call of the program."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from onefit.training.core.position import STEP, TRAINED
from onefit.training.running.epoch_ends import EpochEnds


def test_the_bar_within_an_epoch_shows_the_metrics_of_compile_one_by_one():
    logged = {"loss": np.float32(1.5), "compile_metrics": {"accuracy": np.float32(0.5)}}
    shown = []
    ends = object.__new__(EpochEnds)
    ends.open = lambda epoch: None
    ends.progress = SimpleNamespace(logger=object(), update=lambda *told: shown.append(told))
    ends.table = SimpleNamespace(sizes=SimpleNamespace(full=8))
    ends.model = SimpleNamespace(_get_metrics_result_or_logs=lambda logs: logs)
    position = np.zeros(max(STEP, TRAINED) + 1, np.int32)
    position[STEP] = 3
    ends.move_bar(0, SimpleNamespace(position=position, last=[logged]))
    assert shown == [(3, {"accuracy": 0.5, "loss": 1.5})]
