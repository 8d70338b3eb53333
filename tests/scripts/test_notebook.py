"""`%load_ext onefit` in a real IPython."""

from __future__ import annotations

import subprocess
import sys
import textwrap

CELLS = """
    %load_ext onefit
    import numpy as np
    import keras
    x = np.ones((4, 1))
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    _ = model.fit(x, x, verbose=0)
    %onefit
    _ = model.fit(x * np.nan, x, verbose=0)
    import tensorflow as tf
    print(tf.reduce_sum(tf.constant([1, 2])))
    %unload_ext onefit
    print(keras.Model.fit.__module__)
    import tensorflow
"""


def test_load_use_and_unload(tmp_path):
    notebook = tmp_path / "cells.ipy"
    notebook.write_text(textwrap.dedent(CELLS))
    told = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", str(notebook)],
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": "", "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)},
    )
    lines = told.stdout.splitlines()
    assert lines[0].startswith("onefit: fit, "), told
    assert told.stderr.startswith("onefit: OF302 NaN or infinity in the data: x (4 of 4 values")
    assert (
        lines[lines.index("tf.Tensor(3, shape=(), dtype=int32)") + 1]
        == "keras.src.backend.jax.trainer"
    )
    assert "No module named 'tensorflow'" in told.stdout + told.stderr


ASKED = """
    %load_ext onefit
    import numpy as np
    import keras
    %onefit doctor
    x = np.random.default_rng(0).normal(size=(60, 2))
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "mse")
    _ = model.fit(x, 10 * x[:, 0], verbose=0)
    %onefit doctor --time 0
    %onefit doctor --time soon
"""


def test_the_doctor_is_asked_about_the_last_training(tmp_path):
    """A sigmoid for numbers from -20 to 20."""
    (tmp_path / "cells.ipy").write_text(textwrap.dedent(ASKED))
    told = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", str(tmp_path / "cells.ipy")],
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": "", "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)},
    )
    asked_early, examined = told.stdout.split("onefit doctor: fit, ")
    assert "no network was trained by model.fit" in asked_early
    assert "[OF502]  CERTAIN" in examined and "Dense(1)" in examined
    assert "expected seconds, 0 or more; received 'soon'" in told.stderr
    assert "Traceback" not in told.stdout + told.stderr


USED = """
    import keras
    %load_ext onefit
"""


def test_a_kernel_in_which_keras_runs_on_another_backend_is_told_what_to_do(tmp_path):
    """A Keras that says that it runs on TensorFlow, because that is not installed here."""
    (tmp_path / "keras.py").write_text(
        "class config:\n    @staticmethod\n    def backend():\n        return 'tensorflow'\n"
    )
    (tmp_path / "cells.ipy").write_text(textwrap.dedent(USED))
    told = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "cells.ipy"],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        env={"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)},
    )
    text = told.stdout + told.stderr
    assert "Keras was imported before onefit, and runs on tensorflow" in text, text
    assert "\n    import onefit\n" in text and "Traceback" not in text


SHELL = """
    import sys
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell.instance(colors="NoColor")
    if len(sys.argv) > 1:
        shell.run_line_magic("load_ext", "onefit")
    shell.run_cell("import keras, numpy as np; model = keras.Sequential([keras.layers.Dense(1)])")
    shell.run_cell("model.compile('sgd', 'mse')")
    shell.run_cell("model.fit(np.ones((4, 4)), np.ones((5, 1)))")
    shell.run_cell("model.predict(np.ones((4, 4)), nonsense=1)")
"""


def test_tracebacks_are_those_of_plain_keras(tmp_path):
    told = [
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(SHELL), *words],
            capture_output=True,
            text=True,
            timeout=300,
            env={"PATH": "", "KERAS_BACKEND": "jax", "HOME": str(tmp_path)},
        )
        for words in ([], ["with onefit"])
    ]
    assert told[0].stdout.count("Traceback (most recent call last)") == 2
    assert told[1].stdout == told[0].stdout


NUMBERED = """
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell.instance(colors="NoColor")
    for cell in (
        "%load_ext onefit",
        "import keras, numpy as np; model = keras.Sequential([keras.layers.Dense(1)])",
        "model.compile('sgd', 'mse')\\nmodel.fit(np.ones((4, 4)), np.ones((4, 1)), verbose=0)",
        "%onefit nonsense",
        "%onefit",
    ):
        shell.run_cell(cell, store_history=True)
"""


def test_a_fit_is_told_with_the_number_that_stands_before_its_cell(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(NUMBERED)],
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": "", "KERAS_BACKEND": "jax", "HOME": str(tmp_path)},
    )
    assert "onefit: fit, cell 3: 4 rows" in told.stdout, told.stdout + told.stderr
    assert "Received: 'nonsense'" in told.stdout
