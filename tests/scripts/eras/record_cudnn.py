"""Save a model of cuDNN's layers as Keras 2.2.4 saved it, with what Keras 2.2.4 predicted by it.

    python record_cudnn.py

The kernels of cuDNN need a GPU. Keras 2.2.4 computed the same without one: it read the weights into
`LSTM` and `GRU` with the sigmoid for their gates, and `reset_after=True` (`_convert_rnn_weights`;
its tests/keras/layers/cudnn_recurrent_test.py compares both). It needs Python 3.6 or 3.7.
"""

import json
from pathlib import Path

import keras
import numpy as np
from keras import backend, layers

FOLDER = Path(__file__).parent / "models"


def built(long_memory, gated, **settings):
    steps = layers.Input((5, 3))
    inner = long_memory(2, return_sequences=True, name="long", **settings)(steps)
    inner = layers.Bidirectional(gated(2, name="gated"), name="both")(inner)
    return keras.models.Model(steps, inner)


def without_kernel(layer, inputs, initial_state):
    """Outputs of the right shape: a session takes no graph with a kernel that it has not."""
    steps = backend.dot(inputs, backend.zeros((backend.int_shape(inputs)[-1], layer.units)))
    return (steps if layer.return_sequences else steps[:, -1]), initial_state


def main():
    layers.CuDNNLSTM._process_batch = layers.CuDNNGRU._process_batch = without_kernel
    model = built(layers.CuDNNLSTM, layers.CuDNNGRU)
    rng = np.random.RandomState(0)
    model.set_weights([rng.normal(size=one.shape) for one in model.get_weights()])
    model.save(str(FOLDER / "keras2_cudnn.h5"))
    model.save_weights(str(FOLDER / "keras2_cudnn_weights.h5"))

    def long_memory(*args, **settings):
        return layers.LSTM(*args, recurrent_activation="sigmoid", **settings)

    def gated(*args, **settings):
        return layers.GRU(*args, recurrent_activation="sigmoid", reset_after=True, **settings)

    same = built(long_memory, gated)
    same.load_weights(str(FOLDER / "keras2_cudnn_weights.h5"))
    x = np.sin(np.arange(30)).reshape(2, 5, 3)
    found = {"config": json.loads(model.to_json()), "predicted": same.predict(x).tolist()}
    (FOLDER / "keras2_cudnn.json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
