"""What an era replaces is loaded when it is used, and looks as if it had been loaded at once."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import keras
import pytest

from onefit.scripts.eras.deferred import Attribute, Deferred
from onefit.scripts.eras.registry import RULES
from onefit.scripts.eras.rule import Gone, Meaning
from onefit.scripts.eras.targets import home_of

LATER = [rule for rule in RULES if isinstance(rule, Meaning) and isinstance(rule.replace, str)]
UNUSED = """
import json, sys
from onefit.scripts import activation, eras
activation.activate()
eras.begin("from keras.layers.core import Dense\\nDense(2, init='uniform')")
import keras
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
print(json.dumps([name.rpartition(".")[2] for name in sys.modules if ".stand_ins." in name]))
"""


@pytest.mark.parametrize("rule", LATER, ids=lambda rule: f"{rule.target}-{rule.replace}")
def test_what_is_made_later_looks_as_what_is_made_at_once(rule):
    owner, name = home_of(rule.target)
    today = owner.get(name) if isinstance(owner, dict) else getattr(owner, name, None)
    if today is None or not isinstance(owner, type):
        return
    later, at_once = rule.maker(today), Deferred(rule.replace).load()(today)
    static = isinstance(at_once, staticmethod)  # called of the class, where a function is the same
    assert isinstance(later, type(at_once.__func__ if static else at_once))
    own = set(vars(at_once)) if inspect.isfunction(at_once) else set()
    known = {"__wrapped__", *getattr(today, "__dict__", ()), *rule.marks.split()}
    assert own <= known
    if inspect.isfunction(at_once):  # Keras looks through wrappers
        assert getattr(at_once, "__wrapped__", today) is today


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES if isinstance(rule, Gone) and isinstance(home_of(rule.name)[0], type)],
    ids=lambda rule: rule.name,
)
def test_an_attribute_that_is_gone_is_found(rule):
    owner, name = home_of(rule.name)
    if name in vars(owner):
        return
    made = type("Class", (), {})
    setattr(made, name, Attribute(made, name, rule.stand_in))
    real = Deferred(rule.stand_in).load()
    if inspect.isfunction(real):
        assert getattr(made, name) is real and getattr(made(), name).__func__ is real
    elif isinstance(real, property):
        assert getattr(made, name) is real


def test_a_method_that_a_subclass_extends():
    class Layer:
        pass

    class Own(Layer):
        def count_params(self):
            return 1 + super().count_params()

    Layer.count_params = Attribute(Layer, "count_params", "weight_gradients:get_gradients")
    bound = super(Own, Own()).count_params
    assert bound.__func__ is Deferred("weight_gradients:get_gradients").load()


def test_an_attribute_that_is_set_first():
    class Layer:
        stateful = None

    Layer.stateful = Attribute(Layer, "stateful", "attributes:stateful")
    one, other = Layer(), Layer()
    one.stateful = True
    assert (one.stateful, other.stateful) == (True, False)


def test_what_a_script_does_not_use_is_not_loaded():
    done = subprocess.run(
        [sys.executable, "-c", UNUSED], capture_output=True, text=True, check=True, timeout=300
    )
    loaded = set(json.loads(done.stdout))
    assert {"construction", "added_weights"} <= loaded
    assert loaded.isdisjoint(
        {"weight_files", "recurrent_calls", "pictures", "class_weights", "gates"}
    )
    assert keras.layers.LSTM(1).units == 1


def test_words_are_dropped_in_training():
    """Keras hands on `training` to a `call` that takes it, as that of Keras 1's Embedding does."""
    script = (
        "import numpy as np\nfrom keras.models import Sequential\nfrom keras.layers import *\n"
        "words = Embedding(9, 2, dropout=0.9, input_length=4, init='one')\n"
        "model = Sequential([words, Flatten()])\n"
        "model.compile('sgd', 'mse')\nx = np.arange(8).reshape(2, 4)\n"
        "print(model.evaluate(x, np.zeros((2, 8)), verbose=0))\n"
        "print(model.train_on_batch(x, np.zeros((2, 8))) != 1.0)\n"
    )
    command = [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "keras1", "-"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=300)
    assert done.stdout.split() == ["1.0", "True"], done.stderr


OF_TENSORFLOW = """
import sys
from onefit.scripts import activation, eras
activation.activate()
eras.begin("from keras.models import Sequential\\nmodel.fit(x, y, nb_epoch=2)")
import keras
tf_keras = "keras._tf_keras.keras"
print(tf_keras in sys.modules)
{}
print(tf_keras in sys.modules, ImageDataGenerator is keras.utils.ImageDataGenerator)
print(ImageDataGenerator(dim_ordering="th").data_format, img_to_array is image.img_to_array)
"""


@pytest.mark.parametrize(
    "imports",
    [
        "from keras.preprocessing.image import ImageDataGenerator, img_to_array\n"
        "from keras.preprocessing import image",
        "from keras.preprocessing.image import *; image = keras.preprocessing.image",
        "import keras.preprocessing.image as image; ImageDataGenerator = image.ImageDataGenerator\n"
        "img_to_array = image.img_to_array",
        "from keras.utils import ImageDataGenerator, img_to_array; image = keras.utils",
    ],
)
def test_preprocessing_comes_with_the_modules_of_tf_keras_when_it_is_used(imports):
    script = OF_TENSORFLOW.format(imports)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split("\n") == ["False", "True True", "channels_first True", ""], done.stderr


def test_dir_tells_of_names_that_are_made_when_they_are_asked_for():
    script = (
        "import keras\nfrom keras import backend as K\n"
        "print({'Convolution2D', 'MaxoutDense', 'Dense'} <= set(dir(keras.layers)))\n"
        "print({'dot', 'relu', 'get_session', 'tf'} <= set(dir(K)))\n"
    )
    command = [sys.executable, "-m", "onefit", "run", "--quiet", "--era", "keras1", "-"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=300)
    assert done.stdout.split() == ["True", "True"], done.stderr
