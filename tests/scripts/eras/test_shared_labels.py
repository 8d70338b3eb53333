"""One array of labels for a model with several outputs, as tf.keras 2.15.1 trained it."""

from __future__ import annotations

import json

import pytest

SCRIPT = """
    import json
    import numpy as np
    from tensorflow.keras.layers import Dense, Input
    from tensorflow.keras.models import Model

    x = np.arange(60, dtype="float32").reshape(20, 3) / 60
    y = (np.arange(20) % 2).astype("float32")[:, None]
    w = np.arange(20, dtype="float32") + 1
    once = dict(batch_size=5, epochs=2, shuffle=False, verbose=0)

    def new(names="op"):
        a = Input((3,))
        model = Model(a, [Dense(1, name=n, kernel_initializer="ones")(a) for n in names])
        model.compile("sgd", "mse", metrics=["mae"])
        return model

    def told(found):
        found = getattr(found, "history", found)
        values = [v for _, v in sorted(found.items())] if isinstance(found, dict) else found
        print(json.dumps([round(float(v), 4) for v in np.ravel(values)]))

    def batches():
        while True:
            yield x, y, w

    told(new().fit(x, y, **once))
    told(new("opq").fit(x, y, **once))
    told(new().fit(x, y.ravel(), **once))
    told(new().fit(x, np.hstack([y, 1 - y]), **once))
    told(new().fit(x, y, sample_weight=w, **once))
    told(new().fit(x, y, validation_split=0.25, **once))
    told(new().fit(x, [y, 1 - y], validation_data=(x, y), **once))
    told(new().evaluate(x, y, verbose=0))
    told(new().train_on_batch(x, y))
    told(new().test_on_batch(x, y))
    told(new().fit(batches(), steps_per_epoch=2, verbose=0))
"""
PRINTED = [
    [3.5367, 2.8808, 1.7683, 1.4404, 1.0971, 0.9831, 1.7683, 1.4404, 1.0971, 0.9831],
    [
        5.305,
        4.3211,
        1.7683,
        1.4404,
        1.0971,
        0.9831,
        1.7683,
        1.4404,
        1.0971,
        0.9831,
        1.7683,
        1.4404,
        1.0971,
        0.9831,
    ],
    [3.5367, 2.8808, 1.7683, 1.4404, 1.0971, 0.9831, 1.7683, 1.4404, 1.0971, 0.9831],
    [3.6867, 3.0149, 1.8434, 1.5074, 1.1232, 1.0098, 1.8434, 1.5074, 1.1232, 1.0098],
    [25.8393, 9.3276, 12.9196, 4.6638, 0.8129, 0.6809, 12.9196, 4.6638, 0.8129, 0.6809],
    [
        2.1082,
        1.93,
        1.0541,
        0.965,
        0.8279,
        0.7866,
        1.0541,
        0.965,
        0.8279,
        0.7866,
        7.8222,
        7.1659,
        3.9111,
        3.5829,
        1.9048,
        1.8171,
        3.9111,
        3.5829,
        1.9048,
        1.8171,
    ],
    [
        3.6874,
        3.0154,
        1.7683,
        1.4404,
        1.0971,
        0.9831,
        1.9191,
        1.575,
        1.1492,
        1.0366,
        3.0212,
        2.4838,
        1.5148,
        1.2487,
        1.005,
        0.9144,
        1.5064,
        1.2351,
        1.0023,
        0.9094,
    ],
    [3.7475, 1.8738, 1.8738, 1.125, 1.125],
    [3.7475, 1.8738, 1.8738, 1.125, 1.125],
    [3.7475, 1.8738, 1.8738, 1.125, 1.125],
    [39.2087, 19.6043, 0.9163, 19.6043, 0.9163],
]


def test_each_output_gets_them(printed_in):
    found = [json.loads(line) for line in printed_in("tf2", SCRIPT).splitlines()]
    assert len(found) == len(PRINTED)
    for numbers, then in zip(found, PRINTED):
        assert numbers == pytest.approx(then, abs=2e-4)
