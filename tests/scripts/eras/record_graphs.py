"""Save models with merges, with models in them and with functions, as the Keras of an era did.

    python record_graphs.py keras1 keras             # Keras 1.2.2
    python record_graphs.py keras2 keras             # Keras 2.2.4
    python record_graphs.py tf2 tensorflow.keras     # TensorFlow 2.15

What they predict is kept beside them. It needs Python 3.5.
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "models"
ONLY_KERAS_1 = ("merges", "merged")


def graph(keras, joined):
    """A model that is called twice, a Sequential of two inputs' own, and a model as the end."""
    layers, Model = keras.layers, keras.models.Model
    first, second = layers.Input((4,)), layers.Input((4,))
    shared = keras.models.Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(2)])
    begin = layers.Input((4,))
    inner = Model(begin, layers.Dense(4, activation="tanh")(begin))
    deep_begin = layers.Input((4,))
    deep = Model(deep_begin, layers.Dense(3)(deep_begin))
    outer_begin = layers.Input((4,))
    outer = Model(outer_begin, layers.Dense(2)(deep(outer_begin)))
    left, right = shared(inner(first)), shared(inner(inner(second)))
    end_begin = layers.Input((6,))
    end = Model(end_begin, layers.Dense(1)(end_begin))
    return Model([first, second], [end(joined([left, right, outer(second)])), shared(second)])


def stack(keras, joined):
    """A Sequential that begins with a model, as one on top of a trained network does."""
    begin = keras.layers.Input((4,))
    inner = keras.models.Model(begin, keras.layers.Dense(4)(begin))
    return keras.models.Sequential([inner, keras.layers.Dense(2)])


def merges(keras, joined):
    """All modes of `merge`, by the function and by the layer."""
    from keras.layers import Dense, Input, Merge, merge

    first, second = Input((4,)), Input((4,))
    pairs = [Dense(3)(first), Dense(3)(second)]
    tensors = [merge(pairs, mode=mode) for mode in ("sum", "mul", "ave", "max", "concat")]
    tensors.append(Merge(mode="dot", dot_axes=1)(pairs))
    steps = [keras.layers.Reshape((2, 3))(Dense(6)(one)) for one in (first, second)]
    tensors.append(keras.layers.Flatten()(merge(steps, mode="dot", dot_axes=[2, 2])))
    tensors.append(keras.layers.Flatten()(merge(steps, mode="cos", dot_axes=[2, 2])))
    whole = merge(tensors, mode="concat", concat_axis=1, name="joined")
    return keras.models.Model([first, second], Dense(2)(whole))


def merged(keras, joined):
    """A Sequential that merges models first."""
    from keras.layers import Dense, Merge

    parts = [keras.models.Sequential([Dense(3, input_dim=4)]) for _ in range(2)]
    return keras.models.Sequential([Merge(parts, mode="concat"), Dense(2)])


def function(keras, joined):
    """A lambda in a file, whose code only the Python that wrote it can read."""
    begin = keras.layers.Input((4,))
    doubled = keras.layers.Lambda(lambda x: x * 2, name="doubled")(begin)
    return keras.models.Model(begin, keras.layers.Dense(2)(doubled))


def inputs(count):
    values = np.sin(np.arange(24 * count)).astype("float32").reshape((count, 6, 4))
    return list(values) if count > 1 else values[0]


def main():
    era, root = sys.argv[1:]
    keras = importlib.import_module(root)

    def joined(tensors):
        if era == "keras1":
            return keras.layers.merge(tensors, mode="concat")
        return keras.layers.concatenate(tensors)

    for build in (graph, stack, merges, merged, function):
        if build.__name__ in ONLY_KERAS_1 and era != "keras1":
            continue
        np.random.seed(0)
        model = build(keras, joined)
        model.compile("sgd", "mse")
        path = str(FOLDER / (era + "_" + build.__name__))
        model.save(path + ".h5")
        predicted = model.predict(inputs(len(model.inputs)))
        predicted = predicted if isinstance(predicted, list) else [predicted]
        record = {"predicted": [one.tolist() for one in predicted], "config": model.to_json()}
        with open(path + ".json", "w") as file:
            json.dump(record, file)


if __name__ == "__main__":
    main()
