"""Tensors that a script adds to a compiled model's metrics, as Keras 2.2.4 logged them.

A step of TensorFlow 1 could change the weights before a metric had read them, so the rate is 0.
"""

from __future__ import annotations

import json

import pytest

SCRIPT = """
    import json
    import numpy as np
    from keras import backend as K
    from keras.layers import Dense, Input, Lambda
    from keras.models import Model
    from keras.optimizers import SGD

    x, y = np.arange(15, dtype="float32").reshape(5, 3) / 15, np.ones((5, 1), "float32")

    def told(*found):
        print(json.dumps([[round(float(v), 4) for v in np.ravel(one)] for one in found]))

    def new():
        a = Input((3,))
        h = Dense(2, kernel_initializer="ones", name="h")(a)
        o = Dense(1, kernel_initializer="ones", name="o")(h)
        m = Model(a, o)
        m.compile(SGD(lr=0.0), "mse", metrics=["mae"])
        return m, h, o

    for way in ("append", "+="):
        m, h, o = new()
        if way == "append":
            m.metrics_tensors.append(K.mean(h))
            m.metrics_names.append("hm")
            m.metrics_names.append("om")
            m.metrics_tensors.append(K.max(o))
        else:
            m.metrics_names += ["hm"]
            m.metrics_tensors += [K.mean(h)]
        r = m.fit(x, y, batch_size=2, epochs=2, shuffle=False, verbose=0, validation_data=(x, y))
        print(json.dumps([list(r.history), m.metrics_names]))
        told(*r.history.values(), m.evaluate(x, y, verbose=0, batch_size=2),
             m.train_on_batch(x, y), m.test_on_batch(x[:2], y[:2]))

    a = Input((3,))
    o = Dense(1, kernel_initializer="ones")(a)
    loss = Lambda(lambda t: K.mean(K.square(t)), name="own_loss", output_shape=(1,))(o)
    m = Model(a, [o, loss])
    m._losses = []
    m.add_loss(K.mean(m.get_layer("own_loss").output, keepdims=True) * 2.0)
    m.compile(SGD(lr=0.0), loss=[None] * len(m.outputs))
    m.metrics_names.append("own_loss")
    m.metrics_tensors.append(K.mean(m.get_layer("own_loss").output, keepdims=True))
    r = m.fit(x, batch_size=2, epochs=2, shuffle=False, verbose=0).history
    print(json.dumps(sorted(r)))
    told(*(r[name] for name in sorted(r)))
"""
PRINTED = [
    [
        [
            "val_loss",
            "val_mean_absolute_error",
            "val_hm",
            "val_om",
            "loss",
            "mean_absolute_error",
            "hm",
            "om",
        ],
        ["loss", "mean_absolute_error", "hm", "om"],
    ],
    [
        [6.12, 6.12],
        [2.04, 2.04],
        [1.4, 1.4],
        [3.28, 3.28],
        [6.12, 6.12],
        [2.04, 2.04],
        [1.4, 1.4],
        [3.28, 3.28],
        [6.12, 2.04, 1.4, 3.28],
        [6.12, 2.04, 1.4, 5.2],
        [0.36, 0.6, 0.5, 1.6],
    ],
    [
        ["val_loss", "val_mean_absolute_error", "val_hm", "loss", "mean_absolute_error", "hm"],
        ["loss", "mean_absolute_error", "hm"],
    ],
    [
        [6.12, 6.12],
        [2.04, 2.04],
        [1.4, 1.4],
        [6.12, 6.12],
        [2.04, 2.04],
        [1.4, 1.4],
        [6.12, 2.04, 1.4],
        [6.12, 2.04, 1.4],
        [0.36, 0.6, 0.5],
    ],
    ["loss", "own_loss"],
    [[5.36, 5.36], [2.68, 2.68]],
]


def test_they_are_logged_as_means_over_rows(printed_in):
    found = [json.loads(line) for line in printed_in("keras2", SCRIPT).splitlines()]
    assert len(found) == len(PRINTED)
    for now, then in zip(found, PRINTED):
        if isinstance(then[0], str) or isinstance(then[0][0], str):
            assert now == then
        else:
            for numbers, of_then in zip(now, then, strict=True):
                assert numbers == pytest.approx(of_then, abs=2e-4)


def test_the_tensors_of_compiled_metrics_are_not_there(printed_in):
    lines = (
        SCRIPT[: SCRIPT.index("    for way")]
        + """
    try:
        [new()[0].metrics_tensors[0]]
    except AttributeError as error:
        print(error)
    """
    )
    assert "model.metrics_names" in printed_in("keras2", lines)
