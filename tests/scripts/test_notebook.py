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
        timeout=120,
        env={"PATH": "", "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)},
    )
    lines = told.stdout.splitlines()
    assert lines[0].startswith("onefit: 1 fit as one program each; XLA compile "), told
    assert lines[1:3] == ["3", "keras.src.backend.jax.trainer"]
    assert "No module named 'tensorflow'" in told.stdout + told.stderr
