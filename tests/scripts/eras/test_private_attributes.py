"""Names with an underscore that public scripts read of a model, as Keras 2.2.4 gave them."""

from __future__ import annotations

import json

SCRIPT = """
    import json
    import numpy as np
    from keras.layers import Dense, Dropout, Input
    from keras.models import Model, Sequential

    x = np.arange(12, dtype="float32").reshape(4, 3) / 4
    y = np.array([0, 1, 0, 1])
    a = Input((3,), name="a")
    h = Dense(2, name="h")(a)
    o = Dense(2, name="o", activation="softmax")(h)
    p = Dense(1, name="p")(Dropout(0.5, name="d")(h))
    two = Model(a, [o, p])
    two.compile("sgd", ["sparse_categorical_crossentropy", "mse"])
    one = Sequential([Dense(2, input_shape=(3,), name="f"), Dense(1, name="g")])
    one.compile("sgd", "mse")

    def told(*found):
        print(json.dumps(found, default=lambda one: np.round(one, 3).tolist()))

    for model in (one, two):
        told(len(model._collected_trainable_weights), model._function_kwargs,
             model._feed_input_shapes, model._feed_output_names, model._feed_output_shapes,
             [f.__name__ for f in model._feed_loss_fns], bool(model._uses_dynamic_learning_phase()),
             model._is_graph_network, len(model._feed_inputs), len(model._feed_input_names))
        model.layers[1].trainable = False
        told(len(model._collected_trainable_weights), len(model.trainable_weights))
    told(two._feed_input_names)
    told([[layer.name for layer in found] for found in (two._input_layers, two._output_layers)],
         {depth: sorted(layer.name for layer in two._layers_by_depth[depth]) for depth in (0, 1)})
    w = np.arange(4.0)
    told(*one._standardize_user_data(x, y))
    told(*one._standardize_user_data(x, y, sample_weight=w, batch_size=2)[1:])
    told(*one._standardize_user_data([x], [y[:, None]], class_weight={0: 1.0, 1: 3.0})[1:])
    told(*two._standardize_user_data(x, [y, y]))
    told(*two._standardize_user_data({"a": x}, {"p": y, "o": 1 - y}, sample_weight=[w, None])[1:])
    told(*two._standardize_user_data(x, [y, y], class_weight={"p": {0: 2.0, 1: 5.0}})[1:])
"""
PRINTED = [
    [4, {}, [[None, 3]], ["g"], [[None, 1]], ["mean_squared_error"], False, True, 1, 1],
    [4, 2],
    [
        6,
        {},
        [[None, 3]],
        ["o", "p"],
        [[None, 2], [None, 1]],
        ["sparse_categorical_crossentropy", "mean_squared_error"],
        True,
        True,
        1,
        1,
    ],
    [6, 4],
    [["a"]],
    [[["a"], ["o", "p"]], {"0": ["o", "p"], "1": ["d"]}],
    [
        [[[0.0, 0.25, 0.5], [0.75, 1.0, 1.25], [1.5, 1.75, 2.0], [2.25, 2.5, 2.75]]],
        [[[0], [1], [0], [1]]],
        [[1.0, 1.0, 1.0, 1.0]],
    ],
    [[[[0], [1], [0], [1]]], [[0.0, 1.0, 2.0, 3.0]]],
    [[[[0], [1], [0], [1]]], [[1.0, 3.0, 1.0, 3.0]]],
    [
        [[[0.0, 0.25, 0.5], [0.75, 1.0, 1.25], [1.5, 1.75, 2.0], [2.25, 2.5, 2.75]]],
        [[[0], [1], [0], [1]], [[0], [1], [0], [1]]],
        [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]],
    ],
    [[[[1], [0], [1], [0]], [[0], [1], [0], [1]]], [[0.0, 1.0, 2.0, 3.0], [1.0, 1.0, 1.0, 1.0]]],
    [[[[0], [1], [0], [1]], [[0], [1], [0], [1]]], [[1.0, 1.0, 1.0, 1.0], [2.0, 5.0, 2.0, 5.0]]],
]


def test_they_are_what_they_were(printed_in):
    assert [json.loads(line) for line in printed_in("keras2", SCRIPT).splitlines()] == PRINTED


OWN = """
    import numpy as np
    from keras.layers import Dense
    from keras.models import Sequential

    model = Sequential([Dense(1, input_shape=(3,))])
    model.compile("sgd", "mse")
    for verb, use in (("train", "fit"), ("test", "evaluate"), ("predict", "predict")):
        setattr(model, verb + "_function", lambda arrays: [0.5])
        try:
            getattr(model, use)(*[np.ones((4, 3)), np.ones(4)][: 1 if verb == "predict" else 2])
        except NotImplementedError as error:
            print("model.%s_function = " % verb in str(error), "OF204" in str(error))
"""


def test_a_function_of_the_scripts_own_says_what_to_write(printed_in):
    assert printed_in("keras2", OWN) == "True True\n" * 3
