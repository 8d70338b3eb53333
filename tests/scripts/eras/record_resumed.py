"""Record how Keras of the time goes on with a training after `load_model`.

Run with each of them, in its own environment:

    python record_resumed.py keras1 keras              # Keras 1.2.2
    python record_resumed.py keras2 keras              # Keras 2.2.4
    python record_resumed.py tf2 tensorflow.keras      # TensorFlow 2.3
    python record_resumed.py tf215 tensorflow.keras    # TensorFlow 2.15
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "resumed"
OPTIMIZERS = ("adam", "rmsprop", "sgd")
X = np.sin(np.arange(24.0)).reshape(8, 3).astype("float32")
Y = np.cos(np.arange(8.0)).reshape(8, 1).astype("float32")


def build(keras, name):
    layers = keras.layers
    model = keras.models.Sequential()
    model.add(layers.BatchNormalization(input_shape=(3,)))
    model.add(layers.Dense(3))
    model.add(layers.BatchNormalization())
    model.add(layers.Dense(1))
    optimizer = keras.optimizers.SGD(momentum=0.9) if name == "sgd" else name
    model.compile(optimizer, "mse")
    return model


def losses(model, steps):
    return [float(model.train_on_batch(X, Y)) for _ in range(steps)]


def main():
    era, root = sys.argv[1:]
    keras = importlib.import_module(root)
    FOLDER.mkdir(exist_ok=True)
    record = {}
    for name in OPTIMIZERS:
        model = build(keras, name)
        losses(model, 4)
        path = str(FOLDER / (era + "_" + name + ".h5"))
        model.save(path)
        record[name] = losses(keras.models.load_model(path), 3)
    Path(FOLDER / (era + ".json")).write_text(json.dumps(record, indent=1) + "\n")
    print("trainings of", root, "went on")


if __name__ == "__main__":
    main()
