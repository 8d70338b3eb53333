"""Keras imported without what a training does not need is the same Keras, sooner."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LEAN = "import onefit; onefit.install()\n"


def told(code: str, before: str = "") -> object:
    """Run code in a process of its own; what it prints last, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", before + code], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


NAMES = """
import os; os.environ["KERAS_BACKEND"] = "jax"
import importlib, json, pkgutil, keras
keras.saving, keras.layers
print(json.dumps({
    m.name: sorted(n for n in dir(importlib.import_module("keras." + m.name)) if n[:2] != "__")
    for m in pkgutil.iter_modules(keras.__path__) if m.name not in ("src", "_tf_keras")
}))
"""


def test_keras_has_the_names_that_it_has_without_onefit() -> None:
    """Every public module of Keras, name by name."""
    assert told(NAMES, LEAN) == told(NAMES)


def test_the_deferred_modules_wait_for_their_first_use() -> None:
    """HDF5 is not loaded by the import, and is itself when it is used."""
    code = """
import json, os, sys, tempfile, keras, numpy as np
before = "h5py._hl" in sys.modules
import h5py
with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, "a.h5")
    with h5py.File(file, "w") as f:
        f["x"] = np.arange(3)
    with h5py.File(file) as f:
        back = f["x"][:].tolist()
print(json.dumps([before, back, type(h5py).__name__, "h5py._hl" in sys.modules]))
"""
    assert told(code, LEAN) == [False, [0, 1, 2], "module", True]


@pytest.mark.parametrize("kind", ["weights.h5", "h5", "keras"])
def test_models_are_saved_and_loaded(kind: str) -> None:
    """Files of models come out as they went in."""
    code = f"""
import json, os, tempfile, keras, numpy as np
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, "model.{kind}")
    if "weights" in file:
        model.save_weights(file)
        other = keras.models.clone_model(model)
        other.load_weights(file)
    else:
        model.save(file)
        other = keras.models.load_model(file)
x = np.ones((3, 2))
print(json.dumps([model.predict(x, verbose=0).tolist() == other.predict(x, verbose=0).tolist()]))
"""
    assert told(code, LEAN) == [True]


def test_sparse_matrices_are_taken() -> None:
    """SciPy's sparse module, deferred too, is there when Keras is given its matrices."""
    code = """
import json, keras, numpy as np, scipy.sparse
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, kernel_initializer="ones")])
model.compile("sgd", "mse")
x = scipy.sparse.csr_matrix(np.eye(4, dtype="float32"))
print(json.dumps(model.fit(x, np.ones((4, 1)), verbose=0).history["loss"]))
"""
    assert told(code, LEAN) == [0.0]


GARBAGE = """
import gc, json, weakref
class Node: pass
{before}
frozen = gc.get_freeze_count()  # Python 3.12 begins with some
import keras
node = Node(); node.itself = node
gone = weakref.ref(node)
del node
gc.collect()
print(json.dumps([gc.isenabled(), gone() is None, gc.get_freeze_count() > frozen]))
"""


def test_garbage_is_collected_as_ever() -> None:
    """The collector runs on after the import, and a process with much in it is left as it is."""
    assert told(GARBAGE.format(before=""), LEAN) == [True, True, True]
    much = "much = [[] for _ in range(300_000)]"
    assert told(GARBAGE.format(before=much), LEAN) == [True, True, False]
    assert told(GARBAGE.format(before="gc.disable()"), LEAN) == [False, True, False]


TABLES = """
import json, sys, {first}
waited = "pandas" not in sys.modules
import numpy as np, pandas as pd
keras.utils.set_random_seed(0)
table = pd.DataFrame({{"a": np.arange(6) / 7, "b": np.arange(6), "c": [True, False] * 3}})
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
weights = pd.Series([1.0, 2, 3, 4, 5, 6])
history = model.fit(table, weights / 3, sample_weight=weights, validation_split=0.5, verbose=0)
print(json.dumps([waited, history.history, model.predict(table, verbose=0).tolist()]))
"""


def test_tables_of_pandas_are_known_without_pandas_having_been_imported() -> None:
    """Keras takes DataFrame and Series as ever, and the script pays for pandas if it uses it."""
    waited, *results = told(TABLES.format(first="keras"), LEAN)
    plain = told(TABLES.format(first="keras"), 'import os; os.environ["KERAS_BACKEND"] = "jax"\n')
    assert waited and plain == [False, *results]
    assert told(TABLES.format(first="pandas, keras"), LEAN) == [False, *results]


DRAWS = """
import json, random, numpy as np
random.seed(3); np.random.seed(3)
import keras
keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]).summary()
import h5py, psutil, scipy.sparse
h5py.File, psutil.cpu_count, scipy.sparse.csr_matrix
seed = keras.layers.Dense(1).kernel_initializer.seed
print(json.dumps([random.random(), np.random.rand(), seed]))
"""


def test_the_imports_draw_as_many_random_numbers_as_ever() -> None:
    """Keras's initialisers draw their seeds from `random`; rich's import draws from it, too."""
    assert told(DRAWS, LEAN) == told(DRAWS, 'import os; os.environ["KERAS_BACKEND"] = "jax"\n')


def test_matplotlib_waits_for_who_draws() -> None:
    """Keras's gallery draws the same picture; before, Matplotlib is not loaded."""
    pytest.importorskip("matplotlib")
    code = """
import json, os, sys, tempfile; os.environ.update(KERAS_BACKEND="jax", MPLBACKEND="agg")
import hashlib, keras, numpy as np
before = "matplotlib" in sys.modules
with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, "a.png")
    images = np.arange(4 * 8 * 8 * 3, dtype="float32").reshape(4, 8, 8, 3) % 256
    keras.visualization.plot_image_gallery(images, value_range=(0, 255), path=file, rows=2, cols=2)
    drawn = hashlib.sha256(open(file, "rb").read()).hexdigest()
from keras.src.visualization import plot_bounding_box_gallery as boxes
print(json.dumps([before, drawn, boxes.patches.Patch.__module__]))
"""
    assert told(code, LEAN) == [False, *told(code)[1:]]


APPLICATIONS = """
import json, keras
first = keras.applications.vgg16.__name__
from keras.applications import MobileNet
from keras.applications.vgg16 import preprocess_input
import keras._tf_keras.keras.layers
from keras._tf_keras import keras as other
print(json.dumps([first, MobileNet.__module__, preprocess_input.__module__,
                  other.layers.Dense is keras.layers.Dense, sorted(dir(other))]))
"""


def test_applications_and_the_second_tree_of_names_are_there_when_they_are_used() -> None:
    """However they are imported: by attribute, from their package, from a module in it."""
    assert told(APPLICATIONS, LEAN) == told(
        APPLICATIONS, 'import os; os.environ["KERAS_BACKEND"] = "jax"\n'
    )


TRAINED = """
import json, sys, keras, numpy as np
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(np.eye(2), np.ones(2), epochs=2, verbose=0)
print(json.dumps([name for name in {names} if type(sys.modules.get(name)).__name__ == "module"]))
"""

UNUSED = (
    *("h5py", "jax._src.pallas.core", "jax.extend.pallas", "jaxlib.mosaic.python.tpu"),
    *("keras._tf_keras.keras", "keras.applications.vgg16", "pygments.lexers", "scipy.sparse"),
    *("onefit.checks.errors", "onefit.runs.verdict", "onefit.training.checkpoints.checkpoint"),
    *("onefit.training.verbs.evaluate", "onefit.training.verbs.predict"),
)
"""What a script that trains has no use for; each of it was imported once, and cost milliseconds."""


def test_a_training_imports_nothing_that_it_does_not_use() -> None:
    """The time to the first loss is mostly imports: none comes back unnoticed."""
    assert told(TRAINED.format(names=UNUSED), LEAN) == []
    assert (
        told(
            TRAINED.format(names=UNUSED).replace("print", "model.predict(np.eye(2)); print"), LEAN
        )[-1]
        == "onefit.training.verbs.predict"
    )
