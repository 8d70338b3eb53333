"""Which Keras a script was written for, and what does not count as evidence."""

from __future__ import annotations

import ast
import contextlib
import os
import subprocess
import sys

import pytest

from onefit.scripts.eras import evidence

SCRIPTS = {
    "from keras.layers import Convolution2D\nConvolution2D(32, 3, 3)": "keras1",
    "from keras.models import Model\nModel(input=a, output=b)": "keras1",
    "from keras.layers import merge\nx = merge([a, b])": "keras1",
    "from keras.layers import MaxPooling2D, merge\nfrom keras.utils import np_utils": "keras2",
    "from keras.layers import Dense\nmodel.fit(x, y, nb_epoch=3)": "keras1",
    "from keras.layers.core import Dense, Dropout": "keras2",
    "from tensorflow.keras import layers\nself.add_loss(loss, inputs=inputs)": "tf2",
    "import tensorflow.keras\nself.add_metric(kl, name='kl', aggregation='mean')": "tf2",
    "from keras.utils import np_utils": "keras2",
    "from keras import backend as K\nloss = K.mean(K.square(y))": "keras2",
    "import keras\nmodel.fit_generator(flow, steps_per_epoch=3)": "keras2",
    "from keras.optimizers import Adam\nAdam(lr=0.1)": "keras2",
    "from keras.models import Sequential\nhistory.history['acc']": "keras2",
    "import keras\nmodel.compile('adam', 'mse', metrics=['cosine'])": "keras2",
    "import keras\nmodel.compile('adam', loss='logcosh')": "keras2",
    "import keras\nmodel.compile('adam', loss='log_cosh')": "keras3",
    "import time, keras\nstart = time.clock()": "keras2",
    "from tensorflow.keras.optimizers import Adam\nAdam(lr=0.1)": "tf2",
    "from tensorflow.keras import layers\nmodel.fit([1, 2], [3, 4])": "tf2",
    "from tensorflow import keras\nkeras.layers.experimental.preprocessing.Rescaling(2)": "tf2",
    "from tensorflow.python.keras.layers import Dense": "tf2",
    "import tensorflow as tf\nself.w = self.add_variable('w', shape=[2])\ntf.keras.Model": "tf2",
    "import keras\nself.w = self.add_weight('w', (2,))": "keras2",
    "import keras\nself.w = self.add_weight((2,), name='w')": "keras3",
    "import keras\nkeras.backend.mean(y)": "keras2",
    "from keras.models import Model, Input": "keras2",
    "from keras import losses\nlosses.mse": "keras2",
    "import tensorflow as tf\npath = 'cp.ckpt'\ntf.keras.Sequential().save_weights(path)": "tf2",
    "import keras, os\nModelCheckpoint(os.path.join(here, 'best.hdf5'))": "keras2",
    "import keras\nModelCheckpoint(filepath=f'{here}/{name}.hdf5')": "keras2",
    "import keras\nclass Best(keras.callbacks.ModelCheckpoint): pass\nBest('b.hdf5')": "keras2",
    "from __future__ import print_function\nimport keras\nkeras.Sequential()": "keras2",
    "from __future__ import division\nimport tensorflow as tf\ntf.keras.Sequential()": "tf2",
    "from keras import backend as K\nif K.backend() == 'theano': axis = 1": "keras2",
    "import keras\nmodel.compile('sgd', metrics=['mae'])\nh['val_mean_absolute_error']": "keras2",
    "import keras\nm.compile('sgd', metrics=['mean_absolute_error'])\n"
    "h['mean_absolute_error']": "keras3",
    "import keras\nwidth = model.layers[2].output_shape[-1]": "keras2",
    "import tensorflow as tf\nmodel.get_layer('a').input_shape\ntf.keras": "tf2",
    "import keras\nwidth = model.output_shape[-1]": "keras3",
    "from tensorflow.keras.callbacks import Callback\nclass Own(Callback):\n"
    "    def __init__(self, model):\n        self.model = model": "tf2",
    "from tensorflow.keras.callbacks import Callback\nclass Own(Callback):\n"
    "    def on_epoch_end(self, epoch, logs):\n        best = self.model": "keras3",
    "from __future__ import annotations\nimport keras\nkeras.Sequential()": "keras3",
    # both packages: the models tell
    "from keras.preprocessing import image\nimport tensorflow as tf\n"
    "tf.keras.models.Sequential()\ntf.keras.optimizers.RMSprop(lr=0.1)": "tf2",
    "from keras.utils import np_utils\nfrom tensorflow.keras.layers import Dense": "tf2",
    "from keras.preprocessing import image\nfrom tensorflow import keras as tk\n"
    "tk.layers.Dense(1)\ntk.optimizers.Adam(lr=0.1)": "tf2",
    "from keras.layers.core import Dense\nfrom tensorflow.keras.layers import Input": "tf2",
    "from keras.layers.core import Dense\nfrom tensorflow.keras.utils import plot_model": "keras2",
    "try:\n    from keras.layers import Dense\nexcept ImportError:\n"
    "    from tensorflow.keras.layers import Dense\nmodel.fit_generator(flow)": "keras2",
    "import tensorflow as tf\nm = tf.keras.Sequential()\nm.compile()\nm.optimizer.lr": "tf2",
    "import keras\nprint(self.model.optimizer.lr)": "keras2",
    "from keras.optimizers import SGD\nsgd = SGD(0.1)\nsgd.lr = 0.2": "keras2",
    "import keras\nmodel.optimizer.decay": "keras2",
    # a discriminator: plain Keras 3 would never train it
    "import keras\nd.trainable = False\nd.train_on_batch(x, y)": "keras2",
    "from tensorflow.keras import layers\nd.c.trainable = False\nd.c.train_on_batch(x)": "tf2",
    "import keras\nd.trainable = True\nd.train_on_batch(x)\nd.trainable = False": "keras3",
    "import keras\nbase.trainable = False\nmodel.train_on_batch(x, y)": "keras3",
    "import keras\nfor l in d.layers:\n  l.trainable = False\nd.train_on_batch(x, y)": "keras2",
    "import keras\nfor l in d.layers:\n  l.trainable = on\nd.train_on_batch(x, y)": "keras3",
    "import keras\nfor l in b.layers:\n  l.trainable = False\nm.train_on_batch(x, y)": "keras3",
    "import keras\nd.trainable = flag\nd.train_on_batch(x, y)": "keras3",
    # an `lr` of something else
    "import keras\nargs.lr, cfg.optimizer.lr, self.lr, options.optimizer.decay": "keras3",
    "import keras, torch\nopt = torch.optim.SGD(p, 0.1)\nopt.lr = 0.1": "keras3",
    "import keras\nfrom torch.optim import Adam\nopt = Adam(p)\nopt.lr": "keras3",
    "import keras\nlr = model.optimizer.learning_rate": "keras3",
    "import keras\nkeras.optimizers.Adam(learning_rate=0.1)": "keras3",
    "import keras\nfrom sklearn import metrics\nmetrics.mean_squared_error(a, b)": "keras3",
    "import keras\nModelCheckpoint(filepath=f'{here}/{name}.keras')": "keras3",
    "import tensorflow as tf\ntf.keras.losses.mse(a, b)": "keras3",
    "import keras\nfrom keras import ops\nAdam(lr=0.1)": "keras3",
    "from keras import backend as K\nK.clear_session()": "keras3",
    "from keras.layers import Conv2D, Convolution2D\nConv2D(32, (3, 3))": "keras3",
    "import torch\ntorch.optim.Adam(lr=0.1)": "keras3",
    "print('keras'": "keras3",
}


@pytest.mark.parametrize(("source", "era"), SCRIPTS.items())
def test_the_era_of_a_script(source, era):
    assert evidence.read(source).name == era


def test_a_name_that_keras_3_has_not_is_evidence():
    import importlib

    from onefit.scripts.eras.registry import RULES
    from onefit.scripts.eras.rule import Gone, Moved

    missed = set()
    for rule in RULES:
        old = rule.old if isinstance(rule, Moved) else getattr(rule, "name", "")
        module, _, name = old.rpartition(".")
        is_public = isinstance(rule, Moved | Gone) and not {"src", "_tf_keras"} & {
            *module.split(".")
        }
        if not is_public or module.rpartition(".")[2][0].isupper():
            continue
        if name.startswith("_"):  # nobody is promised these
            continue
        with contextlib.suppress(ModuleNotFoundError):  # a module that is old itself
            if hasattr(importlib.import_module(module), name):
                continue
        for source in (f"from {module} import {name}", f"import keras\n{module}.{name}"):
            missed |= set() if evidence.read(source).is_old else {source}
    assert not missed


def test_conflicting_evidence_is_kept():
    both = "from keras.layers import Dense\nDense(3, kernel_initializer='normal')\nfit(nb_epoch=3)"
    found = evidence.read(both)
    assert (found.name, found.evidence) == ("keras2", ("line 3: nb_epoch=",))
    assert found.against == ("line 2: kernel_initializer=",)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from keras.layers.core import Dense", "acc"),
        ("from keras.layers.core import Dense\nhistory['val_accuracy']", "accuracy"),
        ("from keras.layers.core import Dense\nplt.ylabel('accuracy')\nhistory['acc']", "acc"),
        ("from tensorflow.keras.optimizers import Adam\nAdam(lr=1)", "accuracy"),
        ("from tensorflow.keras import layers\nhistory['val_acc']\nAdam(lr=1)", "acc"),
    ],
)
def test_what_accuracy_is_called(source, name):
    assert evidence.read(source).accuracy == name


def test_modules_of_the_scripts_folder_count(tmp_path):
    (tmp_path / "build.py").write_text("from keras.optimizers import Adam\nAdam(lr=0.1)")
    source = "import keras\nimport build"
    assert evidence.read(source).name == "keras3"
    assert evidence.read(source, str(tmp_path)).name == "keras2"


@pytest.mark.parametrize(
    ("script", "put"),
    [
        ("examples/train.py", ""),  # installed in place, or `PYTHONPATH=. python examples/train.py`
        ("examples/deep/train.py", "sys.path.append(os.path.join(here, '..', '..'))\n"),
        ("train.py", "sys.path.insert(0, 'lib')\n"),
    ],
)
def test_modules_of_the_scripts_project_count(script, put, tmp_path):
    (tmp_path / "setup.py").write_text("")
    for home in (tmp_path / "nets", tmp_path / "lib" / "nets"):
        home.mkdir(parents=True)
        (home / "__init__.py").write_text("")
        (home / "layers.py").write_text("from keras.engine import InputSpec\n")
    place = tmp_path / script
    place.parent.mkdir(parents=True, exist_ok=True)
    source = f"import os, sys, keras\n{put}from nets.layers import Own\n"
    assert evidence.read(source, str(place.parent)).name == "keras2"


def test_packages_need_no_init(tmp_path):
    (tmp_path / "setup.py").write_text("")
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "layers.py").write_text("from keras.engine import InputSpec\n")
    (tmp_path / "examples").mkdir()
    source = "import keras\nfrom nets.layers import Own\n"
    assert evidence.read(source, str(tmp_path / "examples")).name == "keras2"


def test_modules_above_a_project_do_not_count(tmp_path):
    (tmp_path / "nets.py").write_text("from keras.engine import InputSpec\n")
    (tmp_path / "project" / "deep").mkdir(parents=True)
    source = "import keras\nimport nets\n"
    assert evidence.read(source, str(tmp_path / "project" / "deep")).name == "keras3"
    (tmp_path / "project" / "README.md").write_text("")
    assert evidence.read(source, str(tmp_path / "project" / "deep")).name == "keras3"


def test_a_script_of_today_costs_little(monkeypatch):
    """Nothing is parsed without a word that an era could have; `benchmarks/eras.py` times it."""
    monkeypatch.setattr(ast, "parse", lambda *_: pytest.fail("the script was parsed"))
    source = "import keras\n" + "x = keras.layers.Dense(3)\n" * 400
    assert evidence.read(source).name == "keras3"


def test_a_script_for_keras_3_loads_nothing_of_the_eras():
    code = (
        "import sys; from onefit.scripts import eras; eras.begin('import keras; keras.Input((2,))')"
        "; print(*sorted(one for one in sys.modules if 'onefit.scripts.eras.' in one))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        f"onefit.scripts.eras.{one}" for one in ("clues", "own_folders", "texts", "traces")
    ]


def test_an_era_loads_no_network_that_the_script_does_not_use():
    """The thirty modules of `keras.applications` would take a tenth of the time of an era."""
    code = (
        "import sys; from onefit.scripts import activation, eras; activation.activate()"
        "; eras.begin('import keras; model.fit(x, y, nb_epoch=1)'); import keras"
        "; print('onefit.scripts.eras.installation' in sys.modules)"
        "; print(*sorted(one for one in sys.modules if 'keras.src.applications.' in one))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )
    assert done.stdout.split() == ["True"]


@pytest.mark.parametrize(
    "source",
    [
        "from keras.utils import to_categorical\nto_categorical([0], 2, dtype='float32')\n",
        "from tensorflow import keras\nm = keras.Sequential([keras.layers.Dense(1, "
        "input_shape=(2,))])\nn = keras.Model(m.input, m.layers[0].output)\n",
        "from tensorflow.keras.layers import Lambda\nm.add(Lambda(lambda x: x + 1))\n"
        "m.save('m.h5')\nn = load_model('m.h5')\n",
        "from tensorflow.compat.v1.keras.backend import set_session\nset_session(None)\n",
        "# In[1]:\nimport keras\nx = # your code\n# In[2]:\nkeras.optimizers.Adam(lr=0.1)\n",
    ],
)
def test_what_only_an_older_keras_took(source: str) -> None:
    assert evidence.read(source).is_old


def test_lines_of_a_notebook_with_a_cell_that_is_no_python() -> None:
    text = "# In[1]:\nx = # yours\n# In[2]:\n\nimport keras; keras.optimizers.Adam(lr=0.1)\n"
    assert evidence.read(text).evidence == ("line 5: lr=",)


def test_keras_3_adds_no_loss_to_a_functional_model() -> None:
    """Its `add_loss` of a `Functional` raises `NotImplementedError`; a layer's own is as it was."""
    functional = "from tensorflow import keras\nm = keras.Model(a, b)\nm.add_loss(loss)\n"
    assert evidence.read(functional).name == "tf2"
    layer = "from tensorflow import keras\nm = keras.layers.Dense(1)\nm.add_loss(loss)\n"
    assert not evidence.read(layer).is_old
    own = "from tensorflow import keras\nclass Model(keras.Model):\n    pass\n"
    assert not evidence.read(f"{own}m = Model(name='own')\nm.add_loss(loss)\n").is_old


def test_an_input_layer_gives_a_sequential_nothing_old() -> None:
    source = "import keras\nm = keras.Sequential([keras.Input((2,))])\ny = m(x)\nm.input\n"
    assert not evidence.read(source).is_old


KEPT_BY_KERAS_2 = """
from keras.models import Model
from keras.layers import Input, Dense
from keras import backend as K
K.set_image_dim_ordering('tf')
x = Input(shape=(2,))
m = Model({}=x, {}=Dense(1)(x))
"""


def test_a_name_that_keras_2_still_had_makes_no_script_one_of_keras_1() -> None:
    """2.2.4 has `K.set_image_dim_ordering`, and `Model(inputs=, outputs=)`."""
    assert evidence.read(KEPT_BY_KERAS_2.format("inputs", "outputs")).name == "keras2"
    assert evidence.read(KEPT_BY_KERAS_2.format("input", "output")).name == "keras1"


ACCURACY = """
from keras.models import Sequential
from keras.layers import Dense
m = Sequential()
m.add(Dense(1, input_dim=2, kernel_initializer='ones'))
m.compile('adadelta', 'mse', metrics=['{}'])
print(m.fit(x, y, epochs=5).history['acc'])
"""


def test_a_log_that_only_keras_2_had_outweighs_arguments_that_keras_3_has_too() -> None:
    """`accuracy` was logged as `acc` up to Keras 2.2; `acc` is logged as `acc` to this day."""
    found = evidence.read(ACCURACY.format("accuracy"))
    assert (found.name, found.accuracy) == ("keras2", "acc")
    assert evidence.read(ACCURACY.format("acc")).name == "keras3"


OWN_FUNCTION = """
from keras.models import Sequential
from keras.engine.topology import Layer
def train(nb_epoch=50):
    model.fit(x, y, epochs=nb_epoch)
train(nb_epoch=20)
"""
OWN_LAYER = """
from keras.engine.topology import Layer
class Attention(Layer):
    def __init__(self, W_regularizer=None, **kwargs):
        super().__init__(**kwargs)
Attention(W_regularizer="l2")
"""


@pytest.mark.parametrize("source", [OWN_FUNCTION, OWN_LAYER])
def test_arguments_that_a_script_defines_itself_are_no_evidence(source: str, tmp_path) -> None:
    """Keras 2's old arguments are also what authors of its time call their own."""
    assert evidence.read(source).name == "keras2"
    (tmp_path / "own.py").write_text(source.rpartition("\n")[0].rpartition("\n")[0])
    call = source.strip().splitlines()[-1]
    script = f"from own import {call.partition('(')[0]}\nimport keras.engine\n{call}\n"
    assert evidence.read(script, str(tmp_path)).name == "keras2"
    assert evidence.read(script).name == "keras1"


def test_epochs_of_a_fit_speak_against_keras_1() -> None:
    """Keras 1.2.2 says of them: Received unknown keyword arguments."""
    found = evidence.read("import keras\nmodel.fit(x, y, nb_epoch=3)\nmodel.fit(x, y, epochs=3)")
    assert (found.name, found.against) == ("keras2", ("line 3: epochs=",))


def test_a_fit_around_a_model_hides_no_argument_of_keras_1() -> None:
    """Classes like scikit-learn's hand their own `nb_epoch` to that of Keras."""
    source = """
import keras
class Network:
    def fit(self, x, y, nb_epoch=10):
        return self.model.fit(x, y, nb_epoch=nb_epoch)
"""
    assert evidence.read(source).name == "keras1"


@pytest.mark.parametrize(
    "module",
    [
        "class Net:\n    def train(self, x, nb_epoch):\n        pass\n",
        "try:\n    import gpu\nexcept ImportError:\n    def train(x, nb_epoch):\n        pass\n",
        "class Nets:\n    class Net:\n        def train(self, x, nb_epoch):\n            pass\n",
    ],
)
def test_methods_of_own_modules_have_arguments_of_their_author(module, tmp_path):
    (tmp_path / "parts.py").write_text(f"import keras\n{module}")
    script = "import keras\nimport parts\nnet = parts.Net()\nnet.train(1, nb_epoch=3)\n"
    assert evidence.read(script, str(tmp_path)).name == "keras3"
    assert evidence.read(script.replace("train", "fit"), str(tmp_path)).name == "keras1"


@pytest.mark.parametrize(
    ("line", "era"),
    [
        ("tf.keras.Sequential().compile('sgd', 'mse', metrics='mae')", "tf2"),
        ("tf.keras.Sequential().compile('sgd', 'mse', metrics=['mae'])", "keras3"),
        ("tf.keras.layers.Dense(np.prod((2, 2)))", "tf2"),
        ("tf.keras.layers.Dense(int(np.prod((2, 2))))", "keras3"),
        ("tf.keras.layers.Input(784)", "tf2"),
        ("tf.keras.Input(shape=784)", "tf2"),
        ("size = 100\nnoise = tf.keras.Input(size)", "tf2"),
        ("tf.keras.layers.InputLayer(4)", "tf2"),
        ("size = (100,)\nnoise = tf.keras.Input(size)", "keras3"),
        ("tf.keras.Input((784,), 32)", "keras3"),
        (
            "class A(keras.layers.Layer):\n  def build(self, s): self.trainable_weights = []",
            "keras2",
        ),
        (
            "class A(keras.layers.Layer):\n  def build(self, s): self._trainable_weights += []",
            "keras2",
        ),
        ("weights = keras.Sequential().trainable_weights", "keras3"),
        ("class A(tf.keras.optimizers.Optimizer):\n  x = lambda o: o._set_hyper('x', 1)", "tf2"),
        ("class A(tf.keras.optimizers.Optimizer):\n  x = lambda o: o._index_dict", "tf2"),
    ],
)
def test_what_keras_3_refuses_is_evidence(line, era):
    package = "import tensorflow as tf" if "tf." in line else "import keras"
    assert evidence.read(f"import numpy as np\n{package}\n{line}\n").name == era
