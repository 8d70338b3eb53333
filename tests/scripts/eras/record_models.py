"""Save small models as the Keras of an era saved them, with what they predict.

    python record_models.py keras1 keras             # Keras 1.2.2
    python record_models.py keras2 keras             # Keras 2.2.4
    python record_models.py tf2 tensorflow.keras     # TensorFlow 2.15

It needs Python 3.6.
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "models"


def sequential(keras, era):
    layers = keras.layers
    model = keras.models.Sequential()
    if era == "keras1":
        first = layers.Convolution2D(2, 3, 3, activation="relu", input_shape=(6, 6, 1))
    else:
        first = layers.Conv2D(2, (3, 3), activation="relu", input_shape=(6, 6, 1))
    model.add(first)
    model.add(layers.BatchNormalization())
    model.add(layers.MaxPooling2D(pool_size=(2, 2)))
    model.add(layers.Dropout(0.5))
    model.add(layers.Flatten())
    model.add(layers.Dense(3))
    model.add(layers.Activation("softmax"))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def recurrent(keras, era):
    layers = keras.layers
    steps = layers.Input((5,))
    inner = layers.Embedding(7, 3, input_length=5)(steps)
    inner = layers.LSTM(2, return_sequences=True)(inner)
    inner = layers.Bidirectional(layers.GRU(2))(inner)
    made = layers.Dense(1, activation="hard_sigmoid")(inner)
    model = keras.models.Model(steps, made)
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    return model


def inputs(name):
    size, shape = (108, (3, 6, 6, 1)) if name == "sequential" else (15, (3, 5))
    values = np.arange(size).reshape(shape)
    return np.sin(values).astype("float32") if name == "sequential" else values % 7


def main():
    era, root = sys.argv[1:]
    keras = importlib.import_module(root)
    FOLDER.mkdir(exist_ok=True)
    for name, build in (("sequential", sequential), ("recurrent", recurrent)):
        model = build(keras, era)
        x = inputs(name)
        y = np.eye(3)[[0, 2, 1]] if name == "sequential" else np.array([[0], [1], [1]])
        model.fit(x, y, verbose=0)
        path = FOLDER / f"{era}_{name}"
        model.save(f"{path}.h5")
        model.save_weights(f"{path}_weights.h5")
        config = json.loads(model.to_json())
        found = {"config": config, "predicted": model.predict(x).tolist()}
        Path(f"{path}.json").write_text(json.dumps(found) + "\n")
    print("models of", root)


if __name__ == "__main__":
    main()
