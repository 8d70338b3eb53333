"""Record what recurrent layers with `stateful=True` gave in Keras of the time.

Run with each of them, in its own environment:

    python record_states.py keras1 keras              # Keras 1.2.2
    python record_states.py keras2 keras              # Keras 2.2.4
    python record_states.py tf2 tensorflow.keras      # TensorFlow 2.15

The same functions compute the numbers of today in the test. It needs Python 3.6. The TensorFlow of
Keras 1.2.2 has no order in which weights are read and written, so that its LSTM and GRU train on
something else than their formulas; Keras 2.2.4, which has the same ones, stands in for it there.
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "states"
KINDS = ("SimpleRNN", "LSTM", "GRU", "Bidirectional")
GATES = {12: (0, 2, 1, 3), 9: (0, 1, 2)}  # Keras 1 has arrays for each gate: i c f o, or z r h


def wave(shape, start=0.0):
    """Numbers between -1 and 1 that look like nothing."""
    size = int(np.prod(shape))
    return np.sin(start + 1.7 * np.arange(size) ** 1.1).reshape(shape).astype("float32")


def build(keras, kind):
    made = keras.layers.LSTM if kind == "Bidirectional" else getattr(keras.layers, kind)
    model = keras.models.Sequential()
    if kind == "Bidirectional":
        inner = made(3, stateful=True, return_sequences=True)
        model.add(keras.layers.Bidirectional(inner, batch_input_shape=(2, 4, 3)))
    else:
        first = {"stateful": True, "return_sequences": True, "batch_input_shape": (2, 4, 3)}
        model.add(made(3, **first))
    model.add(made(2, stateful=True))
    given = [wave(one.shape, place) for place, one in enumerate(joined(model))]
    model.set_weights(parted(model, given))
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


def joined(model):
    """The weights as Keras 2 has them: a kernel, a recurrent kernel and a bias for each layer."""
    found = []
    for layer in model.layers:
        weights = layer.get_weights()
        while weights:
            gates = next((GATES[size] for size in GATES if is_by_gate(weights, size)), None)
            count = 3 if gates is None else 3 * len(gates)
            part, weights = weights[:count], weights[count:]
            if gates is not None:
                part = [np.concatenate([part[3 * g + k] for g in gates], -1) for k in range(3)]
            found += part
    return found


def is_by_gate(weights, size):
    shapes = [one.shape for one in weights[:size]]
    are_kernels_alike = shapes[0::3] == [shapes[0]] * (size // 3)
    return len(shapes) == size and len(set(shapes)) <= 3 and are_kernels_alike


def parted(model, given):
    """Weights of Keras 2 as the model takes them."""
    given, found = list(given), []
    for layer in model.layers:
        weights = layer.get_weights()
        while weights:
            gates = next((GATES[size] for size in GATES if is_by_gate(weights, size)), None)
            part, given = given[:3], given[3:]
            if gates is None:
                found += part
                weights = weights[3:]
                continue
            cut = [dict(zip(gates, np.split(one, len(gates), -1))) for one in part]
            found += [cut[kind][gate] for gate in range(len(gates)) for kind in range(3)]
            weights = weights[3 * len(gates) :]
    return found


def result(keras, kind, epochs="epochs"):
    model = build(keras, kind)
    x, y = wave((6, 4, 3), 0.3), wave((6, 2), 0.9)
    found = {"first": model.predict(x, batch_size=2), "on": model.predict(x, batch_size=2)}
    model.reset_states()
    found["reset"] = model.predict(x[:2], batch_size=2)
    found["evaluated"] = model.evaluate(x, y, batch_size=2, verbose=0)
    model.reset_states()
    settings = {epochs: 2, "batch_size": 2, "shuffle": False, "verbose": 0}
    found["losses"] = model.fit(x, y, **settings).history["loss"]
    found["trained"] = [float(model.train_on_batch(x[:2], y[:2])) for _ in range(2)]
    found["weights"] = joined(model)
    found["after"] = model.predict(x[2:4], batch_size=2)
    return found


def plain(value):
    """A result in JSON's types, with eight digits."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in sorted(value.items())}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(part) for part in value]
    return float(f"{value:.8g}")


def main():
    era, root = sys.argv[1:]
    if era == "keras2":  # else TensorFlow 1 may write a weight or a state before all have read it
        importlib.import_module("tensorflow").enable_resource_variables()
    keras = importlib.import_module(root)
    FOLDER.mkdir(exist_ok=True)
    epochs = "nb_epoch" if era == "keras1" else "epochs"
    record = {kind: plain(result(keras, kind, epochs)) for kind in KINDS}
    Path(FOLDER / (era + ".json")).write_text(json.dumps(record) + "\n")
    print("states of", root, "recorded")


if __name__ == "__main__":
    main()
