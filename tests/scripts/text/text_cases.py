"""Models whose inputs are text, trained from given weights without a shuffle."""

from __future__ import annotations

TEXTS = ["good day", "bad night", "a good night", "very bad day", "day", "night of a bad day"]
KINDS = ["x", "y", "z", "x", "", "y"]
Y = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]


def results(keras, tf, np):
    """Losses, scores and predictions of each kind of model."""
    found = {}
    for name, make in (("sequential", sequential), ("functional", functional), ("dict", columns)):
        keras.utils.set_random_seed(0)
        model, x = make(keras, tf, np)
        _same_weights(model, x, np)
        model.compile(keras.optimizers.SGD(0.5), "mse", metrics=["mae"])
        rows = tf.data.Dataset.from_tensor_slices((x, np.array(Y, "float32")))
        history = model.fit(rows.batch(4), epochs=2, verbose=0, validation_data=rows.batch(2))
        arrays = model.fit(x, np.array(Y, "float32"), epochs=1, verbose=0, shuffle=False)
        found[name] = {
            "fit": history.history,
            "arrays": arrays.history,
            "evaluate": model.evaluate(rows.batch(3), verbose=0, return_dict=True),
            "predict": model.predict(x, verbose=0).tolist(),
            "call": np.asarray(model(x)).tolist(),
            "dataset": model.predict(rows.map(lambda a, b: a).batch(3), verbose=0).tolist(),
        }
    return found


def sequential(keras, tf, np):
    vectors = keras.layers.TextVectorization(max_tokens=20, output_sequence_length=5)
    vectors.adapt(TEXTS)
    layers = [keras.layers.Embedding(20, 3), keras.layers.GlobalAveragePooling1D()]
    model = keras.Sequential([vectors, *layers, keras.layers.Dense(1)])
    return model, tf.constant(TEXTS)


def functional(keras, tf, np):
    vectors = keras.layers.TextVectorization(max_tokens=20, output_sequence_length=5)
    vectors.adapt(TEXTS)
    text = keras.Input((1,), dtype="string")
    core = keras.Sequential([keras.layers.Embedding(20, 3, mask_zero=True), keras.layers.LSTM(4)])
    return keras.Model(text, keras.layers.Dense(1)(core(vectors(text)))), tf.constant(TEXTS)


def columns(keras, tf, np):
    inputs = {
        "kind": keras.Input((1,), name="kind", dtype="string"),
        "size": keras.Input((1,), name="size"),
    }
    kinds = keras.layers.StringLookup(vocabulary=["x", "y"], output_mode="one_hot")(inputs["kind"])
    both = keras.layers.Concatenate()([kinds, inputs["size"]])
    x = {"kind": tf.constant(KINDS), "size": tf.constant([0.1, -0.2, 0.3, 0.5, -0.1, 0.2])}
    return keras.Model(inputs, keras.layers.Dense(1)(both)), x


def _same_weights(model, x, np):
    model(x)
    for number, one in enumerate(model.trainable_variables):
        values = np.sin(np.arange(np.prod(one.shape)) + number).reshape(one.shape)
        one.assign(values.astype("float32") * 0.5)
