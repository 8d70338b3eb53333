"""Configs of layers that a script reads have the names of Keras 1.2.2, and its classes take them.

`layer_configs.json` has what it gave for each line. Its names of layers were others, and an
`input_dim` that was told by a shape was `None`.
"""

from __future__ import annotations

import json
from pathlib import Path

import keras
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

RECORDED = json.loads((Path(__file__).parent / "layer_configs.json").read_text())
NOT_COMPARED = {"LSTM": {"inner_init"}}
"""Ours draws recurrent weights of an LSTM by `init`, as then, and tells so."""


@pytest.fixture
def keras1():
    activation.activate(named("keras1"))
    yield
    activation.deactivate()


@pytest.mark.parametrize("line", RECORDED)
def test_a_config_has_the_names_of_then(line, keras1):
    layer = eval(line, dict(vars(keras.layers)))
    found, then = layer.get_config(), dict(RECORDED[line])
    again = type(layer).from_config(found).get_config()
    for config in (found, again):
        config.pop("name")
    assert again == found
    skipped = NOT_COMPARED.get(type(layer).__name__, set())
    if then.get("input_dim", 0) is None:
        skipped = skipped | {"input_dim", "input_length"}
    assert found.keys() == then.keys()
    for name in found.keys() - skipped:
        assert json.loads(json.dumps(found[name])) == then[name], name


def test_a_class_of_the_scripts_own(printed_in):
    script = """
        import numpy as np
        from keras.layers import Dense
        from keras.models import Sequential, load_model

        class Own(Dense):
            def __init__(self, output_dim, extra=1, **kwargs):
                super(Own, self).__init__(output_dim, **kwargs)
                self.extra = extra
            def get_config(self):
                return dict(super(Own, self).get_config(), extra=self.extra)

        model = Sequential([Own(3, extra=2, input_dim=4), Dense(2, init="uniform")])
        model.compile("sgd", "mse")
        model.save("own.h5")
        read = load_model("own.h5", {"Own": Own})
        print(read.layers[0].extra, read.layers[0].get_config()["output_dim"])
        print(np.allclose(read.predict(np.ones((1, 4))), model.predict(np.ones((1, 4)))))
        told = Sequential([Dense(3, input_dim=4), Dense(2, init="uniform")]).get_config()
        print([(one["config"]["output_dim"], one["config"]["init"]) for one in told])
        print([one.output_shape for one in Sequential.from_config(told).layers])
    """
    assert printed_in("keras1", script) == (
        "2 3\nTrue\n[(3, 'glorot_uniform'), (2, 'uniform')]\n[(None, 3), (None, 2)]\n"
    )
