"""Write the page of TensorFlow's names: which the stand-in has, and which it has not.

    python docs/tensorflow_names.py

`tensorflow_names.json` has the public names of TensorFlow 2.21; the page says of each whether the
code has it. A test holds the page to the code.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE / "tensorflow-names.md"
HEAD = """\
# TensorFlow names: what is there

Under `onefit run`, where TensorFlow is not installed, `import tensorflow` has the names of the
middle column. They have the values of TensorFlow 2.21, recorded and compared in the tests; what
differs is told on [tf.data](tf-data.md) and [Custom training loops](custom-loops.md). The names
of the right column raise an error that names them and says what to do instead. Whole modules that
are missing: `tf.lite` (save with `model.save("model.keras")`, and convert that file where
TensorFlow is), `tf.estimator` and `tf.feature_column` (they left TensorFlow),
`tf.raw_ops`, `tf.quantization`, `tf.queue`, `tf.tpu`, `tf.profiler`.

`tf.keras` is Keras itself. `tf.compat.v1` has what works as it stands: old names and arguments of
functions, losses, settings; a script of TensorFlow 1 has them at the top. What means nothing on JAX
is taken: the memory of a GPU, a session that is handed to Keras, the initialisers of variables that
nothing has changed, `with graph.as_default()`. Placeholders and what computes a graph
(`session.run(tensor)`) are errors. Some names need a package: `tf.summary` and the `TensorBoard`
callback `pip install "onefit[tensorboard]"`, TFRecords and `tf.train.Example`
`pip install "onefit[records]"`, `tf.saved_model.save` `pip install "onefit[saved-models]"`.

`tf.saved_model.save` and `model.export` write a file of onefit's own, `saved_model.onefit`, which
`tf.saved_model.load` reads here, in another process, too, and which TensorFlow does not. It has the
variables, and the functions for the kinds of arguments for which they were traced; a Keras model
that was loaded can be called, as with tf.keras 2.

Measured by `benchmarks/tensorflow_scripts.py`: of {of} public scripts that need more of TensorFlow
than `tf.keras`, run under TensorFlow 2, and have all files and packages there, {run} run under
`onefit run`: {ended} came to their end, {training} still trained after {limit_s} s.

| module | there | not there |
|---|---|---|
"""
MEASURED = HERE.parent / "benchmarks" / "results" / "tensorflow_scripts.json"


def page() -> str:
    """The page, of the code as it is."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import onefit.scripts.tensorflow as tf

    names = json.loads((HERE / "tensorflow_names.json").read_text())
    measured = json.loads(MEASURED.read_text())
    return HEAD.format(**measured, **measured["counts"]) + "".join(
        row(tf, module, every) for module, every in names.items()
    )


def row(tf: Any, module: str, names: list[str]) -> str:
    """The line of a module."""
    found: Any = tf
    for part in module.split(".")[1:]:
        found = getattr(found, part)
    there = [name for name in names if hasattr(found, name)]
    others = [name for name in names if name not in there]
    told = f"`{module}`, {len(there)} of {len(names)}"
    return f"| {told} | {listed(there)} | {listed(others)} |\n"


def listed(names: list[str]) -> str:
    """Names in a cell of the table."""
    return " ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page())
