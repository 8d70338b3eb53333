"""Ask the Keras of an era for one step of training of every line of `steps.txt`.

Run it with each release that an era stands for (docs/design/0050 says how they install), and give
it the era and the name of the package:

    python record_steps.py keras2 keras               # Keras 2.2.4 on TensorFlow 1.15
    python record_steps.py tf2 tensorflow.keras       # TensorFlow 2.15

The same functions compute the numbers of today in the test. It needs Python 3.6.
"""

import contextlib
import importlib
import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
RECORDS = HERE / "steps"
ROOMS = ["layers", "optimizers", "regularizers"]


def lines(era):
    """The kind and the expression of each line for an era."""
    found = []
    for line in (HERE / "steps.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            eras, kind, expression = (part.strip() for part in line.split("|"))
            if era in eras.split():
                found.append((kind, expression))
    return found


def wave(shape, start=0.0):
    """Numbers between -1 and 1 that look like nothing."""
    size = int(np.prod(shape))
    return np.sin(start + 1.7 * np.arange(size) ** 1.1).reshape(shape).astype("float32")


def given_weights(model):
    """Weights that do not come from chance; variances are positive."""
    shapes = [weights.shape for weights in model.get_weights()]
    model.set_weights(
        [
            np.abs(wave(shape, place)) + 0.5
            if len(shape) == 1 and place == 3
            else wave(shape, place)
            for place, shape in enumerate(shapes)
        ]
    )


def names(keras):
    found = {}
    for room in ROOMS:
        module = importlib.import_module(keras.__name__ + "." + room)
        found.update((n, getattr(module, n)) for n in dir(module) if n[0] != "_")
    for name in (
        "MaxoutDense",
        "Highway",
        "TimeDistributedDense",
        "LocallyConnected1D",
        "ThresholdedReLU",
    ):
        if hasattr(keras.layers, name):
            found[name] = getattr(keras.layers, name)
    for name in ("LocallyConnected1D", "LocallyConnected2D"):
        if hasattr(keras.layers, name):
            found[name] = getattr(keras.layers, name)
    with contextlib.suppress(ImportError):  # tf.keras alone had it
        found["legacy"] = importlib.import_module(keras.__name__ + ".optimizers.legacy")
    return found


def layer(keras, shape, expression, steps=1):
    known = names(keras)
    inputs = keras.layers.Input(shape)
    made = eval(expression, known)
    outputs = made([inputs, inputs]) if "Attention" in expression else made(inputs)
    model = keras.models.Model(inputs, outputs)
    given_weights(model)
    model.compile(known["SGD"](0.1), "mse")
    x = wave((6, *shape), 0.3)
    before = model.predict(x, verbose=0)
    y = wave(before.shape, 0.9)
    for step in range(steps):
        loss = model.train_on_batch(x + step, y)
    return {"outputs": before, "loss": loss, "weights": model.get_weights()}


def dense(keras, width=3, activation=None):
    model = keras.models.Sequential()
    model.add(keras.layers.Dense(width, input_shape=(4,), activation=activation))
    given_weights(model)
    return model


def optimizer(keras, expression):
    model = dense(keras)
    model.compile(eval(expression, names(keras)), "mse")
    x, y = wave((6, 4), 0.3), wave((6, 3), 0.9)
    losses = [float(model.train_on_batch(x, y)) for _ in range(3)]
    return {"losses": losses, "weights": model.get_weights()}


def loss(keras, expression, weighted=False):
    name = eval(expression)
    activation = "softmax" if "crossentropy" in name or "kull" in name else "softplus"
    model = dense(keras, activation=activation)
    x, y = wave((6, 4), 0.3), np.abs(wave((6, 3), 0.9))
    if "sparse" in name:
        y = np.arange(6).reshape(6, 1) % 3
    elif "crossentropy" in name:
        y = np.eye(3, dtype="float32")[np.arange(6) % 3]
    known = names(keras)
    model.compile(known["SGD"](0.1), name, metrics=["accuracy"])
    weights = np.array([1.0, 0.5, 0.0, 2.0, 1.0, 1.0], "float32") if weighted else None
    evaluated = model.evaluate(x, y, verbose=0, sample_weight=weights, batch_size=4)
    trained = model.train_on_batch(x, y, sample_weight=weights)
    found = {"evaluated": evaluated, "trained": trained, "weights": model.get_weights()}
    history = model.fit(x, y, batch_size=4, shuffle=False, verbose=0, sample_weight=weights)
    found["logged"] = {name: values[0] for name, values in sorted(history.history.items())}
    return found


def metric(keras, expression):
    """What evaluating and training log for a metric, from two batches of unequal size."""
    name = eval(expression)
    is_share = "crossentropy" in name or "kull" in name or "categorical" in name or "top" in name
    model = dense(keras, activation="softmax" if is_share else "softplus")
    x, y = wave((6, 4), 0.3), np.abs(wave((6, 3), 0.9))
    if "sparse" in name:
        y = np.arange(6).reshape(6, 1) % 3
    elif is_share or "accuracy" in name:
        y = np.eye(3, dtype="float32")[np.arange(6) % 3]
    loss = "sparse_categorical_crossentropy" if "sparse" in name else "mean_squared_error"
    model.compile(names(keras)["SGD"](0.1), loss, metrics=[name])
    evaluated = model.evaluate(x, y, verbose=0, batch_size=4)
    history = model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
    logged = {name: values[0] for name, values in sorted(history.history.items())}
    return {"evaluated": evaluated, "logged": logged}


def masked_loss(keras, expression):
    model = keras.models.Sequential()
    model.add(keras.layers.Masking(0.0, input_shape=(5, 3)))
    model.add(keras.layers.LSTM(2, return_sequences=True))
    given_weights(model)
    model.compile(names(keras)["SGD"](0.1), eval(expression))
    x, y = wave((6, 5, 3), 0.3), wave((6, 5, 2), 0.9)
    x[:3, 3:] = 0
    return {"trained": model.train_on_batch(x, y), "weights": model.get_weights()}


def initializer(keras, expression):
    """The deviation of 40,000 draws, and the largest of them: what a formula says."""
    name = eval(expression)
    model = keras.models.Sequential()
    arguments = {"init": name}
    if not getattr(keras, "__version__", "2").startswith("1."):
        arguments = {"kernel_initializer": name}
    model.add(keras.layers.Dense(100, input_shape=(400,), **arguments))
    drawn = model.get_weights()[0]
    return {"deviation": float(drawn.std()), "largest": float(np.abs(drawn).max())}


def result(keras, kind, expression):
    if kind == "optimizer":
        return optimizer(keras, expression)
    if kind == "initializer":
        return initializer(keras, expression)
    if kind == "metric":
        return metric(keras, expression)
    if kind == "masked loss":
        return masked_loss(keras, expression)
    if kind.endswith("loss"):
        return loss(keras, expression, weighted=kind != "loss")
    if kind.startswith("3 steps of "):
        return layer(keras, eval(kind[11:]), expression, steps=3)
    return layer(keras, eval(kind), expression)


def plain(value):
    """A result in JSON's types, with eight digits."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "values": plain(value.ravel().tolist())}
    return float(f"{value:.8g}")


def main():
    era, root = sys.argv[1:]
    keras = importlib.import_module(root)
    found = []
    for kind, expression in lines(era):
        keras.backend.clear_session()
        try:
            numbers = plain(result(keras, kind, expression))
        except Exception as error:
            print(kind, expression, type(error).__name__, str(error)[:200])
            continue
        found.append(f"{json.dumps(kind + ' | ' + expression)}: {json.dumps(numbers)}")
    RECORDS.mkdir(exist_ok=True)
    (RECORDS / (era + ".json")).write_text("{\n" + ",\n".join(found) + "\n}\n")
    print(len(found), "records of", root)


if __name__ == "__main__":
    main()
