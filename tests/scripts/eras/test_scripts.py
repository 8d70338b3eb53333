"""Old scripts under `onefit run` come to their end, by the names and defaults of their time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import pytest

KERAS1 = """
    from keras.models import Sequential, Model, load_model
    from keras.layers.core import Dense, Dropout, Activation, Flatten
    from keras.layers.convolutional import Convolution2D, MaxPooling2D
    from keras.layers import Input, Merge, merge
    from keras.optimizers import Adadelta
    from keras.utils import np_utils
    from keras import backend as K, initializations
    import numpy as np
    import time

    start = time.clock()
    x, y = np.random.rand(20, 8, 8, 1), np_utils.to_categorical(np.arange(20) % 3, 3)
    model = Sequential()
    model.add(Convolution2D(4, 3, 3, border_mode="same", init="he_normal", input_shape=(8, 8, 1)))
    model.add(Activation("relu"))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Flatten())
    small = lambda shape, name: initializations.uniform(shape, scale=0.01, name=name)
    model.add(Dense(3, W_regularizer="l2", init=small))
    model.add(Activation("softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="adadelta", metrics=["accuracy"])
    history = model.fit(x, y, nb_epoch=2, batch_size=8, verbose=0, validation_split=0.2)
    print(sorted(history.history), model.metrics_names, K.get_value(model.optimizer.lr))
    print(model.predict_classes(x).shape, model.layers[0].output_shape, K.image_dim_ordering())
    middle = K.function([model.layers[0].input, K.learning_phase()], [model.layers[2].output])
    print(middle([x, 0])[0].shape)
    left, right = Sequential(), Sequential()
    left.add(Dense(2, input_dim=3))
    right.add(Dense(2, input_dim=1))
    both = Sequential()
    both.add(Merge([left, right], mode="concat"))
    both.add(Dense(1))
    both.compile("rmsprop", "mse")
    both.fit([np.ones((4, 3)), np.ones((4, 1))], np.ones(4), nb_epoch=1, verbose=0)
    print(type(both.layers[0]).__name__, both.layers[0].layers[1].layers[0].get_weights()[0].shape)
    both.save("both.h5")
    again, given = load_model("both.h5"), [np.ones((4, 3)), np.ones((4, 1))]
    print(again.loss.__name__, np.abs(again.predict(given) - both.predict(given)).max())
    inputs = Input(shape=(3,))
    total = merge([Dense(4)(inputs), Dense(4)(inputs)], mode="sum")
    whole = Model(input=inputs, output=total)
    print(whole.output_shape, inputs.get_shape().as_list(), total.shape[1].value)
    found = np.array([[2.5]])
    print("%.1f %d%% of %s" % (found, found, found), float(found), int(found[0]), end=" ")
    print("%(a).1f" % {"a": found}, "%*d" % (np.array([3]), 1))
"""
KERAS1_PRINTS = """\
['acc', 'loss', 'val_acc', 'val_loss'] ['loss', 'acc'] 1.0
(20,) (None, 8, 8, 4) tf
(20, 4, 4, 4)
Merge (1, 2)
mean_squared_error 0.0
(None, 4) [None, 3] 4
2.5 2% of [[2.5]] 2.5 2 2.5   1
"""
KERAS2 = """
    import os
    import numpy as np
    from keras.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
    from keras.layers import GRU, Dense, Embedding, Input, Lambda
    from keras.losses import mse
    from keras.models import Model, Sequential, load_model, model_from_json
    from keras.optimizers import SGD
    from keras.preprocessing.sequence import pad_sequences
    from keras.preprocessing.text import Tokenizer
    from keras import backend as K

    words = Tokenizer(num_words=20)
    words.fit_on_texts(["one two three", "two three four"])
    x = pad_sequences(words.texts_to_sequences(["one two", "four", "three one", "two"]), maxlen=3)
    y = np.array([0, 1, 0, 1])
    model = Sequential([Embedding(20, 4, input_length=3), GRU(3), Dense(1, activation="sigmoid")])
    model.compile(SGD(lr=0.1, decay=0.1), "binary_crossentropy", metrics=["accuracy"])
    print(model.layers[1].cell.reset_after, model.count_params())
    watch = [
        EarlyStopping(monitor="val_acc", patience=5),
        ModelCheckpoint("best-{epoch:02d}.hdf5", monitor="val_acc", period=2),
        ReduceLROnPlateau(monitor="val_loss", epsilon=0.1, patience=1),
    ]
    def batches():
        while True:
            yield x, y
    history = model.fit_generator(batches(), steps_per_epoch=2, epochs=4, verbose=0, workers=2,
                                  callbacks=watch, validation_data=(x, y))
    print(sorted(history.history), sorted(n for n in os.listdir(".") if n.endswith("hdf5")))
    again = load_model("best-04.hdf5")
    print(np.abs(again.predict(x) - model.predict(x)).max() < 1e-6)
    model.save_weights("weights.h5")
    model.load_weights("weights.h5", by_name=True)

    inputs = Input(shape=(4,))
    mean, spread = Dense(2)(inputs), Dense(2)(inputs)
    def draw(given):
        return given[0] + K.exp(given[1] / 2) * K.random_normal((K.shape(given[0])[0], 2))
    drawn = Lambda(draw, output_shape=(2,))([mean, spread])
    outputs = Dense(4)(drawn)
    vae = Model(inputs, outputs)
    vae.add_loss(K.mean(mse(inputs, outputs) - K.sum(1 + spread - K.square(mean), axis=-1)))
    vae.compile(optimizer="adam")
    data = np.random.rand(16, 4)
    losses = vae.fit(data, epochs=3, batch_size=8, verbose=0, validation_data=(data, None)).history
    print(sorted(losses), len(set(losses["loss"])))
    slope = K.function([inputs], K.gradients(K.sum(mean), inputs))
    print(np.allclose(slope([data])[0], vae.layers[1].get_weights()[0].sum(axis=1)))

    class Penalized(Dense):
        def call(self, given, training):
            self.add_loss(0.5 * K.mean(K.square(given)), inputs=given)
            return super(Penalized, self).call(given)
    def distance(true, answer):
        return K.mean(K.abs(true - answer))
    one = Model([inputs], [Penalized(1, kernel_initializer="zeros")(inputs)])
    one.compile("sgd", distance, metrics=[distance])
    best = ModelCheckpoint("best.h5", monitor="val_distance", save_best_only=True)
    ones = np.ones((4, 4))
    logs = one.fit(ones, ones[:, :1], validation_data=(ones, ones[:, :1]), verbose=0,
                   callbacks=[best, EarlyStopping("val_distance")]).history
    print(logs["loss"], logs["distance"], os.path.exists("best.h5"), K.int_shape(one.input))
    print(model_from_json(one.to_json(), {"Penalized": Penalized}).count_params())
"""
KERAS2_PRINTS = """\
False 156
['acc', 'loss', 'lr', 'val_acc', 'val_loss'] ['best-02.hdf5', 'best-04.hdf5']
True
['loss', 'val_loss'] 3
True
[1.5] [1.0] True (None, 4)
5
"""


def run(*words, cwd):
    kept = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    return subprocess.run(
        [sys.executable, "-m", "onefit", "run", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env=kept,
    )


@pytest.mark.parametrize(
    ("script", "prints", "era"),
    [(KERAS1, KERAS1_PRINTS, "Keras 1"), (KERAS2, KERAS2_PRINTS, "Keras 2.2")],
)
def test_scripts_of_their_time(script, prints, era, tmp_path):
    (tmp_path / "script.py").write_text(textwrap.dedent(script))
    ours = run("script.py", cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == (prints, 0), ours.stderr
    assert f"written for an older Keras: {era}, " in ours.stderr


NAMES_FIRST = """
    import tensorflow as tf

    class Scaled(tf.keras.layers.Layer):
        def build(self, shape):
            self.w = self.add_variable("w", shape=[int(shape[-1]), 2], initializer="ones")
            self.b = self.add_variable("b", (2,))
        def call(self, x):
            return tf.matmul(x, self.w) + 0 * self.b

    layer = Scaled()
    print(layer(tf.ones([1, 3])).numpy().tolist(), [tuple(one.shape) for one in layer.weights])
"""


def test_the_name_of_a_variable_comes_first(tmp_path):
    (tmp_path / "script.py").write_text(textwrap.dedent(NAMES_FIRST))
    ours = run("script.py", cwd=tmp_path)
    assert ours.stdout == "[[3.0, 3.0]] [(3, 2), (2,)]\n", ours.stderr
    assert "written for an older Keras: tf.keras 2, " in ours.stderr


TF2 = """
    import tensorflow as tf
    import numpy as np
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=[1])])
    model.compile(tf.keras.optimizers.SGD(lr=0.01), "mean_squared_error", ["mae"])
    model.fit([-1.0, 0.0, 1.0, 2.0], [-3.0, -1.0, 1.0, 3.0], epochs=200, verbose=0)
    print(abs(model.predict([10.0])[0, 0] - 19) < 5)
    model.save("folder")
    print(tf.keras.models.load_model("folder").predict([10.0]).shape)
    model.save_weights("training/cp-0001.ckpt")
    class Line(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.w, self.b = tf.Variable([[0.0]]), tf.Variable([0.0])
        def call(self, x):
            return x @ self.w + self.b
    line, again = Line(), tf.keras.Sequential([tf.keras.layers.Dense(1)])
    line.w.assign([[2.0]])
    line.save_weights("line")
    line.w.assign([[0.0]])
    line.load_weights("line")
    status = again.load_weights(tf.train.latest_checkpoint("training"))
    class Two(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.one, self.other = tf.keras.layers.Dense(3), tf.keras.layers.Dense(1)
        def call(self, x):
            return self.other(self.one(x))
    two = Two()
    two.build((None, 4))
    print([one.shape for one in two.get_weights()])
    print(line.w.numpy(), np.array_equal(again.predict([10.0]), model.predict([10.0])))
"""


def test_a_notebook_of_tf2(tmp_path):
    written = "%%writefile answer.py\nwhole = 40  # of it"
    shell = "%matplotlib inline\n!pip install something\n"
    cells = [shell, textwrap.dedent(TF2), written, "import answer\n1 + 1\nanswer.whole + 2"]
    cells = [{"cell_type": "code", "source": cell} for cell in cells]
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": cells}))
    ours = run("book.ipynb", cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == (
        "True\n(1, 1)\n[(4, 3), (3,), (3, 1), (1,)]\n[[2.]] True\n42\n",
        0,
    ), ours.stderr
    assert "written for an older Keras: tf.keras 2, " in ours.stderr
    assert "onefit: fit, cell 2: " in ours.stderr
    assert "left out, as it is for a shell: !pip install something (cell 1)\n" in ours.stderr
    assert (tmp_path / "answer.py").read_text() == "whole = 40  # of it\n"


COLUMNS = """
    import numpy as np
    import tensorflow as tf
    x = np.array([1.0, 2.0, 3.0, 4.0], "float32")
    y = 2.0 * x + 1.0
    def batches():
        while True:
            yield x, y
    def table(*arrays):
        return tf.data.Dataset.from_tensor_slices(arrays).batch(4)
    given = {
        "column": (x[:, None], y), "tensor": (tf.constant(x), y), "array": (x, y),
        "dataset": (table(x, y),), "generator": (batches(),),
    }
    for name, data in given.items():
        model = tf.keras.Sequential([tf.keras.layers.Dense(1, kernel_initializer="ones")])
        model.compile(tf.keras.optimizers.SGD(lr=0.01), "mse")
        history = model.fit(*data, epochs=3, steps_per_epoch=1, shuffle=False, verbose=0)
        after = float(model.get_weights()[0][0, 0])
        print(name, model.predict(data[0], steps=1).shape, f"{after:.4f}", len(history.epoch))
"""


def test_rows_of_one_number_are_a_column_in_whatever_they_come(tmp_path):
    """As TensorFlow before 2.7 made them; the weight is that of three steps by hand."""
    (tmp_path / "script.py").write_text(textwrap.dedent(COLUMNS))
    ours = run("script.py", cwd=tmp_path)
    x, weight, bias = (1.0, 2.0, 3.0, 4.0), 1.0, 0.0
    for _ in range(3):
        errors = [weight * one + bias - (2.0 * one + 1.0) for one in x]
        weight -= 0.01 * 2 * sum(error * one for error, one in zip(errors, x, strict=True)) / 4
        bias -= 0.01 * 2 * sum(errors) / 4
    names = ("column", "tensor", "array", "dataset", "generator")
    assert ours.stdout.splitlines() == [f"{name} (4, 1) {weight:.4f} 3" for name in names], ours


PICTURES = """
    import os
    import numpy as np
    from PIL import Image
    from tensorflow.keras import utils
    from tensorflow.keras.preprocessing import image_dataset_from_directory
    os.makedirs("pictures/one")
    values = np.arange(20 * 10 * 3, dtype="uint8").reshape(20, 10, 3)
    Image.fromarray(values).save("pictures/one/1.png")
    given = {"label_mode": None, "image_size": (8, 8), "verbose": False}
    old = image_dataset_from_directory("pictures", smart_resize=True, **given)
    new = utils.image_dataset_from_directory("pictures", crop_to_aspect_ratio=True, **given)
    plain = utils.image_dataset_from_directory("pictures", **given)
    old, new, plain = (next(iter(one)).numpy() for one in (old, new, plain))
    print(np.array_equal(old, new), np.array_equal(old, plain))
"""


def test_pictures_of_a_folder_are_cropped_by_the_argument_of_the_time(tmp_path):
    (tmp_path / "script.py").write_text(textwrap.dedent(PICTURES))
    ours = run("script.py", cwd=tmp_path)
    assert ours.stdout == "True False\n", ours.stderr
    assert "written for an older Keras: tf.keras 2, 1 kind of old names translated" in ours.stderr


def test_what_keras_imports_is_not_counted_as_the_scripts(tmp_path):
    (tmp_path / "old.py").write_text("from keras.layers.core import Dense\n")
    ours = run("old.py", cwd=tmp_path)
    assert "Keras 2.2, 1 kind of old names translated" in ours.stderr


def test_what_keras_gives_its_own_layers_is_not_counted_as_the_scripts(tmp_path):
    """Keras makes an `InputLayer` of an `Input` with arguments that scripts gave it once."""
    source = (
        "import numpy as np\nfrom keras.layers.core import Dense\nfrom keras.layers import Input\n"
        "from keras.models import Model\nx = Input((2,))\nmodel = Model(x, Dense(1)(x))\n"
        "model.compile('sgd', 'mse')\nmodel.fit(np.ones((4, 2)), np.ones(4), verbose=0)\n"
    )
    (tmp_path / "old.py").write_text(source)
    ours = run("old.py", cwd=tmp_path)
    assert "Keras 2.2, 1 kind of old names translated" in ours.stderr, ours.stderr


def test_nothing_is_translated_where_it_is_not_asked_for(tmp_path):
    (tmp_path / "script.py").write_text("from keras.layers.core import Dense\n")
    ours = run("--era", "keras3", "script.py", cwd=tmp_path)
    assert "ModuleNotFoundError: No module named 'keras.layers.core'" in ours.stderr
    assert ours.returncode == 1 and "OF200" not in ours.stderr


WORKERS = """
    import multiprocessing
    import numpy as np
    from keras.layers.core import Dense
    from keras.models import Sequential
    from keras.optimizers import Adadelta
    from keras import backend as K

    def train(units):
        model = Sequential([Dense(units, input_dim=3, init="uniform")])
        model.compile(loss="mse", optimizer=Adadelta(), metrics=["accuracy"])
        history = model.fit(np.ones((8, 3)), np.ones((8, units)), nb_epoch=1, verbose=0).history
        return sorted(history), float(K.get_value(model.optimizer.lr)), np.int(3)

    if __name__ == "__main__":
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(*pool.map_async(train, [1]).get(timeout=200))
"""


def test_worker_processes_get_the_era_of_their_script(tmp_path):
    (tmp_path / "script.py").write_text(textwrap.dedent(WORKERS))
    ours = run("script.py", cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("(['acc', 'loss'], 1.0, 3)\n", 0), ours.stderr


def test_python_2_in_a_notebook_is_told_with_its_cell(tmp_path):
    cells = [{"cell_type": "code", "source": text} for text in ("x = 1", "y = 2\nprint y")]
    (tmp_path / "two.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    ours = run("two.ipynb", cwd=tmp_path)
    assert 'two.ipynb, cell 2", line 2' in ours.stderr and ours.returncode == 1
    assert "onefit: this is Python 2, cell 2, line 2: print y; write the cell" in ours.stderr


def test_a_file_that_a_notebook_wants_is_told_with_its_cell(tmp_path):
    lines = "import numpy as np\nnp.genfromtxt('data.csv')"
    cells = [{"cell_type": "code", "source": text} for text in ("x = 1", lines)]
    (tmp_path / "wants.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    told = run("wants.ipynb", cwd=tmp_path).stderr
    assert "onefit: cell 2, line 2 wants 'data.csv', which is not there" in told


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        ("import cv2", "onefit: no module 'cv2' here; install it: pip install opencv-python"),
        ("print 'x'", "onefit: this is Python 2, line 1: print 'x'; convert it: "),
        (
            "import keras\nkeras.layers.Dense(2, nb=3)",
            "onefit: if the script was written for an older ",
        ),
        ("open('keras.py', 'w').close()\nimport keras.layers", "keras.py is imported in place of"),
        ("open('data.csv')", "onefit: line 1 wants 'data.csv', which is not there"),
    ],
)
def test_advice(source, advice, tmp_path):
    (tmp_path / "script.py").write_text(source)
    ours = run("script.py", cwd=tmp_path)
    assert advice in ours.stderr and ours.returncode == 1
    quiet = run("--quiet", "script.py", cwd=tmp_path)
    assert "\nonefit: " not in quiet.stderr and quiet.returncode == 1


UNTOLD = """
import numpy as np
from keras.models import Sequential, load_model
from keras.layers.core import Dense
from keras.layers import Layer
from keras.callbacks import ModelCheckpoint
from keras import backend as K, regularizers

class Weighted(Layer):
    def __init__(self, units=1, penalty=None, **kwargs):
        self.units, self.penalty = units, regularizers.get(penalty)
        super(Weighted, self).__init__(**kwargs)

    def build(self, shape):
        args = {"initializer": "ones", "regularizer": self.penalty, "name": "w"}
        self.w = self.add_weight(shape=(shape[1], self.units), **args)
        super(Weighted, self).build(shape)

    def call(self, x):
        return K.dot(x, self.w)

    def compute_output_shape(self, shape):
        return (shape[0], self.units)

model = Sequential()
model.add(Dense(3, input_dim=2))
model.add(Weighted(penalty=regularizers.l2(0.1)))
model.compile("adam", "mse")
x = np.ones((4, 2))
model.fit(x, np.ones(4), epochs=1, verbose=0, callbacks=[ModelCheckpoint("x.h5")])
print("name" in model.layers[1].get_config())
again = load_model("x.h5", custom_objects={"Weighted": Weighted})
print(np.allclose(again.predict(x), model.predict(x)))
"""


def test_a_layer_that_does_not_tell_its_arguments_is_saved(tmp_path):
    """Keras 2.2.4 prints the same; Keras 3 raises when the model is saved."""
    (tmp_path / "script.py").write_text(UNTOLD)
    ours = run("--quiet", "script.py", cwd=tmp_path)
    assert (ours.returncode, ours.stdout.splitlines()[-2:]) == (0, ["True", "True"]), ours.stderr
