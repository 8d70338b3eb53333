"""Initial weights, and what building a model takes from `np.random` and `random`.

`initial_weights.json` has what Keras 1.2.2 (TensorFlow 1.4) and 2.2.4 (TensorFlow 1.14) printed for
this script: after each model a number of either generator, and the first weights of each array.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import numpy as np
import pytest

from .results import printed

SCRIPT = """
    import json
    import random
    import numpy as np
    {imports}
    from keras.layers import Dense, Dropout, Embedding, GaussianNoise
    from keras.layers.noise import GaussianDropout
    from keras.models import Model, Sequential

    def show(name, layers):
        np.random.seed(7)
        random.seed(3)
        m = Sequential(layers())
        weights = [w.astype("float64").ravel()[:8].tolist() for w in m.get_weights()]
        print(json.dumps([name, random.random(), np.random.rand(), weights]))

    for n in {names!r}.split():
        show(n, lambda: [Dense(3, input_dim=4, {init}=n)])
    show("embedding", lambda: [Embedding(5, 3, input_length=2)])
    show("dropout", lambda: [Dense(3, input_dim=4), Dropout(0.5), GaussianNoise(0.1),
                             GaussianDropout(0.2), Dropout(0.0), Dense(2)])
    inner = lambda: Sequential([Dense(3, input_dim=4), Dropout(0.5), Dense(2)])
    show("nested", lambda: [Dense(4, input_dim=4), inner(), Dense(2)])
    from keras import backend as K
    from keras.layers import Lambda
    noise = lambda t: t + 0 * K.random_normal((1, 4)) * K.random_uniform((1, 4))
    inner = lambda: Sequential([Dense(4, input_dim=4), Lambda(noise, output_shape=(4,))])
    show("lambda", lambda: [Dense(4, input_dim=4), Lambda(noise), Dense(2)])
    show("lambda of a shape", lambda: [Lambda(noise, input_shape=(4,), output_shape=(4,)),
                                       Dense(2)])
    show("nested lambda", lambda: [Dense(4, input_dim=4), inner(), Dense(2)])
    show("backend", lambda: [K.random_normal((2,)) is None or Dense(2, input_dim=4)])
    {rest}
"""
SAME = "lecun_uniform glorot_normal glorot_uniform he_normal he_uniform orthogonal zero"
WORDS = {
    "keras1": {
        "imports": "from keras.layers import *",
        "names": f"uniform normal {SAME}",
        "init": "init",
        "rest": """
    show("conv", lambda: [Convolution2D(3, 3, 3, input_shape=(8, 8, 2), dim_ordering="tf")])
    show("conv1d", lambda: [Convolution1D(3, 2, input_shape=(8, 2))])
    show("lstm", lambda: [LSTM(2, input_shape=(4, 3), dropout_W=0.5, dropout_U=0.5), Dense(2)])
    show("gru", lambda: [GRU(2, input_shape=(4, 3), dropout_U=0.5), Dense(2)])
    show("both ways, lstm", lambda: [Bidirectional(LSTM(2), input_shape=(4, 3)), Dense(2)])
    show("both ways, gru", lambda: [Bidirectional(GRU(2), input_shape=(4, 3)), Dense(2)])
    show("three axes", lambda: [MaxoutDense(3, nb_feature=2, input_dim=4), SReLU()])
    show("volumes", lambda: [Convolution3D(2, 2, 2, 3, input_shape=(4, 4, 4, 1))])
""",
    },
    "keras2": {
        "imports": "from keras import initializers; from keras.layers import LSTM, Conv2D",
        "names": f"random_uniform random_normal truncated_normal lecun_normal {SAME}s",
        "init": "kernel_initializer",
        "rest": """
    show("conv", lambda: [Conv2D(3, 3, input_shape=(8, 8, 2))])
    show("lstm", lambda: [LSTM(2, input_shape=(4, 3), dropout=0.5, recurrent_dropout=0.5),
                          Dense(2)])
    seeded = initializers.glorot_normal(seed=5), initializers.Orthogonal(seed=6)
    show("seeded", lambda: [Dense(3, kernel_initializer=seeded[0], input_dim=4),
                            Dense(2, kernel_initializer=seeded[1]), Dense(2)])
    from keras.layers import LocallyConnected1D, PReLU
    show("one axis", lambda: [PReLU("glorot_uniform", input_shape=(5,)), PReLU("he_normal")])
    show("three axes", lambda: [LocallyConnected1D(2, 2, input_shape=(4, 3))])
""",
    },
}
BEFORE_KERAS = """
    import random
    import numpy as np
    np.random.seed(7)
    random.seed(3)
    import keras
    from keras.layers import Dense
    print([random.random(), np.random.rand()])
"""
RECORDED = json.loads((Path(__file__).parent / "initial_weights.json").read_text())


def script(era):
    """The script in the words of an era."""
    words = {**WORDS[era], "rest": textwrap.dedent(WORDS[era]["rest"])}
    return textwrap.dedent(SCRIPT).format(**words)


@pytest.mark.parametrize("era", ["keras1", "keras2"])
def test_a_seed_of_numpy_gives_the_weights_of_the_time(era, tmp_path):
    found = printed(script(era), era, tmp_path)
    assert [one[:3] for one in found] == [one[:3] for one in RECORDED[era]]
    for (name, *_, arrays), (*_, then) in zip(found, RECORDED[era]):
        assert len(arrays) == len(then)
        for mine, theirs in zip(arrays, then):
            np.testing.assert_allclose(mine, theirs, rtol=2e-6, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_importing_keras_draws_nothing(era, tmp_path):
    # What CPython and NumPy draw first for these seeds, as under Keras 1.2.2, 2.2.4 and 2.15.
    found = printed(textwrap.dedent(BEFORE_KERAS), era, tmp_path)
    assert found == [[0.23796462709189137, 0.07630828937395717]]
