"""A file that names something of the script's own says what to write; Keras 2.2.4 named it, too."""

from __future__ import annotations

import pytest

SCRIPT = """
    import numpy as np
    from {package} import backend as K
    from {package}.layers import Dense, Layer
    from {package}.models import Sequential, load_model, model_from_json
    from {package}.optimizers import Adam

    class Mine(Adam):
        pass

    class Own(Layer):
        def call(self, x):
            return x * 2

    def swish(x):
        return x * K.sigmoid(x)

    def start(shape, dtype=None):
        return K.ones(shape)

    def far(y, p):
        return K.mean(K.square(y - p))

    def told(read, *args, **kwargs):
        try:
            print(type(read(*args, **kwargs)).__name__)
        except ValueError as error:
            print(str(error).replace("'", "").split(". ")[0])

    plain = dict(optimizer="sgd", loss="mse")
    for layer, more in (
        (Own(), {{}}), (Dense(1, activation=swish), {{}}),
        (Dense(1, kernel_initializer=start), {{}}),
        (Dense(1), {{"optimizer": Mine()}}), (Dense(1), {{"loss": far}}),
        (Dense(1), {{"metrics": [far]}}),
    ):
        m = Sequential([Dense(2, input_shape=(3,)), layer])
        m.compile(**dict(plain, **more))
        m.save("m.h5")
        told(load_model, "m.h5")
        told(load_model, "m.h5", custom_objects=dict(Own=Own, swish=swish, start=start, far=far,
                                                     Mine=Mine))
    told(model_from_json, Sequential([Dense(2, input_shape=(3,)), Own()]).to_json())
"""
PRINTED = """\
Unknown layer: Own
Sequential
Unknown activation: swish
Sequential
Unknown initializer: start
Sequential
Unknown optimizer: Mine
Sequential
Unknown loss function: far
Sequential
Unknown metric function: far
Sequential
Unknown layer: Own
"""


@pytest.mark.parametrize(("era", "package"), [("keras2", "keras"), ("tf2", "tensorflow.keras")])
def test_the_name_is_told(era, package, printed_in):
    assert printed_in(era, SCRIPT.format(package=package)) == PRINTED
