"""The name `tensorflow` is given to the script's own imports, and fools nobody else."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is not None, reason="TensorFlow itself is here"
)


def run(script, cwd):
    told = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "--quiet", "-c", textwrap.dedent(script)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )
    assert told.returncode == 0, told.stderr
    return told.stdout.splitlines()


BACKEND = "True True tensorflow.keras.backend 1.0"


def test_a_file_keras_py_beside_the_script_is_not_taken_for_keras(tmp_path):
    (tmp_path / "keras.py").write_text("import tensorflow as tf\ntf.keras.nothing_of_this_name\n")
    script = """
    import tensorflow as tf
    print(float(tf.reduce_sum(tf.ones(3))))
    """
    assert run(script, tmp_path) == ["3.0"]


def test_imports_of_every_form(tmp_path):
    lines = run(
        """
        import tensorflow as tf, tensorflow.keras.layers as L, tensorflow.nn, keras
        from tensorflow import keras as tf_keras
        from tensorflow.keras import layers, models, Sequential
        from tensorflow.keras.models import Model, load_model
        from tensorflow.keras.layers import Dense, LSTM
        from tensorflow.keras.preprocessing.text import Tokenizer
        from tensorflow.keras.preprocessing.sequence import pad_sequences
        from tensorflow.keras.preprocessing.image import ImageDataGenerator
        from tensorflow.keras.applications.vgg16 import VGG16, preprocess_input
        from tensorflow.keras.datasets import mnist
        from tensorflow.math import reduce_std
        import tensorflow.keras.backend as K
        import tensorflow.compat.v2 as tf2
        from tensorflow.compat.v2.keras.layers import Dense as Dense2
        print(tf2.constant is tf.constant, Dense2 is Dense)
        print(Dense is keras.layers.Dense, Model is keras.Model, tf.keras.Model is keras.Model)
        print(L.Dense is layers.Dense, tf.__name__, tf_keras.Sequential is Sequential)
        from tensorflow.keras import backend
        print(tf.nn is tensorflow.nn, tf.__version__.startswith("2."))
        print(K is backend, K is tf.keras.backend, K.__name__, float(K.mean(tf.ones(2))))
        """,
        tmp_path,
    )
    assert lines == ["True True", "True True True", "True tensorflow True", "True True", BACKEND]


ONLY_TENSORFLOW = {
    "import tensorflow.lite": "tensorflow.lite needs TensorFlow",
    "from tensorflow import lite": "convert that file where TensorFlow is",
    "from tensorflow import placeholder": "tensorflow.placeholder needs TensorFlow",
    "import tensorflow.feature_column": "tensorflow.feature_column needs TensorFlow",
    "from tensorflow.keras.backend import gradients": "tensorflow.keras.backend.gradients needs",
    "from tensorflow.python.ops.nn_ops import conv4d": "tensorflow.python.ops.nn_ops.conv4d needs",
    "from tensorflow.python.ops import rare_ops": "Import the public name",
    "from tensorflow.python.keras import backend": "from tensorflow.keras instead",
    "from tensorflow.python.keras.layers import Dense": "from tensorflow.keras instead",
}


@pytest.mark.parametrize(
    "line",
    [
        "from tensorflow.keras.applications import VGG16",
        "from tensorflow.keras.applications import *",
        "from tensorflow.python.keras.applications import VGG16",
        "import tensorflow.keras.applications as A; VGG16 = A.VGG16",
        "from tensorflow.keras.wrappers import SKLearnClassifier as VGG16",
    ],
)
def test_imports_from_a_module_that_waits(tmp_path, line):
    # Nothing has used it before. Its names are copied, and it had none yet.
    assert run(f"{line}\nprint(VGG16.__module__.partition('.')[0])", tmp_path) == ["keras"]


def test_imports_of_what_only_tensorflow_has(tmp_path):
    lines = run(
        f"""
        for statement in {list(ONLY_TENSORFLOW)}:
            try:
                exec(statement)
            except ImportError as error:
                print(type(error).__mro__[1].__name__, error)
        """,
        tmp_path,
    )
    for line, told in zip(lines, ONLY_TENSORFLOW.values(), strict=True):
        assert line.startswith("NeedsTensorFlow ") and told in line
        assert "pip install tensorflow-cpu" in line


def test_heads_of_old_scripts(tmp_path):
    lines = run(
        """
        import tensorflow as tf
        tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
        tf.get_logger().setLevel("ERROR")
        tf.autograph.set_verbosity(0)
        for name in ("placeholder", "layers.dense", "logging.log_every_n"):
            try:
                eval(f"tf.compat.v1.{name}")
            except AttributeError as error:
                print(error)
        """,
        tmp_path,
    )
    for line, name in zip(lines, ["placeholder", "layers", "logging.log_every_n"], strict=True):
        assert line.startswith(f"tensorflow.compat.v1.{name} needs TensorFlow")


HIDDEN = """
contextlib np jax Any SimpleNamespace module_utils annotations names_of math.ops math.Any
math.array nn.names_of config.jax random.keras linalg.jnp dtypes.np test.Any compat.Any
keras.backend.Any keras.backend.elements keras.Any
"""


def test_what_the_stand_in_imports_is_no_name_of_tensorflows(tmp_path):
    script = f"""
        import tensorflow as tf
        for name in {HIDDEN.split()}:
            try:
                print("there is", name, eval(f"tf.{{name}}"))
            except AttributeError:
                pass
        """
    assert run(script, tmp_path) == []


def test_what_keras_lacks_is_told_as_python_tells_it(tmp_path):
    lines = run(
        """
        try:
            import tensorflow.keras.wrappers.no_such_module
        except ModuleNotFoundError as error:
            print(error)
        try:
            import tensorflow_datasets
        except ModuleNotFoundError as error:
            print(error)
        """,
        tmp_path,
    )
    assert lines == [
        "No module named 'tensorflow.keras.wrappers.no_such_module'",
        "No module named 'tensorflow_datasets'",
    ]


def test_an_index_beyond_the_end_is_no_fault_of_onefits(tmp_path):
    lines = run(
        """
        import numpy as np, tensorflow as tf
        rows = tf.data.Dataset.from_tensor_slices((np.arange(64) % 13, np.zeros(64, "float32")))
        rows = rows.map(lambda x, y: (tf.reshape(x, [1]), y)).batch(8)
        L = tf.keras.layers
        model = tf.keras.Sequential([L.Embedding(10, 2), L.Flatten(), L.Dense(1)])
        model.compile("sgd", "mse")
        try:
            model.fit(rows, verbose=0)
        except tf.errors.InvalidArgumentError as error:
            print(error, getattr(error, "__notes__", []))
        """,
        tmp_path,
    )
    assert lines == ["indices[2,0] = 10 is not in [0, 10) []"]


def test_a_library_that_probes_finds_nothing(tmp_path):
    library = tmp_path / "site-packages" / "probing.py"
    library.parent.mkdir()
    library.write_text(
        textwrap.dedent("""
            import importlib.util
            print(importlib.util.find_spec("tensorflow"))
            try:
                import tensorflow
            except ModuleNotFoundError as error:
                print(error)
            try:
                import tensorflow.keras
            except ModuleNotFoundError as error:
                print(error)
        """)
    )
    lines = run("import sys; sys.path.append('site-packages'); import probing", tmp_path)
    assert lines == ["None", *["No module named 'tensorflow'"] * 2]


def test_a_module_of_the_script_finds_it(tmp_path):
    (tmp_path / "own.py").write_text("import tensorflow as tf\nprint(tf.constant(1) + 1)")
    assert run("import own", tmp_path) == ["tf.Tensor(2, shape=(), dtype=int32)"]


def test_keras_itself_is_not_fooled(tmp_path):
    lines = run(
        """
        import os, numpy as np, tensorflow as tf
        x = np.ones((4, 2))
        model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(x, x[:, :1], verbose=0)
        print(model.predict(x, verbose=0).shape)
        print(tf.keras.layers.RandomFlip()(np.ones((1, 4, 4, 3))).shape)
        print(tf.keras.models.model_from_json(model.to_json()).count_params())
        model.save("model.keras")
        print(tf.keras.models.load_model("model.keras").count_params())
        tf.keras.utils.set_random_seed(1)
        tf.keras.backend.clear_session()
        print(tf.keras.layers.StringLookup(vocabulary=["a", "b"])(["b", "c"]).numpy())
        model.fit(x, x[:, :1], callbacks=[tf.keras.callbacks.TensorBoard("logs")], verbose=0)
        print(os.listdir("logs"))
        model.export("exported", verbose=False)
        print(os.listdir("exported"))
        try:
            model.export("exported", format="litert")
        except Exception as error:
            print("requires TensorFlow" in str(error))
        """,
        tmp_path,
    )
    assert lines == [
        "(4, 1)",
        "(1, 4, 4, 3)",
        "3",
        "3",
        "[2 0]",
        "['train']",
        "['saved_model.onefit']",
        "True",
    ]


def test_other_libraries_beside_it(tmp_path):
    lines = run(
        """
        import tensorflow as tf
        import numpy as np, pandas, sklearn.linear_model, h5py, copy, pickle
        array = tf.constant([[1.0, 2.0], [3.0, 4.0]])
        print(pandas.DataFrame(np.asarray(array)).sum().tolist(), array.numpy().flags.writeable)
        print(sklearn.linear_model.LinearRegression().fit(array, [1, 2]).coef_.shape)
        print(pickle.loads(pickle.dumps(tf.nn.relu)) is tf.nn.relu, copy.deepcopy(array).shape)
        """,
        tmp_path,
    )
    assert lines == ["[4.0, 6.0] True", "(2,)", "True (2, 2)"]


def test_without_activation_there_is_no_name(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", "import onefit.scripts; import tensorflow"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert told.stderr.endswith("ModuleNotFoundError: No module named 'tensorflow'\n")


def test_withdrawn_it_is_gone(tmp_path):
    lines = run(
        """
        import sys, tensorflow, tensorflow.keras
        from onefit.scripts import naming
        naming.provide()
        print(sum(type(finder).__module__ == naming.__name__ for finder in sys.meta_path))
        naming.withdraw()
        naming.withdraw()
        print([name for name in sys.modules if name.split(".")[0] == "tensorflow"])
        try:
            import tensorflow
        except ModuleNotFoundError as error:
            print(error)
        """,
        tmp_path,
    )
    assert lines[0] == "2" and lines[-1] == "No module named 'tensorflow'"
    assert lines[1] == "[]"


@pytest.mark.parametrize("is_package", [False, True])
def test_folders_of_its_name(tmp_path, is_package):
    """A folder without `__init__.py` never hides an installed package in Python."""
    (tmp_path / "tensorflow").mkdir()
    if is_package:
        (tmp_path / "tensorflow" / "__init__.py").touch()
    (tmp_path / "script.py").write_text("import tensorflow as tf\nprint(int(tf.constant(3)))\n")
    told = subprocess.run(
        [sys.executable, "-m", "onefit", "run", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    folder = tmp_path / "tensorflow"
    hidden = f"{folder} is imported in place of the module 'tensorflow'; give it another name"
    assert (told.stdout, hidden in told.stderr) == ("" if is_package else "3\n", is_package)
