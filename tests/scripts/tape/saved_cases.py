"""What is saved by `tf.saved_model.save` and loaded again, as plain values."""

from __future__ import annotations

import tempfile

import numpy as np


def told(call):
    """What a call gives, or the kind of its error and how that begins."""
    try:
        return call()
    except Exception as error:  # TensorFlow's, whichever it is
        first = str(error).partition("\n  Keyword arguments")[0].partition(" for signature")[0]
        return [type(error).__name__, first.partition(" object at ")[0]]


def saved(tf, root, **kwargs):
    folder = tempfile.mkdtemp() + "/saved"
    tf.saved_model.save(root, folder, **kwargs)
    return tf.saved_model.load(folder)


def module(tf):
    class Scaled(tf.Module):
        def __init__(self):
            super().__init__(name="scaled")
            self.scale = tf.Variable([1.0, 2.0], name="scale")
            self.calls = tf.Variable(3, trainable=False)
            self.number, self.text, self.constant = 5, "text", tf.constant([1, 2])
            self.several = [tf.Variable(1.0)]
            self.named = {"a": tf.Variable(2.0)}
            self.inner = tf.Module()
            self.inner.weight = tf.Variable(7.0)
            self.same = self.scale

        @tf.function
        def times(self, x, k=2):
            return x * self.scale * k

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def summed(self, x):
            return {"sum": tf.reduce_sum(x * self.scale), "same": x}

        @tf.function
        def never_called(self, x):
            return x

        @tf.function
        def count(self):
            self.calls.assign_add(1)
            return self.calls.read_value()

        @tf.function
        def __call__(self, x, training=False):
            return x + 1.0 if training else x - 1.0

        def plain(self, x):
            return x

    found = Scaled()
    x = tf.constant([1.0, 1.0])
    found.times(x), found.times(x, k=3), found.count()
    found(tf.constant(1.0)), found(tf.constant(1.0), training=True)
    return found


def calls_of_kinds_that_were_traced(tf):
    loaded = saved(tf, module(tf))
    x = tf.constant([1.0, 1.0])
    return [
        loaded.times(x),
        loaded.times(x, k=3),
        loaded.times(x, 3),
        loaded.times(x.numpy()),
        loaded.times([1.0, 1.0]),
        sorted(loaded.summed(tf.constant([3.0])).items()),
        sorted(loaded.summed([1.0, 2.0]).items()),
        loaded(tf.constant(1.0)),
        loaded(tf.constant(1.0), training=True),
        loaded(tf.constant(1.0), True),
    ]


def calls_of_other_kinds(tf):
    loaded = saved(tf, module(tf))
    x = tf.constant([1.0, 1.0])
    return [
        told(lambda: loaded.times(x, k=4)),
        told(lambda: loaded.times(tf.constant([[1.0, 2.0]]))),
        told(lambda: loaded.times(x.numpy().astype("float64"))),
        told(lambda: loaded.times(tf.constant([1, 1]))),
        told(lambda: loaded.times()),
        told(lambda: loaded(x)),
        told(lambda: loaded.never_called(x)),
    ]


def what_is_kept(tf):
    loaded = saved(tf, module(tf))
    names = ("scale", "calls", "number", "text", "constant", "several", "named", "inner", "plain")
    return [
        [hasattr(loaded, name) for name in names],
        [loaded.scale, loaded.calls.trainable, loaded.scale.name],
        [loaded.several[0], loaded.named["a"], loaded.inner.weight],
        [repr(loaded.several), repr(loaded.named)],
        [loaded.same is loaded.scale, isinstance(loaded, tf.Module), type(loaded).__name__],
        told(lambda: loaded.plain(1)),
        list(loaded.signatures),
    ]


def variables_are_the_functions_own(tf):
    root = module(tf)
    loaded = saved(tf, root)
    x = tf.constant([1.0, 1.0])
    loaded.scale.assign([9.0, 9.0])
    with tf.GradientTape() as tape:
        y = loaded.times(x)
    gradient = tape.gradient(y, loaded.scale)
    return [y, gradient, root.scale, loaded.count(), loaded.count(), loaded.calls, root.calls]


def saved_again(tf):
    loaded = saved(tf, module(tf))
    again = saved(tf, loaded)
    return [again.scale, again.inner.weight]


def named_signatures(tf):
    root = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="inp")])
    def doubled(x):
        return {"double": x * 2.0}

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def tripled(x):
        return x * 3.0, tf.reduce_sum(x)

    loaded = saved(tf, root, signatures={"a": doubled, "b": tripled})
    a, b = loaded.signatures["a"], loaded.signatures["b"]
    x = tf.ones((1, 2))
    return [
        sorted(loaded.signatures),
        a(inp=x),
        a(x),
        sorted(b(x=x).items()),
        [list(one.structured_input_signature[1]) for one in (a, b)],
        sorted((name, list(spec.shape)) for name, spec in b.structured_outputs.items()),
        [told(lambda: a(x=x))[0], told(lambda: loaded.signatures["c"])[0]],
        list(saved(tf, root, signatures=doubled).signatures),
    ]


def concrete_signatures(tf):
    root = module(tf)
    concrete = root.times.get_concrete_function(tf.TensorSpec([2], tf.float32))
    loaded = saved(tf, root, signatures=concrete)
    serving = loaded.signatures[tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY]

    def refused(one):
        return told(lambda: saved(tf, root, signatures=one))[0]

    errors = [refused(root.times), refused(root.plain), refused(3)]
    return [serving(x=tf.constant([1.0, 1.0])), errors]


def what_cannot_be_saved(tf):
    nowhere = tempfile.mkdtemp()
    return [
        told(lambda: saved(tf, 3)),
        told(lambda: saved(tf, [1])),
        told(lambda: tf.saved_model.load("/nowhere")),
        tf.saved_model.contains_saved_model(nowhere),
    ]


def text_and_ragged_tensors(tf):
    root = tf.Module()
    root.scale = tf.Variable(100.0)
    root.times = tf.function(lambda x: x * root.scale)
    root.times.get_concrete_function(tf.RaggedTensorSpec([None, None], tf.float32))
    root.upper = tf.function(lambda text: tf.strings.upper(text))
    root.upper(tf.constant(["a"]))
    initializer = tf.lookup.KeyValueTensorInitializer(["a"], [1])
    root.table = tf.lookup.StaticHashTable(initializer, -1)
    spec = [tf.TensorSpec([None], tf.string)]
    root.look = tf.function(lambda text: root.table.lookup(text), input_signature=spec)
    loaded = saved(tf, root)
    return [
        loaded.times(tf.ragged.constant([[1.0, 4.0], [2.0]])).to_list(),
        loaded.upper(tf.constant(["b"])).numpy()[0].decode(),
        loaded.upper(["b"]).numpy()[0].decode(),
        told(lambda: loaded.upper(tf.constant(["b", "c"]))),
        loaded.look(["a", "b"]),
    ]


def custom_gradients(tf):
    @tf.custom_gradient
    def tripling(x):
        return x, lambda upstream: upstream * 3.0

    class Tripling(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec(None)])
        def call(self, x):
            return tripling(x)

    options = tf.saved_model.SaveOptions(experimental_custom_gradients=True)
    loaded = saved(tf, Tripling(), options=options)
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = loaded.call(v * v)
    return [y, tape.gradient(y, v)]


def layers_in_a_module(tf):
    class Network(tf.Module):
        def __init__(self):
            super().__init__()
            self.block = Block(2)

        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
        def __call__(self, x):
            return self.block(x)

    class Block(tf.keras.layers.Layer):
        def __init__(self, units):  # no `**kwargs`, no `get_config`, no `build`
            super().__init__()
            self.dense = tf.keras.layers.Dense(units, kernel_initializer="ones")

        def call(self, x):
            return self.dense(x)

    network = Network()
    network(tf.ones((1, 2)))
    return [saved(tf, network)(tf.ones((3, 2)))]


def a_model_of_keras(tf):
    model = tf.keras.Sequential(
        [tf.keras.Input((2,)), tf.keras.layers.Dense(1, kernel_initializer="ones")]
    )
    serving = saved(tf, model).signatures["serving_default"]
    folder = tempfile.mkdtemp()
    model.export(folder, verbose=False)
    exported = tf.saved_model.load(folder)
    x = tf.constant([[1.0, 2.0]])
    return [
        serving(x),
        serving(inputs=x),
        {name: list(spec.shape) for name, spec in serving.structured_outputs.items()},
        exported.serve(x),
        sorted(exported.signatures),
        [list(one.shape) for one in exported.trainable_variables],
        told(lambda: exported.predict(x)),
    ]


def models_of_several_inputs(tf):
    a, b = tf.keras.Input((2,), name="a"), tf.keras.Input((1,), name="b")
    both = tf.keras.layers.Concatenate()([a, b])
    outputs = tf.keras.layers.Dense(1, kernel_initializer="ones")(both)
    x, y = tf.constant([[1.0, 2.0]]), tf.constant([[4.0]])
    found = []
    for inputs in ([a, b], {"a": a, "b": b}):
        loaded = saved(tf, tf.keras.Model(inputs, outputs))
        serving = loaded.signatures["serving_default"]
        found += [sorted(serving.structured_input_signature[1]), serving(inputs=x, inputs_1=y)]
    return found


def a_model_of_a_class_of_its_own(tf):
    class Network(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = tf.keras.layers.Dense(2, kernel_initializer="ones")
            self.scale = tf.Variable(2.0)

        def call(self, x):
            return self.dense(x) * self.scale

        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="rows")])
        def serve_rows(self, rows):
            return {"scores": self(rows)}

    network = Network()
    network(tf.ones((1, 2)))
    loaded = saved(tf, network, signatures=network.serve_rows)
    x = tf.constant([[1.0, 2.0]])
    return [
        loaded.signatures["serving_default"](rows=x),
        loaded.serve_rows(x),
        loaded.scale,
        [hasattr(loaded, name) for name in ("dense", "scale", "serve_rows", "predict", "summary")],
    ]


def arguments_of_a_function_with_a_signature(tf):
    class Taking(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
        def twice(self, x):
            return x * 2.0

    loaded = saved(tf, Taking())
    return [
        loaded.twice(np.ones((1, 2))),
        loaded.twice(np.ones((1, 2), "int64")),
        loaded.twice([[1, 2]]),
        told(lambda: loaded.twice(tf.ones((1, 2), tf.float64)))[0],
        told(lambda: loaded.twice(np.ones((1, 3))))[0],
    ]


def tags(tf):
    folder = tempfile.mkdtemp() + "/saved"
    root = tf.Module()
    root.v = tf.Variable(1.0)
    tf.saved_model.save(root, folder)
    loaded = [tf.saved_model.load(folder, tags=one).v for one in ("serve", ["serve"], {"serve"})]
    return [loaded, told(lambda: tf.saved_model.load(folder, tags=["train"]))[0]]


def layers_of_what_was_exported(tf):
    keras, folder = tf.keras, tempfile.mkdtemp() + "/exported"
    x = np.arange(6, dtype="float32").reshape(3, 2)
    dense = keras.layers.Dense(3, kernel_initializer="ones")
    keras.Sequential([keras.Input((2,)), dense]).export(folder, verbose=False)
    layer = keras.layers.TFSMLayer(folder, call_endpoint="serve")
    inputs = keras.Input((2,))
    return [
        layer(x),
        keras.layers.TFSMLayer(folder, call_endpoint="serving_default")(x),
        [len(layer.weights), len(layer.trainable_weights), layer.get_config()["call_endpoint"]],
        keras.Model(inputs, layer(inputs)).predict(x, verbose=0),
        told(lambda: keras.layers.TFSMLayer(folder, call_endpoint="nothing"))[0],
    ]


CASES = {
    one.__name__: one
    for one in (
        *(calls_of_kinds_that_were_traced, calls_of_other_kinds, what_is_kept),
        *(variables_are_the_functions_own, saved_again, named_signatures, concrete_signatures),
        *(what_cannot_be_saved, text_and_ragged_tensors, custom_gradients, layers_in_a_module),
        *(a_model_of_keras, models_of_several_inputs, a_model_of_a_class_of_its_own),
        *(arguments_of_a_function_with_a_signature, tags, layers_of_what_was_exported),
    )
}
