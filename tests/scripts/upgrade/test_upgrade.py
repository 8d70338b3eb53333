"""Old scripts are rewritten, run as they did, and are then left alone."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops

from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.proof import prove

GOLDEN = Path(__file__).with_name("golden")
CALLS = Path(__file__).parents[1] / "eras" / "calls"
ERAS = ("keras1", "keras2", "tf2")


def golden(era):
    names = (GOLDEN / f"{era}_before.py", GOLDEN / f"{era}_after.py")
    return [one.read_text("utf-8") for one in names]


@pytest.mark.parametrize("era", ERAS)
def test_a_script_of_each_era(era):
    before, after = golden(era)
    found = upgraded(before)
    assert found.era.name == era
    assert found.after == after
    assert found.remains == ()


@pytest.mark.parametrize("era", ERAS)
def test_a_second_upgrade_changes_nothing(era):
    _, after = golden(era)
    assert upgraded(after).after == after
    assert upgraded(after, era).after == after


@pytest.mark.parametrize(
    "era",
    [
        pytest.param("keras1", marks=pytest.mark.slow),
        pytest.param("keras2", marks=pytest.mark.slow),
        "tf2",
    ],
)
def test_the_upgraded_script_computes_what_the_old_one_did(era, tmp_path):
    before, after = golden(era)
    proof = prove(before, after, tmp_path / "script.py", era)
    assert proof.verdict == "same", proof.told
    assert "the same to the bit" in proof.told


def test_weights_are_compared_as_keras_3_has_them(tmp_path, each_run_once):
    before = (
        "import numpy as np\nfrom keras.models import Sequential\nfrom keras.layers import LSTM\n"
        "model = Sequential([LSTM(2, input_dim=3, input_length=4)])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(np.ones((4, 4, 3)), np.ones((4, 2)), nb_epoch=1, verbose=0)\n"
    )
    after = upgraded(before, "keras1").after
    proof = prove(before, after, tmp_path / "script.py", "keras1")
    assert proof.verdict == "same", proof.told


def test_a_proof_finds_a_default_that_was_not_written_down(tmp_path, each_run_once):
    before = (
        "import numpy as np\nfrom keras.layers.core import Dense\nimport keras\n"
        "model = keras.Sequential([Dense(1, input_dim=2)])\nmodel.compile('adadelta', 'mse')\n"
        "model.fit(np.ones((4, 2)), np.ones(4), verbose=0)\n"
    )
    after = before.replace(".core", "")
    proof = prove(before, after, tmp_path / "script.py", "keras2")
    assert (proof.verdict, proof.told) == (
        "different",
        "call 1 of Keras (fit): its weights differ",
    )


@pytest.mark.parametrize(
    "scale, verdict, told",
    [
        pytest.param(1.0, "same", "cross-entropies of Keras on JAX", marks=pytest.mark.slow),
        (1000.0, "different", "an output saturates, and the loss is"),
    ],
)
def test_a_proof_tells_cross_entropies_that_an_upgraded_script_has_not(
    scale, verdict, told, tmp_path, each_run_once
):
    before = (
        "import numpy as np\nfrom tensorflow import keras\n"
        "model = keras.Sequential([keras.layers.Dense(4, 'softmax', input_dim=5)])\n"
        "model.compile(keras.optimizers.Adam(lr=0.01), 'categorical_crossentropy')\n"
        f"x = np.random.RandomState(0).randn(60, 5) * {scale}\n"
        "y = np.eye(4)[np.random.RandomState(1).randint(0, 4, 60)]\n"
        "model.fit(x, y, epochs=3, verbose=0)\n"
    )
    after = upgraded(before, "tf2").after
    proof = prove(before, after, tmp_path / "script.py", "tf2")
    assert proof.verdict == verdict
    assert told in proof.told
    assert proof.saturates == (verdict == "different")


LOGITS = """\
import numpy as np
from tensorflow import keras
model = keras.Sequential([keras.Input((5,)), {layers}])
model.compile(keras.optimizers.SGD(0.01), {loss!r}, metrics=["accuracy"])
x = np.sin(np.arange(300.0)).reshape(60, 5) * 1000
classes = np.arange(60) % 4
model.fit(x, {y}, epochs=3, verbose=0)
"""


@pytest.mark.parametrize(
    ("layers", "loss", "y"),
    [
        ("keras.layers.Dense(4, 'softmax')", "categorical_crossentropy", "np.eye(4)[classes]"),
        pytest.param(
            "keras.layers.Dense(4), keras.layers.Activation('softmax')",
            "sparse_categorical_crossentropy",
            "classes",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "keras.layers.Dense(4, activation='sigmoid')",
            "binary_crossentropy",
            "np.eye(4)[classes]",
            marks=pytest.mark.slow,
        ),
        pytest.param(  # no logits: Keras 2 cut off at epsilon, and added it once more
            "keras.layers.Dense(4)",
            "binary_crossentropy",
            "np.eye(4)[classes]",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "keras.layers.Dense(4, activation='sigmoid')",
            "categorical_crossentropy",
            "np.eye(4)[classes]",
            marks=pytest.mark.slow,
        ),
    ],
)
@pytest.mark.usefixtures("forked_trials")
def test_cross_entropies_of_logits_are_written_where_an_output_saturates(layers, loss, y, tmp_path):
    before = LOGITS.format(layers=layers, loss=loss, y=y)
    assert "_of_logits" not in upgraded(before, "tf2").after
    after = upgraded(before, "tf2", logits=True).after
    assert f"def {loss}_of_logits" in after
    proof = prove(before, after, tmp_path / "script.py", "tf2")
    assert (proof.verdict, "clip" in proof.told) == ("same", False), proof.told


OBJECTS = """\
import numpy as np
import tensorflow as tf
from tensorflow import keras
model = keras.Sequential([keras.Input((5,)), {layers}])
model.compile(keras.optimizers.SGD(0.01), {loss}, metrics=["accuracy"])
x = np.sin(np.arange(300.0)).reshape(60, 5) * 1000
model.fit(x, np.eye(4)[np.arange(60) % 4], epochs=3, verbose=0)
"""


@pytest.mark.parametrize(
    ("layers", "loss"),
    [
        (
            "keras.layers.Dense(4, activation=tf.nn.softmax)",
            "keras.losses.CategoricalCrossentropy(from_logits=False)",
        ),
        pytest.param(
            "keras.layers.Dense(4), keras.layers.Activation(keras.activations.sigmoid)",
            "loss=keras.losses.binary_crossentropy",
            marks=pytest.mark.slow,
        ),
    ],
)
@pytest.mark.usefixtures("forked_trials")
def test_losses_and_activations_that_are_no_strings_know_logits(layers, loss, tmp_path):
    before = OBJECTS.format(layers=layers, loss=loss)
    found = upgraded(before, "tf2", logits=True)
    assert not found.remains
    assert "tensorflow" not in found.after
    proof = prove(before, found.after, tmp_path / "script.py", "tf2")
    assert (proof.verdict, "clip" in proof.told) == ("same", False), proof.told


@pytest.mark.parametrize(
    ("layers", "loss", "told"),
    [
        ("keras.layers.Dense(4), keras.layers.Softmax()", "'mse'", ["behind Softmax()"]),
        (
            "keras.layers.Dense(4, 'softmax')",
            "keras.losses.CategoricalCrossentropy(label_smoothing=0.1)",
            ["a cross-entropy with arguments"],
        ),
        (
            "keras.layers.Dense(4, 'softmax')",
            "lambda y, p: keras.losses.categorical_crossentropy(y, p)",
            ["that compile is not given as it is"],
        ),
        ("keras.layers.Dense(4, 'softmax')", "'mse'", []),
        ("keras.layers.Dense(4)", "keras.losses.BinaryCrossentropy(from_logits=True)", []),
    ],
)
def test_what_takes_no_logits_is_listed_and_no_activation_notes_any(layers, loss, told):
    found = upgraded(OBJECTS.format(layers=layers, loss=loss), "tf2", logits=True)
    assert "def " not in found.after
    assert [one.code for one in found.remains] == ["OF215"] * len(told)
    assert all(part in one.told for part, one in zip(told, found.remains))


@pytest.mark.slow
@pytest.mark.usefixtures("forked_trials")
def test_what_differs_after_an_output_that_saturates_does_not_hide_it(tmp_path):
    before = LOGITS.format(
        layers="keras.layers.Dense(4, 'softmax')",
        loss="sparse_categorical_crossentropy",
        y="classes",
    )
    after = upgraded(before, "tf2").after + "print('another line')\n"
    proof = prove(before, after, tmp_path / "script.py", "tf2")
    assert proof.saturates
    assert "an output saturates" in proof.told


SAVED = """\
model.save("model.keras")
print(keras.models.load_model("model.keras").evaluate(x, classes, verbose=0))
clone = keras.models.clone_model(model)
clone.compile("sgd", "sparse_categorical_crossentropy")
print(clone.evaluate(x, classes, verbose=0) > 0)
print(keras.models.model_from_json(model.to_json()).count_params())
"""


@pytest.mark.slow
@pytest.mark.usefixtures("forked_trials")
def test_a_model_with_such_losses_is_saved_read_and_cloned(tmp_path):
    before = SAVED.join(
        (
            LOGITS.format(
                layers="keras.layers.Dense(4, 'softmax')",
                loss="sparse_categorical_crossentropy",
                y="classes",
            ),
            "",
        )
    )
    proof = prove(before, upgraded(before, "tf2", logits=True).after, tmp_path / "script.py", "tf2")
    assert proof.verdict == "same", proof.told


@pytest.mark.parametrize("line", ["ops = 3", "weakref = 3", "def known_softmax(x):\n    return x"])
def test_names_that_what_is_written_has_too_are_listed(line):
    before = LOGITS.format(
        layers="keras.layers.Dense(4, 'softmax')", loss="categorical_crossentropy", y="classes"
    )
    told = [one.told for one in upgraded(f"{before}{line}\n", "tf2", logits=True).remains]
    assert any("is something else in what is written above" in one for one in told)
    assert not upgraded(f"{before}def f(ops): return ops\n", "tf2", logits=True).remains


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        ("class keras:\n    pass\nrate = tf.keras.optimizers.SGD(lr=0.5)", True),
        ("keras = 3\nrate = tf.keras.optimizers.SGD(lr=0.5)", True),
        ("def f(keras):\n    return tf.keras.optimizers.SGD(lr=0.5)", True),
        ("def f(keras):\n    return keras\nrate = tf.keras.optimizers.SGD(lr=0.5)", False),
        ("keras = tf.keras\nrate = tf.keras.optimizers.SGD(lr=0.5)", False),
    ],
)
def test_names_that_an_import_has_too_are_listed(lines, is_told):
    """`keras` would be another thing than what `import keras` brings."""
    found = upgraded(f"import tensorflow as tf\n{lines}\n")
    assert "import keras\n" in found.after
    told = "keras is something else in what is written above: rename this one"
    assert [one.told for one in found.remains] == ([told] if is_told else [])


@pytest.mark.slow
@pytest.mark.usefixtures("forked_trials")
def test_a_script_that_does_something_else_each_time_proves_nothing(tmp_path):
    script = "import os\nimport keras\nprint(os.urandom(8))\n"
    proof = prove(script, script, tmp_path / "script.py", "keras2")
    assert proof.verdict == "open"
    assert "does something else each time: line 1 of the output" in proof.told


KERAS3 = """\
import keras
from keras import layers, ops

model = keras.Sequential([keras.Input((3,)), layers.LSTM(2), layers.Dense(1)])
model.compile(keras.optimizers.Adadelta(0.5), "mse", metrics=["accuracy"])
model.predict(ops.ones((2, 3)))
"""


def test_a_script_for_keras_3_is_left_alone():
    found = upgraded(KERAS3)
    assert (found.era.name, found.after, found.changes) == ("keras3", KERAS3, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (  # a module's alias stays, and so do comments
            "import keras.layers.core as L  # layers\nL.Dense(output_dim=3)\n",
            "import keras.layers as L  # layers\nL.Dense(units=3)\n",
        ),
        (
            "from tensorflow.python.keras import layers as kl\nkl.Dense(3)\n",
            "from keras import layers as kl\nkl.Dense(3)\n",
        ),
        (
            "import tensorflow.keras as keras\nkeras.optimizers.SGD(lr=0.1)\n",
            "import keras\nkeras.optimizers.SGD(learning_rate=0.1)\n",
        ),
        (
            "import tensorflow as tf\nK = tf.keras.backend\nK.mean(K.square(3))\n",
            "import keras\nK = keras.backend\nkeras.ops.mean(keras.ops.square(3))\n",
        ),
        (
            "from keras.layers.core import *\nDense(3, init='uniform')\n",
            "from keras.layers import *\nDense(3, kernel_initializer='uniform')\n",
        ),
        (  # one import of two names that moved apart
            "from keras.engine.topology import Layer, get_source_inputs, Sequential\n"
            "print(Layer, Sequential)\n",
            "from keras.layers import Layer\nfrom keras.models import Sequential\n"
            "print(Layer, Sequential)\n",
        ),
        (  # a name that is taken
            "from keras.utils import np_utils\nto_categorical = 3\nnp_utils.to_categorical(y)\n",
            "import keras\nto_categorical = 3\nkeras.utils.to_categorical(y)\n",
        ),
        (
            "def f(y):\n    from keras.utils.np_utils import normalize as n\n    return n(y)\n",
            "def f(y):\n    from keras.utils import normalize as n\n    return n(y)\n",
        ),
        (  # Keras 2.15 still took the old name of the argument, and gave it to the new one
            "from tensorflow.keras.preprocessing import image_dataset_from_directory\n"
            "image_dataset_from_directory('x', smart_resize=True)\n",
            "from keras.utils import image_dataset_from_directory\n"
            "image_dataset_from_directory('x', crop_to_aspect_ratio=True)\n",
        ),
        (  # a name that is a Sequential each time
            "from keras.models import Sequential\nm = Sequential()\n"
            "print(m.input)\nm = Sequential()\n",
            "from keras.models import Sequential\nm = Sequential()\n"
            "print(m.inputs[0])\nm = Sequential()\n",
        ),
        (  # a function's parameter of that name is anything
            "from keras.models import Sequential\ndef f(m):\n    return m.input\n"
            "m = Sequential()\nprint(m.input)\n",
            "from keras.models import Sequential\ndef f(m):\n    return m.input\n"
            "m = Sequential()\nprint(m.inputs[0])\n",
        ),
        (  # and one that is not
            "from keras.models import Sequential, Model\nm = Sequential()\n"
            "print(m.input)\nm = Model(a, b)\n",
            "from keras.models import Sequential, Model\nm = Sequential()\n"
            "print(m.input)\nm = Model(a, b)\n",
        ),
        (  # what is not Keras's keeps its arguments
            "from keras.layers.core import Dense\nfrom other import fit\n"
            "fit(nb_epoch=3)\nother.fit(lr=1)\n",
            "from keras.layers import Dense\nfrom other import fit\n"
            "fit(nb_epoch=3)\nother.fit(lr=1)\n",
        ),
    ],
)
def test_names_are_followed(before, after):
    assert upgraded(before, "keras2").after == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (  # TensorFlow 2 has tf.keras's optimizers and losses once more
            "import tensorflow as tf\no = tf.optimizers.Adam(lr=0.1)\n"
            "tf.reduce_mean(tf.losses.mse(x, y))\n",
            "import keras\nimport tensorflow as tf\n"
            "o = keras.optimizers.Adam(learning_rate=0.1)\n"
            "tf.reduce_mean(keras.losses.mean_squared_error(x, y))\n",
        ),
        (
            "from tensorflow.optimizers import SGD\nSGD(lr=0.1)\n",
            "from keras.optimizers import SGD\nSGD(learning_rate=0.1)\n",
        ),
        (  # a layer of Keras 3 on JAX gives an array of JAX's
            "from tensorflow.keras.layers import Flatten\nx = Flatten()(a)\nprint(x.numpy())\n",
            "from keras import ops\nfrom keras.layers import Flatten\nx = Flatten()(a)\n"
            "print(ops.convert_to_numpy(x))\n",
        ),
        (  # also beside names of tf.keras that TensorFlow has at its top
            "import tensorflow as tf\no = tf.optimizers.SGD(lr=0.1)\nprint(o.iterations.numpy())\n",
            "import keras\no = keras.optimizers.SGD(learning_rate=0.1)\n"
            "print(keras.ops.convert_to_numpy(o.iterations))\n",
        ),
        (
            "from tensorflow.metrics import *\nprint(Mean())\n",
            "from keras.metrics import *\nprint(Mean())\n",
        ),
        (  # and TensorFlow's tensors are its own
            "import tensorflow as tf\nfrom tensorflow.keras.layers import Flatten\n"
            "print(tf.zeros(3).numpy(), Flatten)\n",
            "import tensorflow as tf\nfrom keras.layers import Flatten\n"
            "print(tf.zeros(3).numpy(), Flatten)\n",
        ),
    ],
)
def test_names_of_tensorflow_2_are_followed(before, after):
    assert upgraded(before, "tf2").after == after


def test_a_loss_of_logits_leaves_the_names_of_keras_to_the_script():
    before = (
        "from tensorflow.keras.losses import binary_crossentropy\n"
        "model.compile('sgd', 'binary_crossentropy')\nprint(binary_crossentropy(y, p))\n"
    )
    found = upgraded(before, "tf2", logits=True)
    assert "def binary_crossentropy_of_logits" in found.after
    assert "def binary_crossentropy(" not in found.after
    assert "from keras.losses import binary_crossentropy" in found.after


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (  # a class of the script has such a method
            "from tensorflow.keras.layers import Flatten\nclass Box:\n    def numpy(self):\n"
            "        return 1\nprint(Box().numpy(), Flatten()(a).numpy())\n",
            "keras.ops.convert_to_numpy",
        ),
        (
            "import tensorflow as tf\nprint(tf.losses.Reduction.SUM)\n",
            "Keras 3 has no keras.losses.Reduction",
        ),
        (  # a name that is a Sequential, and something else
            "from tensorflow.keras.models import Sequential\nm = Sequential()\nprint(m.input)\n"
            "def f():\n    for m in others:\n        print(m)\n",
            "where m is a Sequential, it is m.inputs[0]",
        ),
    ],
)
def test_what_may_be_something_else_is_listed(source, told):
    found = upgraded(source, "tf2")
    assert told in str(found.remains[-1])


def test_tensorflow_1_had_losses_of_its_own():
    source = "import tensorflow as tf\nimport keras\ntf.losses.mean_squared_error(x, y)\n"
    assert upgraded(source, "keras2").after == source


def test_what_cannot_be_done_is_listed():
    source = "from keras import backend as K\nf = K.function([a], [b])\n"
    found = upgraded(source, "keras2")
    assert found.after == source
    assert [(one.line, one.code) for one in found.remains] == [(2, "OF210")]


def test_rules_can_be_chosen():
    source = "from keras.layers.core import Dense\nDense(output_dim=3)\n"
    only = upgraded(source, is_chosen=lambda code: code == "OF203").after
    assert only == "from keras.layers.core import Dense\nDense(units=3)\n"


def test_files_of_weights_are_followed():
    source = (
        "from keras.models import load_model\nfrom keras.callbacks import ModelCheckpoint\n"
        "watch = ModelCheckpoint('best.hdf5', period=1)\n"
        "model = load_model('other.h5')\nmodel.save_weights('last.h5')\n"
        "model.load_weights('last.h5')\nmodel.load_weights('best.hdf5')\n"
        "model.load_weights('given.h5')\n"
    )
    after = upgraded(source, "keras2").after.splitlines()
    assert after[2:] == [
        "watch = ModelCheckpoint('best.h5')",
        "model = load_model('other.h5')",
        "model.save_weights('last.weights.h5')",
        "model.load_weights('last.weights.h5')",
        "model.load_weights('best.h5')",
        "model.load_weights('given.h5')",
    ]


def test_a_period_goes_only_where_the_user_allows_to_save_more():
    source = "from keras.callbacks import ModelCheckpoint\nModelCheckpoint('b.h5', period=5)\n"
    kept, gone = upgraded(source, "keras2"), upgraded(source, "keras2", unsafe=True)
    assert kept.after == source
    assert ["--unsafe" in one.told for one in kept.remains] == [True]
    assert gone.after == source.replace(", period=5", "") and not gone.remains


def test_binary_accuracy_of_the_time_takes_labels_without_a_column():
    from onefit.scripts.eras.stand_ins.metrics import rounded

    labels, answers = np.array([0, 1, 1, 0]), np.array([[0.1], [0.9], [0.2], [0.7]])
    plain = keras.metrics.BinaryAccuracy()
    assert float(np.mean(rounded(plain)(labels, answers))) == 0.5 == float(plain(labels, answers))


def test_a_batch_size_of_a_layer_alone_is_listed():
    source = "from keras.layers import Dense\nDense(2, batch_input_shape=(1, 3))\n"
    found = upgraded(source, "keras2")
    assert [str(one) for one in found.remains] == [
        "line 2: OF203 Dense takes no batch_input_shape= in Keras 3"
    ]


FIRST_LAYERS = """\
from keras import Input
from keras.models import Sequential
from keras.layers import Dense
size, shape = 2, (3,)
one = Sequential()
one.add({inputs_of_3}Dense(2{batch_input_shape}))
one.add(Dense(2))
two = Sequential([{inputs_of_shape}Dense(2{batch_size})])
"""


def test_a_batch_of_a_first_layer_is_one_of_the_inputs():
    before = FIRST_LAYERS.format(
        inputs_of_3="",
        batch_input_shape=", batch_input_shape=(2, 3)",
        inputs_of_shape="",
        batch_size=", batch_size=size, input_shape=shape",
    )
    after = FIRST_LAYERS.format(
        inputs_of_3="Input(batch_shape=(2, 3)))\none.add(",
        batch_input_shape="",
        inputs_of_shape="Input(batch_shape=(size, *shape)), ",
        batch_size="",
    )
    found = upgraded(before, "keras2")
    assert (found.after, found.remains) == (after, ())
    made: dict[str, keras.Sequential] = {}
    exec(found.after, made)
    assert made["one"].input_shape == made["two"].input_shape == (2, 3)


def test_a_line_of_several_statements_has_the_inputs_where_they_belong():
    """Before the layer, and behind the model that they are added to."""
    source = """\
from keras import Input
from keras.models import Sequential
from keras.layers import Dense
one = Sequential(); one.add(Dense(2, batch_input_shape=(2, 3))); one.add(Dense(1))  # a net
"""
    found = upgraded(source, "keras2")
    lines = "one = Sequential()\none.add(Input(batch_shape=(2, 3)))\none.add(Dense(2))\n"
    assert found.after.endswith(f"{lines}one.add(Dense(1))  # a net\n")
    made: dict[str, keras.Sequential] = {}
    exec(found.after, made)
    assert made["one"].input_shape == (2, 3)


def test_an_activation_of_the_time_stays_one_in_a_layer_that_is_copied():
    source = """
from keras.layers import LSTM, Bidirectional, Input
cell = Bidirectional(LSTM(2))
"""
    made: dict[str, keras.layers.Layer] = {}
    exec(upgraded(source, "keras2").after, made)
    for layer in (made["cell"].forward_layer, made["cell"].backward_layer):
        assert float(layer.recurrent_activation(np.float32(2.0))) == pytest.approx(0.9)


@pytest.mark.parametrize(
    "base",
    [
        "from keras.callbacks import Callback\n\nclass Rate(Callback):",
        "from keras.callbacks import *\n\nclass Rate(Callback):",
        "import keras\n\nclass Rate(keras.callbacks.Callback):",
    ],
    ids=["by name", "by a star", "by module"],
)
def test_the_model_of_a_callback_is_one(base):
    before = (
        f"from keras import backend as K\n{base}\n    def on_batch_end(self, batch, logs=None):\n"
        "        rate = K.get_value(self.model.optimizer.lr)\n"
        "        K.set_value(self.model.optimizer.lr, rate / 2)\n"
    )
    found = upgraded(before, "keras2")
    assert "ops.convert_to_numpy(self.model.optimizer.learning_rate)" in found.after
    assert "self.model.optimizer.learning_rate.assign(rate / 2)" in found.after
    assert not found.remains


def test_logs_of_a_batch_are_listed_where_they_are_read():
    before = (
        "from keras.callbacks import Callback\n\nclass Losses(Callback):\n"
        "    def on_batch_end(self, batch, logs={}):\n        self.last = logs.get('loss')\n"
    )
    assert [one.code for one in upgraded(before, "keras2").remains] == ["OF207"]
    assert not upgraded(before.replace("from keras", "from tensorflow.keras"), "tf2").remains


def test_names_of_weights_are_followed_where_a_script_asks_how_they_end():
    """Keras 3 calls `dense/kernel:0` of tf.keras 2 `kernel`; its path ends in `dense/kernel`."""
    line = 'ends = [w for w in model.weights if w.name.endswith("/kernel:0")]\n'
    source = "from tensorflow import keras\n" + line
    found = upgraded(source, "tf2")
    assert 'if w.path.endswith("/kernel")]' in found.after and not found.remains
    assert upgraded(source.replace("/kernel:0", "/node:0"), "tf2").after.endswith('/node:0")]\n')
    listed = upgraded(source.replace('.endswith("/kernel:0")', ' == "dense/kernel:0"'), "tf2")
    assert [(one.line, one.code) for one in listed.remains] == [(2, "OF207")]


def test_the_name_of_the_backend_stays_that_of_the_time():
    before = "from keras import backend as K\naxis = 1 if K.backend() == 'theano' else -1\n"
    found = upgraded(before)
    assert "if old_backend() == 'theano'" in found.after
    names = {}
    exec(found.after, names)
    assert names["axis"] == -1 and names["old_backend"]() == "tensorflow"


def test_the_history_of_a_callback_of_the_script_is_its_own():
    before = (
        "import keras\nfrom keras.layers.core import Dense\n"
        "class Rates(keras.callbacks.Callback):\n"
        "    def on_train_begin(self, logs=None):\n        self.history = {'lr': []}\n"
        "model = keras.Sequential([Dense(1)])\nrates = Rates()\n"
        "fit = model.fit(x, y, callbacks=[rates])\nprint(rates.history['lr'], fit.history['lr'])\n"
    )
    after = upgraded(before).after
    assert "rates.history['lr'], fit.history['learning_rate']" in after.replace('"', "'")


def test_numbers_of_numpy_are_made_plain():
    before = (
        "import numpy as np\nfrom keras.layers import Dense\n"
        "y, size = np.array([0, 2]), 3\nclasses = np.max(y) + 1\n"
        "layers = [Dense(classes), Dense(size), Dense(y.max() * 2), Dense(len(y))]\n"
    )
    after = upgraded(before, "keras2").after
    made_of = "[Dense(int(classes)), Dense(size), Dense(int((y.max() * 2))), Dense(len(y))]\n"
    assert after.endswith(made_of)
    made = {}
    exec(after, made)
    assert [layer.units for layer in made["layers"]] == [3, 3, 4, 2]


def test_an_initializer_of_the_script_takes_a_type():
    before = (
        "from keras import initializations\nfrom keras.layers import Dense\n"
        "def small(shape, name=None):\n"
        "    return initializations.uniform(shape, scale=0.01, name=name)\n"
        "layer = Dense(2, init=small)\n"
    )
    found = upgraded(before, "keras1")
    made = {}
    exec(found.after, made)
    made["layer"].build((None, 400))
    widest = float(np.abs(made["layer"].get_weights()[0]).max())
    assert 0.009 < widest <= 0.01 and not found.remains


def test_a_name_in_a_function_is_another_one():
    before = (
        "from keras.models import Sequential\n"
        "from keras.wrappers.scikit_learn import KerasClassifier\n"
        "def build():\n    model = Sequential()\n    model.predict(x)\n    return model\n"
        "model = KerasClassifier(build)\nmodel.predict(x)\n"
    )
    after = upgraded(before, "keras2").after
    assert "    model.predict(x, verbose=0)" in after and after.endswith("\nmodel.predict(x)\n")


@pytest.mark.parametrize(("era", "sign"), [("keras1", 1), ("keras2", -1)])
def test_a_score_of_a_regressor_has_the_sign_of_the_time(era, sign):
    before = (
        "from keras.models import Sequential\nfrom keras.layers import Dense\n"
        "from keras.wrappers.scikit_learn import KerasRegressor\n"
        "def build():\n    model = Sequential([Dense(1)])\n"
        "    model.compile('sgd', 'mse')\n    return model\n"
        "made = KerasRegressor(build, batch_size=4, verbose=0)\nhistory = made.fit(x, y)\n"
    )
    found = {"x": np.ones((4, 3)), "y": np.ones(4)}
    exec(upgraded(before, era).after, found)
    loss = np.mean((found["made"].predict(found["x"]) - 1) ** 2)
    assert found["made"].score(found["x"], found["y"]) == pytest.approx(sign * loss, rel=1e-5)


def test_cross_entropies_of_the_backend_are_those_of_the_time():
    before = (
        "from keras import backend as K\n"
        "found = [K.binary_crossentropy(y, p), K.categorical_crossentropy(y, p),"
        " K.l2_normalize(p, axis=-1), K.hard_sigmoid(p), K.batch_flatten(p)]\n"
    )
    y, p = np.array([[0.0, 1.0]], "float32"), np.array([[1.0, 0.25]], "float32")
    made = {"y": y, "p": keras.ops.array(p)}
    exec(upgraded(before, "keras2").after, made)
    # Keras 2.2.4: a probability is kept 1e-7 from 0 and 1, and 1e-7 is added below the logarithm
    expected = [
        -np.log(np.array([[1e-7 + 1e-7, 0.25 + 1e-7]])),
        -np.log([0.2]),
        p / np.sqrt(1.0625),
        0.2 * p + 0.5,
        p,
    ]
    for one, value in zip(made["found"], expected):
        np.testing.assert_allclose(one, value, rtol=0.2 if value is expected[0] else 1e-5)


def test_seeds_are_drawn_in_the_order_in_which_a_layer_draws_them():
    after = upgraded("from keras.layers import LSTM\nlayer = LSTM(3)\n", "keras1").after
    assert "Orthogonal(gain=1.1)" in after  # made before the layer, as its kernel's has to be
    made: dict[str, keras.layers.Layer] = {}
    keras.utils.set_random_seed(0)
    exec(after, made)
    made["layer"].build((None, 4, 2))
    keras.utils.set_random_seed(0)
    of_first_gate = keras.initializers.GlorotUniform()((2, 3))
    np.testing.assert_array_equal(made["layer"].get_weights()[0][:, :3], of_first_gate)


@pytest.mark.filterwarnings("ignore:Do not pass an")  # a shape, which the script gave
def test_first_weights_of_a_layer_are_set_when_it_is_built():
    before = (
        "from keras.layers.core import Dense\nfrom keras.layers import Embedding\n"
        "layers = [Dense(2, weights=[[[1.0, 2.0]], [3.0, 4.0]], activation='relu'),\n"
        "          Embedding(3, 1, weights=[np.array([[1.0], [2.0], [3.0]])])]\n"
    )
    found = upgraded(before, "keras2")
    assert not found.remains
    made = {"np": np}
    exec(found.after, made)
    dense, embedding = made["layers"]
    np.testing.assert_array_equal(dense(np.ones((1, 1))), [[4.0, 6.0]])
    np.testing.assert_array_equal(embedding(np.array([[2]])), [[[3.0]]])


def test_the_next_batch_of_pictures_is_asked_for_as_of_any_iterator():
    before = (
        "from keras.preprocessing.image import ImageDataGenerator\n"
        "pictures = ImageDataGenerator()\nflow = pictures.flow(x, batch_size=2)\n"
        "batch, other = flow.next(), mine.next()\n"
    )
    found = upgraded(before, "keras2")
    assert found.after.endswith("batch, other = next(flow), mine.next()\n")
    assert not found.remains


def test_a_product_of_rows_is_that_of_the_time():
    then = json.loads((CALLS / "keras2.json").read_text("utf-8"))
    lines = [line for line in then if "K.batch_dot" in line]
    assert len(lines) == 2
    for line in lines:
        *first, last = line.split("; ")
        source = "\n".join(["from keras import backend as K", *first, f"found = {last}\n"])
        made = {"np": np}
        exec(upgraded(source, "keras2").after, made)
        found = made["found"]
        pairs = zip(found, then[line]) if isinstance(found, tuple) else [(found, then[line])]
        for one, value in pairs:
            np.testing.assert_allclose(one, value)


def test_the_learning_rate_in_logs_has_its_name_of_today():
    before = (
        "from keras.callbacks import Callback\n\nclass Rates(Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n"
        "        print(logs['lr'], logs.get('lr', 0), logs['loss'])\n"
    )
    after = upgraded(before, "keras2").after
    printed = 'print(logs["learning_rate"], logs.get("learning_rate", 0), logs[\'loss\'])\n'
    assert after.endswith(printed)
    own = before + "        logs['lr'] = 3\n"
    assert upgraded(own, "keras2").after == own


def test_shapes_have_lengths_alone():
    before = (
        "a, b = x.get_shape().as_list(), x.shape[1:].as_list()\n"
        "c, d = x.shape.ndims, x.get_shape()[1].value\n"
    )
    found = upgraded(before, "keras2")
    made = {"x": keras.Input((4, 6))}
    exec(found.after, made)
    assert [made[name] for name in "abcd"] == [[None, 4, 6], [4, 6], 3, 4]


def test_a_direction_that_was_read_off_a_name_is_written_down():
    before = (
        "from keras.callbacks import EarlyStopping, ReduceLROnPlateau\n"
        "found = [EarlyStopping('val_out_acc'), ReduceLROnPlateau('val_dice', patience=3),\n"
        "         EarlyStopping('val_loss'), EarlyStopping('val_auc', mode='max')]\n"
    )
    made: dict[str, list[keras.callbacks.Callback]] = {}
    exec(upgraded(before, "keras2").after, made)
    # keras/callbacks.py of 2.2.4: more is better where "acc" is part of the name
    assert [one.mode for one in made["found"]] == ["max", "min", "auto", "max"]


def test_what_keras_gave_to_a_layer_need_not_be_given():
    before = (
        "from keras.layers import Dense\nclass Penalized(Dense):\n"
        "    def call(self, given, training, mask):\n"
        "        self.add_loss(given[0, 0], inputs=given)\n        return super().call(given)\n"
    )
    made: dict[str, type[keras.layers.Dense]] = {}
    exec(upgraded(before, "keras2").after, made)
    layer = made["Penalized"](1)
    assert layer(keras.ops.ones((2, 1))).shape == (2, 1)
    assert [float(loss) for loss in layer.losses] == [1.0]


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
def test_a_merge_in_a_sequential_is_written_down():
    before = (
        "from keras.models import Sequential\nfrom keras.layers import Dense, Merge\n"
        "left, right = [Sequential([Dense(3, input_dim=size)]) for size in (2, 4)]\n"
        "model = Sequential()\nmodel.add(Merge([left, right], mode='concat'))\n"
        "model.add(Dense(1, init='one'))\n"
    )
    found = upgraded(before)
    assert not found.remains
    made = {}
    exec(found.after, made)
    model = made["model"]
    assert [one.shape for one in model.inputs] == [(None, 2), (None, 4)]
    assert model.output_shape == (None, 1)
    assert model.layers[0].layers == [made["left"], made["right"]]
    alone = "from keras.models import Sequential\nmodel = Sequential()\n"
    assert "class Sequential" not in upgraded(alone, "keras1").after


def test_a_merge_of_tensors_is_a_dot_product():
    before = (
        "from keras.layers import Input, merge\n"
        "a, b = Input((3, 4)), Input((5, 4))\n"
        "found = merge([a, b], mode='dot', dot_axes=[2, 2])\n"
    )
    after = upgraded(before).after
    made = {}
    exec(after, made)
    assert made["found"].shape == (None, 3, 5)


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
def test_iterators_are_generators_and_arrays_of_one_axis_columns():
    before = (
        "import numpy as np\nfrom tensorflow.keras.models import Sequential\n"
        "from tensorflow.keras.layers import Embedding\n"
        "model = Sequential([Embedding(10, 3, input_length=1)])\n"
        "flow = zip([np.ones((2, 1))] * 3)\n"
        "shape = model.predict(np.arange(3)).shape\n"
        "more = model.predict(flow, verbose=0, steps=1).shape\n"
    )
    made = {}
    exec(upgraded(before).after, made)
    assert made["shape"] == (3, 1, 3) and made["more"] == (2, 1, 3)


@pytest.mark.parametrize(
    "line",
    [
        "K.conv2d(pic, kern, padding='same')",
        "K.conv1d(steps, kern[0], strides=2)",
        "K.local_conv1d(steps, np.ones((4, 6, 2), 'float32'), [3], [1])",
        "K.depthwise_conv2d(pic, kern)",
        "K.separable_conv2d(pic, kern, kern[:1, :1].repeat(2, 2))",
        "K.pool2d(pic, (2, 2))",
        "K.pool2d(pic, (2, 2), strides=(2, 2), pool_mode='avg')",
        "K.spatial_2d_padding(pic, ((1, 0), (2, 1)))",
        "K.temporal_padding(steps)",
        "K.resize_images(pic, 2, 3, 'channels_last')",
        "K.bias_add(pic, kern[0, 0, 0])",
        "K.batch_normalization(steps, 0.5, 2.0, 0.25, 3.0)",
        "K.switch(K.greater(steps, 0), steps, K.zeros_like(steps))",
        "K.sparse_categorical_crossentropy(np.array([0, 1]), K.softmax(kern[0, 0]))",
        "K.in_top_k(kern[0, 0], np.array([0, 1]), 1)",
        "K.map_fn(lambda one: one * 2, steps)",
        "K.foldl(lambda before, one: before - one, steps)",
        "K.foldr(lambda before, one: before - one, steps)",
        "K.arange(5)",
        "K.one_hot(indices=np.array([0, 2]), num_classes=3)",
        "K.count_params(pic)",
        "K.zeros((2, 3))",
    ],
)
def test_functions_of_the_backend_compute_what_they_do_under_the_runner(line):
    from onefit.scripts.eras.stand_ins import backend

    rng = np.random.default_rng(0)
    pic, kern, steps = (
        ops.convert_to_tensor(rng.normal(size=size).astype("float32"))
        for size in ((1, 4, 4, 2), (3, 3, 2, 2), (2, 6, 2))
    )
    given = {"pic": pic, "kern": kern, "steps": steps, "np": np}
    found = upgraded(f"from keras import backend as K\nfound = {line}\n", "keras2")
    assert not found.remains
    made = dict(given)
    exec(found.after, made)
    expected = eval(line, given | {"K": backend})
    assert np.array_equal(np.asarray(made["found"]), np.asarray(expected))


def test_files_whose_names_are_made_of_parts_are_followed():
    before = (
        "import os\nfrom keras.callbacks import ModelCheckpoint\n"
        "from keras.models import Sequential\nmodel = Sequential()\n"
        "keep = ModelCheckpoint(filepath=out + '/w.{epoch:02d}.hdf5')\n"
        "best = ModelCheckpoint(os.path.join(out, f'{run}.h5'), save_weights_only=True)\n"
        "model.save_weights(out + '/last.h5')\nmodel.load_weights(out + '/last.h5')\n"
    )
    found = upgraded(before, "keras2")
    assert not found.remains
    assert "filepath=out + '/w.{epoch:02d}.h5')" in found.after
    assert "os.path.join(out, f'{run}.weights.h5')" in found.after
    assert found.after.count("_weights(out + '/last.weights.h5')") == 2


def test_the_rate_in_an_optimizers_config_has_its_name_of_today():
    before = (
        "from keras.optimizers import SGD\nrate = SGD(lr=0.5).get_config()['lr']\n"
        "other = {'lr': 3}\nkept = other['lr']\n"
    )
    made = {}
    exec(upgraded(before).after, made)
    assert made["rate"] == 0.5 and made["kept"] == 3


def test_metrics_are_those_of_each_output_where_the_losses_tell_how_many_there_are():
    before = (
        "from keras.layers import Dense, Input\nfrom keras.models import Model\n"
        "x = Input((2,))\nmodel = Model(input=x, output=[Dense(1)(x), Dense(2)(x)])\n"
        "model.compile('sgd', loss=['mse', 'mae'], metrics=['mae', 'mse'])\n"
    )
    after = upgraded(before).after
    assert after.count('["mean_absolute_error", "mean_squared_error"]') == 2


GAN = """\
import numpy as np
from keras.layers import Dense, Input
from keras.models import Model, Sequential
from keras.optimizers import SGD

critic = Sequential([Dense(1, input_dim=2)])
critic.compile(SGD(lr=0.1), "mse")
maker = Sequential([Dense(2, input_dim=3)])
noise = Input(shape=(3,))
critic.trainable = False
both = Model(noise, critic(maker(noise)))
both.compile(SGD(lr=0.1), "mse")
"""
PLAY = "critic.train_on_batch(np.ones((4, 2)), np.ones((4, 1)))\n"


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`:UserWarning")
def test_a_frozen_model_goes_on_training_what_it_trained_when_it_was_compiled():
    """Keras 2.2.4: `compile` collects the weights to train, for its model alone."""
    names = {}
    exec(upgraded(GAN + PLAY, "keras2").after, names)
    critic, maker, both = (names[one] for one in ("critic", "maker", "both"))
    before = [one.copy() for one in (critic.get_weights()[0], maker.get_weights()[0])]
    both.train_on_batch(np.ones((4, 3)), np.zeros((4, 1)))
    np.testing.assert_array_equal(critic.get_weights()[0], before[0])
    assert np.any(maker.get_weights()[0] != before[1])
    critic.train_on_batch(np.ones((4, 2)), np.full((4, 1), 5.0))
    assert np.all(critic.get_weights()[0] != before[0])
    assert not critic.trainable


def test_a_model_that_is_frozen_for_fit_alone_stays_as_it_is():
    assert "def " not in upgraded(GAN.replace("lr", "learning_rate"), "keras2").after


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
def test_own_metrics_are_given_columns():
    before = (
        "from keras.layers import Dense\nfrom keras.models import Sequential\n"
        "from keras import backend as K\n"
        "def far(y_true, y_pred):\n    return K.mean(K.abs(y_true - y_pred) / 5)\n"
        "model = Sequential([Dense(1, input_dim=1, kernel_initializer='zeros')])\n"
        "model.compile('sgd', 'mse', metrics=[far])\n"
        "told = model.evaluate(x, y, verbose=0)\n"
    )
    made = {"x": np.ones((4, 1), "float32"), "y": np.array([0.0, 0.0, 0.0, 5.0], "float32")}
    exec(upgraded(before, "keras2").after, made)
    assert made["told"][1] == 0.25  # each label with its own answer, which is 0


@pytest.mark.parametrize("size", [3, (3,)])
def test_a_shape_in_brackets_may_be_one_length(size):
    before = "from tensorflow.keras.layers import Input\nfound = Input(shape=(size)).shape\n"
    made = {"size": size}
    exec(upgraded(before, "tf2").after, made)
    assert made["found"] == (None, 3)


def test_a_checkpoint_of_keras_1_counts_from_0():
    before = (
        "from keras.callbacks import ModelCheckpoint\n"
        "def made(path):\n    return ModelCheckpoint(path)\n"
    )
    names = {}
    exec(upgraded(before, "keras1").after, names)
    found, files = names["made"]("at-{epoch:02d}.h5"), []

    class Model:
        def save(self, path, overwrite):
            files.append(path)

    found.set_model(Model())
    for epoch in range(2):
        found.on_epoch_end(epoch, {"loss": 1.0})
    assert files == ["at-00.h5", "at-01.h5"]  # keras/callbacks.py of 1.2.2


@pytest.mark.parametrize(
    ("line", "is_listed"),
    [
        ("base.layers[-1].trainable = True", True),
        ("base.layers[1].trainable = False\nbase.layers[1].trainable = True", True),
        ("for one in base.layers[2:]:\n    if one.name:\n        one.trainable = True", True),
        ("for one in base.layers:\n    one.trainable = one.name == 'b'", True),
        ("for one in base.layers[:2]:\n    one.trainable = False", False),
        ("base.trainable = True\nbase.layers[0].trainable = True", False),
        ("other.layers[0].trainable = True", False),
        ("model.layers[1].layers[0].trainable = True", True),
        ("model.layers[2].layers[0].trainable = True", False),
    ],
)
def test_layers_that_would_train_in_a_model_that_does_not_are_listed(line, is_listed):
    source = (
        "from keras.layers.core import Dense\nmodel.add(base)\nbase.trainable = False\n"
        f"model.layers[1].trainable = False\n{line}\n"
    )
    found = upgraded(source).remains
    assert any("is not trainable, and nothing in it trained" in str(one) for one in found) == (
        is_listed
    )


def test_a_fit_of_keras_1_that_names_no_epochs_has_ten():
    """`Sequential.fit(x, y, batch_size=32, nb_epoch=10)` in `keras/models.py` of 1.2.2."""
    source = "from keras.models import Sequential\nmodel = Sequential()\nmodel.fit(x, y{})\n"
    assert "model.fit(x, y, epochs=10)" in upgraded(source.format(""), "keras1").after
    assert "model.fit(x, y, epochs=3)" in upgraded(source.format(", nb_epoch=3"), "keras1").after
    assert "model.fit(x, y)" in upgraded(source.format(""), "keras2").after


@pytest.mark.process
@pytest.mark.usefixtures("forked_trials")
def test_a_merge_by_a_function_is_a_lambda(tmp_path):
    before = (
        "import numpy as np\nfrom keras.layers import Dense, Input, merge\n"
        "from keras.models import Model\nfrom keras import backend as K\n"
        "def apart(parts, times=1):\n    return K.abs(parts[0] - parts[1]) * times\n"
        "a, b = Input((2,)), Input((2,))\n"
        "c = merge([a, b], mode=lambda t: t[0] * t[1], output_shape=(2,), name='product')\n"
        "d = merge([a, c], apart, output_shape=lambda shapes: shapes[0], arguments={'times': 3})\n"
        "model = Model([a, b], Dense(1, init='one')(d))\nprint(model.get_layer('product').name)\n"
        "print(model.predict([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])])[0, 0])\n"
    )
    found = upgraded(before, "keras1")
    assert not found.remains
    assert prove(before, found.after, tmp_path / "script.py", "keras1").verdict == "same"
    names = {}
    exec(found.after, names)
    expected = 3 * (abs(1.0 - 3.0) + abs(2.0 - 10.0))
    assert names["model"].predict([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])]) == expected


@pytest.mark.process
def test_a_proof_names_what_differs_beyond_rounding(tmp_path, each_run_once, monkeypatch):
    """Cross-entropies of logits round otherwise; the changed line is what a reader has to know."""
    monkeypatch.delenv("XLA_FLAGS", raising=False)  # without optimisations they round alike
    before = (
        "import numpy as np\nfrom tensorflow.keras.models import Sequential\n"
        "from tensorflow.keras.layers import Dense\n"
        "x = np.random.RandomState(0).rand(64, 4)\n"
        "model = Sequential([Dense(9, input_shape=(4,)), Dense(1, activation='sigmoid')])\n"
        "model.compile('sgd', 'binary_crossentropy')\n"
        "print(model.fit(x, x[:, 0] > 0.5, epochs=3, verbose=0).history)\nprint('seven')\n"
    )
    after = upgraded(before, "tf2").after
    proof = prove(before, after, tmp_path / "script.py", "tf2")
    assert "cross-entropies of Keras on JAX, which round otherwise" in proof.told
    other = after.replace("'seven'", "'eight'")
    proof = prove(before, other, tmp_path / "script.py", "tf2")
    assert proof.verdict == "different"
    assert proof.told.endswith("'seven' was printed, 'eight' is")
    sums = after.replace("epochs=3", "epochs=3, batch_size=31").replace("'seven'", "'eight'")
    proof = prove(before, sums, tmp_path / "script.py", "tf2")
    assert proof.told.startswith("call 1 of Keras (fit): its history")


@pytest.mark.parametrize(
    ("era", "given", "epochs"),
    [
        ("keras1", "", 10),  # `Sequential.fit(x, y, batch_size=32, nb_epoch=10)` in Keras 1.2.2
        ("keras1", ", nb_epoch=3", 3),
        ("keras2", "", 1),
        ("keras2", ", epochs=2", 2),
    ],
)
@pytest.mark.parametrize("kind", ["Classifier", "Regressor"])
def test_estimators_train_the_epochs_of_their_time(kind, era, given, epochs):
    before = (
        "import numpy as np\nfrom keras.layers import Dense\nfrom keras.models import Sequential\n"
        f"from keras.wrappers.scikit_learn import Keras{kind}\n"
        "def make():\n    model = Sequential()\n    model.add(Dense(1))\n"
        "    model.compile('sgd', 'mse')\n    return model\n"
        f"made = Keras{kind}(make, verbose=0{given})\n"
        f"other = Keras{kind}(make, verbose=0)\n"
        "x, y = np.eye(4), np.array([0, 1, 0, 1])\n"
        f"made.fit(x, y)\nother.fit(x, y{given})\n"
    )
    names = {}
    exec(upgraded(before, era).after, names)
    for one in (names["made"], names["other"]):
        assert int(one.model.optimizer.iterations) == epochs


def test_layers_that_a_model_lends_to_another_train_by_their_own_flags():
    """In TensorFlow 2.15, too: `model.trainable_weights` are those of such layers."""
    source = (
        "from tensorflow.keras.layers import Dense\nfrom tensorflow.keras.models import Model\n"
        "base = make()\nbase.trainable = False\n"
        "model = Model(inputs=base.input, outputs=Dense(3)(base.output))\n"
        "for layer in base.layers[10:]:\n    layer.trainable = True\n"
    )
    assert not upgraded(source, "tf2").remains
    found = upgraded(source.replace("base.input,", "i,").replace("base.output", "base(i)"), "tf2")
    assert [one.line for one in found.remains] == [7]


@pytest.mark.parametrize("line", ["[{call} for _ in range(2)]", "step = lambda: {call}"])
def test_calls_on_a_batch_that_no_line_can_come_before_are_listed(line):
    source = "from keras.models import Sequential\nm = Sequential()\n"
    found = upgraded(source + line.format(call="m.train_on_batch(x, y)") + "\n", "keras2")
    assert "m.reset_metrics()" not in found.after
    assert ["m.reset_metrics()" in one.told for one in found.remains] == [True]


def test_an_import_of_a_later_cell_is_not_used_before():
    source = (
        "from keras import models, layers\nx = layers.Input((2,))\n"
        "model = models.Model(x, layers.Dense(1, activation='sigmoid')(x))\n"
        "model.compile('sgd', 'binary_crossentropy', metrics=['accuracy'])\n"
        "from keras import metrics\nprint(metrics.mse, model.built)\n"
    )
    exec(upgraded(source, "keras2").after, {})


def test_a_layer_for_a_gpu_in_the_place_of_another_is_the_other_one():
    """Keras 2.2.4 without a GPU: the LSTM of its time, whose inner activation was another one."""
    source = (
        "from keras.layers import LSTM\nfrom keras import backend as K\n"
        "if len(K.tensorflow_backend._get_available_gpus()) > 0:\n"
        "    from keras.layers import CuDNNLSTM as LSTM\nlayer = LSTM(3)\n"
    )
    found = {}
    exec(upgraded(source, "keras2").after, found)
    assert float(found["layer"].cell.recurrent_activation(np.float32(1))) == np.float32(0.7)


def test_add_variable_of_a_layer_is_add_weight():
    source = (
        "from tensorflow.keras import layers\nclass Own(layers.Layer):\n"
        "    def __init__(self, units):\n        super().__init__()\n"
        "        self.w = self.add_variable('w', [units, 2])\nlayer = Own(3)\n"
    )
    found = {}
    exec(upgraded(source, "tf2").after, found)
    assert found["layer"].w.shape == (3, 2) and found["layer"].w.name == "w"
