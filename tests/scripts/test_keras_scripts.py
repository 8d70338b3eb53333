"""Scripts that train, under `onefit run`: switches, exit codes, errors, the summary."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

HEAD = """
import numpy as np
import keras
x = np.arange(8.0).reshape(8, 1)
model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
"""
FIT = HEAD + "model.compile('sgd', 'mse')\nmodel.fit(x, x, epochs=3, verbose=0)\n"
EAGER = (
    HEAD
    + "model.compile('sgd', 'mse', run_eagerly=True)\nmodel.fit(x, x, verbose=0)\nprint('done')\n"
)


def call(*words, cwd, stdin="", **environment):
    kept = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        input=textwrap.dedent(stdin),
        capture_output=True,
        text=True,
        timeout=120,
        env={**kept, **environment},
    )


def run(*words, **settings):
    return call("-m", "onefit", "run", *words, **settings)


def test_the_summary_counts_what_ran_as_one_program(tmp_path):
    ours = run("-", stdin=FIT + "model.predict(x, verbose=0)\nprint('end')", cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("end\n", 0)
    assert ours.stderr.startswith("onefit: 1 fit, 1 predict as one program each; XLA compile ")
    assert ours.stderr.count("\n") == 1 and "step by step" not in ours.stderr


def test_quiet(tmp_path):
    assert run("--quiet", "-", stdin=FIT, cwd=tmp_path).stderr == ""


def test_the_summary_says_what_fell_back_and_why(tmp_path):
    ours = run("-", stdin=EAGER, cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("done\n", 0)
    assert ours.stderr.startswith("onefit: 0 fits as one program each; ")
    assert "step by step: 1 fit, because OF101 the model asks to run eagerly" in ours.stderr


def test_strict_ends_with_3_and_a_message(tmp_path):
    ours = run("--strict", "--quiet", "-", stdin=EAGER, cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("", 3)
    assert ours.stderr.startswith("onefit: ") and "OF101" in ours.stderr
    assert "Traceback" not in ours.stderr


def test_explain_prints_the_plan_on_standard_error(tmp_path):
    ours = run("--explain", "--quiet", "-", stdin=FIT, cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("", 0)
    assert "epochs" in ours.stderr


def test_verify_tells_the_verdict_on_standard_error(tmp_path):
    ours = run("--verify", "--quiet", "-", stdin=FIT, cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("", 0)
    assert ours.stderr


@pytest.mark.parametrize(
    "mistake",
    [
        "model.fit(x, x)",
        "model.compile('sgd', 'mse'); model.fit(np.ones((4, 3)), np.ones((4, 1)))",
        "model.compile('sgd', 'mse'); model.fit(x, x, nonsense=1)",
    ],
)
def test_keras_errors_come_without_a_frame_of_ours(mistake, tmp_path):
    (tmp_path / "script.py").write_text(HEAD + mistake)
    plain = call("script.py", cwd=tmp_path, KERAS_BACKEND="jax")
    ours = run("--quiet", "script.py", cwd=tmp_path)
    assert ours.returncode == plain.returncode == 1
    assert ours.stdout == plain.stdout
    assert f"{os.sep}onefit{os.sep}" not in ours.stderr
    kind = plain.stderr.splitlines()[-1].split(":")[0]
    assert kind in ours.stderr


def test_an_error_in_a_callback_shows_the_callback(tmp_path):
    script = FIT + textwrap.dedent("""
        class Fails(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                raise RuntimeError("mine")
        model.fit(x, x, callbacks=[Fails()], verbose=0)
    """)
    ours = run("--quiet", "-", stdin=script, cwd=tmp_path)
    assert ours.returncode == 1 and "RuntimeError: mine" in ours.stderr
    assert "on_epoch_end" in ours.stderr and f"{os.sep}onefit{os.sep}" not in ours.stderr


def test_another_backend_in_the_environment_gives_way(tmp_path):
    ours = run(
        "-", stdin=FIT + "print(keras.backend.backend())", cwd=tmp_path, KERAS_BACKEND="torch"
    )
    assert ours.stdout == "jax\n"


@pytest.mark.parametrize("asked", ["tensorflow", "torch"])
def test_a_backend_in_the_script_gives_way_and_that_is_told(asked, tmp_path):
    script = f"import os\nos.environ['KERAS_BACKEND'] = '{asked}'\n{FIT}"
    ours = run("-", stdin=script + "print(keras.backend.backend())", cwd=tmp_path)
    assert ours.stdout == "jax\n"
    assert f"the script asked for Keras on {asked}; it ran on JAX" in ours.stderr


def test_a_spawned_process_trains_as_one_program_too(tmp_path):
    (tmp_path / "script.py").write_text(
        HEAD
        + textwrap.dedent("""
            import multiprocessing
            import tensorflow as tf
            def work(epochs):
                model.compile("sgd", "mse")
                return tf.keras.Model.fit.__module__, len(model.fit(x, x, epochs=epochs).epoch)
            if __name__ == "__main__":
                with multiprocessing.get_context("spawn").Pool(1) as pool:
                    print(pool.map(work, [2]))
        """)
    )
    ours = run("--quiet", "script.py", cwd=tmp_path)
    assert "('onefit.training.fit', 2)" in ours.stdout, ours.stderr
