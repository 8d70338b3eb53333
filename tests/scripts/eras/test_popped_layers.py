"""What taking the top off a model did: `layers.pop()`, and `outputs = [...]`.

The numbers are those that Keras 1.2.2 and 2.2.4 printed.
"""

from __future__ import annotations

import textwrap

import pytest

from .results import printed

SCRIPT = """
    import json
    import h5py
    import numpy as np
    from keras.layers import Dense, Input
    from keras.models import Model, Sequential

    x = np.arange(12.0).reshape(3, 4) / 10
    y2, y3 = np.ones((3, 2)), np.ones((3, 3))
    settings = dict({epochs}=2, verbose=0, shuffle=False)

    def filled(m):
        n, ws = 0.0, m.get_weights()
        for w in ws:
            w[...] = (np.arange(w.size).reshape(w.shape) % 7 - 3) / 10.0 + n
            n += 0.01
        m.set_weights(ws)
        return m

    def functional():
        i = Input((4,))
        return filled(Model(i, Dense(3, name="b")(Dense(5, name="a")(i))))

    def stack():
        return filled(Sequential([Dense(5, input_dim=4, name="a"), Dense(3, name="b")]))

    def cut(m):
        m.layers.pop()
        m.outputs = [m.layers[-1].output]
        m.layers[-1].outbound_nodes = []
        return m

    def top():
        return Dense(2, name="n", {ones})

    def trained(m, y):
        m.compile("sgd", "mse")
        losses = m.fit(x, y, **settings).history["loss"]
        return [[round(float(one), 5) for one in losses], len(m.get_weights()), row(m.predict(x))]

    def row(a):
        return np.round(np.asarray(a, "float64")[0], 4).tolist()

    def say(*told):
        print(json.dumps(told, default=int))

    m = functional()
    m.layers.pop()
    say(len(m.layers), m.count_params(), len(m.trainable_weights), *trained(m, y3))
    m.save_weights("w.h5")
    say(len(h5py.File("w.h5", "r").attrs["layer_names"]))
    m = cut(functional())
    say(list(m.output_shape), row(m.predict(x)), m.layers[-1].name)
    say(*trained(Model(m.input, top()(m.layers[-1].output)), y2))
    j = Input((4,))
    say(row(Model(j, cut(functional())(j)).predict(x)))
    m = functional()
    del m.layers[-1]
    say(len(m.layers), len(m.get_weights()))
    m = functional()
    m.layers.remove(m.layers[-1])
    say(len(m.layers), len(m.get_weights()))
    m = functional()
    m.layers.pop(), m.layers.pop()
    say(len(m.layers), len(m.get_weights()), row(m.predict(x)))
    m = functional()
    m.outputs = [m.layers[1].output]
    say(len(m.layers), len(m.get_weights()), row(m.predict(x)))

    s = stack()
    s.layers.pop()
    say(len(s.layers), list(s.output_shape), row(s.predict(x)))
    s = cut(stack())
    say(len(s.layers), row(s.predict(x)))
    s = cut(stack())
    s.add(top())
    say(*trained(s, y2))
"""
OLD, INNER = [-0.191, -0.075, -0.085], [-0.33, -0.17, -0.08, 0.08, 0.1]
ON_INNER = [[2.32, 1.32408], 4, [0.001, 0.001]]
OF_MODELS = [
    [2, 25, 2, [1.19221, 1.18615], 2, [-0.1871, -0.0699, -0.0838]],
    [2],
    [[None, 3], INNER, "a"],
    ON_INNER,
    [INNER],
    [2, 2],
    [2, 2],
    [1, 0, OLD],
    [3, 4, INNER],
]
OF_STACKS = {
    "keras1": [[1, [None, 3], OLD], [1, INNER], ON_INNER],
    "keras2": [[2, [None, 3], OLD], [2, OLD], [[1.60806, 1.27651], 6, [-0.1172, -0.1172]]],
}
WORDS = {
    "keras1": {"epochs": "nb_epoch", "ones": "init='one'"},
    "keras2": {"epochs": "epochs", "ones": "kernel_initializer='ones'"},
}


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_a_model_without_its_top_is_what_it_was(era, tmp_path):
    found = printed(textwrap.dedent(SCRIPT).format(**WORDS[era]), era, tmp_path)
    assert found == [*OF_MODELS, *OF_STACKS[era]]
