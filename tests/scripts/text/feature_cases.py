"""Spaces of features, adapted on dicts of columns, called, mapped, trained behind and saved."""

from __future__ import annotations

COLUMNS = {
    "size": [1.0, 2.5, -3.0, 4.0, 0.5, 2.0, 9.0, -1.5],
    "grade": [3, 1, 3, 7, 1, 3, 2, 9],
    "town": ["York", "Bath", "York", "Leeds", "Bath", "York", "", "Ely"],
    "street": ["a", "b", "c", "a", "d", "e", "f", "a"],
}
Y = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0]
NEW = {"size": 0.25, "grade": 7, "town": "Oslo", "street": "b"}
WITH_ROWS = ("floats",)
"""Keras neither crosses nor splits a row that has no batch, inside of a `map`."""
TEXTS = {"note": ["good day", "bad", "good", "a bad day", "day", "night", "good night", "bad"]}


def spaces(keras):
    """One space for each kind of feature, output and crossing."""
    F = keras.utils.FeatureSpace
    mixed = {
        "size": F.float_normalized(),
        "grade": F.integer_categorical(num_oov_indices=1),
        "town": F.string_categorical(max_tokens=4),
        "street": F.string_hashed(num_bins=5),
    }
    cross = F.cross(("town", "grade"), crossing_dim=8)
    return {
        "concat": (F(mixed, crosses=[cross], output_mode="concat"), COLUMNS),
        "names": (
            F(
                {
                    "size": "float_discretized",
                    "grade": "integer_hashed",
                    "town": "string_categorical",
                    "street": "string_hashed",
                },
                crosses=[("town", "street")],
                crossing_dim=6,
                hashing_dim=4,
                num_discretization_bins=3,
                output_mode="concat",
            ),
            COLUMNS,
        ),
        "dict": (
            F(
                {
                    "size": F.float_rescaled(scale=0.5, offset=1.0),
                    "grade": F.integer_categorical(output_mode="int"),
                    "town": F.string_categorical(output_mode="int", num_oov_indices=2),
                    "street": F.string_hashed(num_bins=3, output_mode="int"),
                },
                crosses=[F.cross(("street", "town"), crossing_dim=5, output_mode="int")],
                output_mode="dict",
            ),
            COLUMNS,
        ),
        "floats": (
            F(
                {"size": F.float_discretized(num_bins=4), "grade": F.float()},
                output_mode="concat",
            ),
            {name: COLUMNS[name] for name in ("size", "grade")},
        ),
        "own": (
            F(
                {
                    "note": F.feature(
                        dtype="string",
                        preprocessor=keras.layers.TextVectorization(
                            max_tokens=8, output_mode="multi_hot"
                        ),
                        output_mode="float",
                    )
                },
                output_mode="concat",
            ),
            TEXTS,
        ),
    }


def results(keras, tf, np, folder):
    """Vocabularies, encodings, losses of a model behind each space, and those of a saved one."""
    found = {}
    for name, (space, columns) in spaces(keras).items():
        x = {one: np.array(values) for one, values in columns.items()}
        rows = tf.data.Dataset.from_tensor_slices((x, np.array(Y, "float32")))
        space.adapt(rows.map(lambda a, b: a).batch(4))
        batches = rows.batch(3)
        found[name] = {
            "called": plain(np, space(x)),
            "one": plain(np, space({one: NEW.get(one, "bad day") for one in columns})),
            "mapped": [plain(np, one) for one in batches.map(lambda a, b, space=space: space(a))],
        }
        if name in WITH_ROWS:
            alone = rows.map(lambda a, b, space=space: space(a))
            found[name]["rows"] = [plain(np, one) for one in alone.take(2)]
        space.save(f"{folder}/{name}.keras")
        again = keras.models.load_model(f"{folder}/{name}.keras")
        found[name]["loaded"] = plain(np, again(x))
        if space.output_mode == "concat" and name != "own":
            found[name] |= trained(keras, np, space, rows)
    space, columns = spaces(keras)["dict"]
    space.adapt({one: np.array(values) for one, values in columns.items()})
    found["dict"]["of a dict"] = plain(np, space({one: v[:2] for one, v in columns.items()}))
    return found


def trained(keras, np, space, rows):
    """A model on the encoded features, trained on mapped rows, and whole from the raw columns."""
    encoded = space.get_encoded_features()
    layer = keras.layers.Dense(1)
    predicted = layer(encoded)
    training = keras.Model(encoded, predicted)
    kernel = np.sin(np.arange(int(encoded.shape[-1]), dtype="float32"))[:, None]
    layer.set_weights([kernel / 2, np.zeros(1, "float32")])
    training.compile(keras.optimizers.SGD(0.05), "mse")
    ready = rows.batch(4).map(lambda a, b: (space(a), b))
    history = training.fit(ready, epochs=2, verbose=0)
    whole = keras.Model(space.get_inputs(), predicted)
    raw = rows.map(lambda a, b: a).batch(4)
    return {
        "fit": history.history["loss"],
        "inference": np.asarray(whole.predict(raw, verbose=0)).tolist(),
    }


def plain(np, value):
    """Encodings with their dtypes and shapes."""
    if isinstance(value, dict):
        return {name: plain(np, one) for name, one in value.items()}
    array = np.asarray(value)
    return {"dtype": array.dtype.name, "shape": list(array.shape), "values": array.tolist()}
