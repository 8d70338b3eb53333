"""Record how Keras of the time goes on with models that were saved with their loss and metrics.

Run with each of them, in its own environment:

    python record_compiled.py keras1 keras              # Keras 1.2.2
    python record_compiled.py keras2 keras              # Keras 2.2.4
    python record_compiled.py tf215 tensorflow.keras    # TensorFlow 2.15
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "compiled"
X = np.sin(np.arange(96.0)).reshape(24, 4).astype("float32")
Y = (X.sum(1) > 0).astype("float32")


def compiled(keras, era):
    """Arguments of `compile` by the name of a file."""
    if era != "tf215":
        sgd = keras.optimizers.SGD(0.1, decay=0.1)
        return {
            "decay.h5": (sgd, "binary_crossentropy", ["accuracy"]),
            "rmsprop.h5": ("rmsprop", "mean_squared_error", ["mean_absolute_error"]),
        }
    losses, metrics = keras.losses, keras.metrics
    legacy, entropy = keras.optimizers.legacy, losses.BinaryCrossentropy(label_smoothing=0.1)
    objects = ("adam", entropy, [metrics.AUC(name="auc"), metrics.BinaryAccuracy(), "mae"])
    functions = ("rmsprop", losses.binary_crossentropy, [metrics.binary_accuracy, "accuracy"])
    return {
        "decay.h5": (legacy.Adam(0.01, decay=0.1), "binary_crossentropy", ["accuracy"]),
        "objects.h5": objects,
        "objects.keras": objects,
        "functions.h5": functions,
    }


def build(keras):
    model = keras.models.Sequential()
    model.add(keras.layers.Dense(3, activation="tanh", input_shape=(4,)))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    return model


def trained(model, epochs):
    history = model.fit(X, Y, 8, epochs, verbose=0, shuffle=False).history
    return {name: [float(one) for one in values] for name, values in history.items()}


def main():
    era, root = sys.argv[1:]
    keras = importlib.import_module(root)
    FOLDER.mkdir(exist_ok=True)
    record = {}
    for name, (optimizer, loss, metrics) in compiled(keras, era).items():
        model = build(keras)
        model.compile(optimizer, loss, metrics=metrics)
        trained(model, 2)
        path = str(FOLDER / (era + "_" + name))
        model.save(path)
        record[name] = trained(keras.models.load_model(path), 3)
    Path(FOLDER / (era + ".json")).write_text(json.dumps(record, indent=1) + "\n")
    print("trainings of", root, "went on")


if __name__ == "__main__":
    main()
