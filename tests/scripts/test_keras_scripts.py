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
        timeout=300,
        env={**kept, **environment},
    )


def run(*words, **settings):
    return call("-m", "onefit", "run", *words, **settings)


def test_the_verdict_is_told_at_the_end(tmp_path):
    ours = run("-", stdin=FIT + "model.predict(x, verbose=0)\nprint('end')", cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("end\n", 0)
    assert ours.stderr.startswith("onefit: fit, <stdin>:"), ours.stderr
    assert ours.stderr.count("\n") <= 10 and "step by step" not in ours.stderr


def test_tensorboard_needs_no_tensorflow_in_a_script_that_shows_nothing_old(tmp_path):
    script = FIT.replace("verbose=0", "verbose=0, callbacks=[keras.callbacks.TensorBoard('logs')]")
    ours = run("--quiet", "-", stdin=script + "print('end')", cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("end\n", 0), ours.stderr


def test_keras_has_its_own_tensorboard_again_after_deactivate(tmp_path):
    code = """if True:
        import keras
        from onefit.scripts import activation, eras
        own = keras.callbacks.TensorBoard
        activation.activate()
        eras.begin("import keras; keras.callbacks.TensorBoard('logs')")
        during = keras.callbacks.TensorBoard
        activation.deactivate()
        print(during is own, keras.callbacks.TensorBoard is own)
    """
    done = call("-c", code, cwd=tmp_path, KERAS_BACKEND="jax")
    assert done.stdout == "False True\n", done.stderr


DIFFERS = (
    FIT.split("model.fit(")[0]
    + """
import onefit
class Counts(keras.callbacks.Callback):
    count = 0  # stock Keras trains first, and gets other learning rates than onefit
    def on_epoch_begin(self, epoch, logs=None):
        Counts.count += 1
        self.model.optimizer.learning_rate = 0.01 * Counts.count
onefit.fit(model, x, x[:, :1], epochs=2, verbose=0, callbacks=[Counts()])
print("done")
"""
)


def test_verify_ends_with_4_where_a_training_differs_through_every_door(tmp_path):
    ours = run("--verify", "--quiet", "-", stdin=DIFFERS, cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("done\n", 4), ours.stderr
    assert ours.stderr.startswith("verify: ") and "by Keras" in ours.stderr


def test_quiet(tmp_path):
    assert run("--quiet", "-", stdin=FIT, cwd=tmp_path).stderr == ""
    assert run("-", stdin="pass", cwd=tmp_path, ONEFIT_QUIET="1").stderr == ""


def test_the_verdict_says_what_fell_back_and_why(tmp_path):
    ours = run("-", stdin=EAGER, cwd=tmp_path)
    assert (ours.stdout, ours.returncode) == ("done\n", 0)
    assert "step by step: the model asks to run eagerly: " in ours.stderr
    assert "(onefit findings OF101)" in ours.stderr


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


CUSTOM = """
import numpy as np
import tensorflow as tf
import tensorflow.keras.backend as K
from tensorflow.keras.layers import Dense, Input, Lambda
from tensorflow.keras.models import Model

def rmse(y_true, y_pred):
    return K.sqrt(K.mean(K.square(y_pred - y_true), axis=-1))

def r2(y_true, y_pred):
    residual = K.sum(K.square(y_true - y_pred))
    total = K.sum(K.square(y_true - K.mean(y_true)))
    return 1 - residual / (total + K.epsilon())

def dice(y_true, y_pred, smooth=1.0):
    y, p = K.flatten(y_true), K.flatten(y_pred)
    return (2.0 * K.sum(y * p) + smooth) / (K.sum(y) + K.sum(p) + smooth)

def dice_loss(y_true, y_pred):
    return 1 - dice(y_true, y_pred)

def focal(y_true, y_pred, gamma=2.0, alpha=0.25):
    right = tf.where(tf.equal(y_true, 1), y_pred, tf.ones_like(y_pred))
    wrong = tf.where(tf.equal(y_true, 0), y_pred, tf.zeros_like(y_pred))
    found = K.mean(alpha * K.pow(1.0 - right, gamma) * K.log(right + K.epsilon()))
    missed = K.mean((1 - alpha) * K.pow(wrong, gamma) * K.log(1.0 - wrong + K.epsilon()))
    return -found - missed

x = np.sin(np.arange(192.0)).reshape(64, 3).astype("float32")
y = (x @ [1.0, -2.0, 0.5] + 0.3).astype("float32").reshape(-1, 1)

def network(last):
    inputs = Input((3,))
    weights = np.linspace(-1, 1, 12).astype("float32").reshape(3, 4)
    hidden = Dense(4, "tanh", kernel_initializer=lambda shape, dtype=None: weights)(inputs)
    both = Lambda(lambda t: K.concatenate([t, K.square(t)], axis=-1))(hidden)
    return Model(inputs, Dense(1, last, kernel_initializer="ones")(both))

for loss, metric, target, last in [
    (rmse, r2, y, None),
    (dice_loss, dice, (y > 0).astype("float32"), "sigmoid"),
    (focal, rmse, (y > 0).astype("float32"), "sigmoid"),
]:
    model = network(last)
    model.compile("sgd", loss, metrics=[metric])
    fitted = model.fit(x, target, epochs=3, batch_size=16, shuffle=False, verbose=0,
                       validation_split=0.25)
    for name, values in fitted.history.items():
        print(name, *[f"{value:.6f}" for value in values])
"""
# The same script under TensorFlow 2.21.
CUSTOM_LINES = """
loss 2.731118 2.640635 2.553739
r2 -14.661980 -13.729468 -12.856986
val_loss 2.491830 2.409010 2.325989
val_r2 -19.276814 -18.155800 -17.061766
dice 0.571932 0.572987 0.574041
loss 0.428068 0.427013 0.425959
val_dice 0.627558 0.628379 0.629198
val_loss 0.372442 0.371621 0.370802
loss 0.874811 0.854796 0.834937
rmse 0.557878 0.556240 0.554596
val_loss 0.885620 0.871951 0.858389
val_rmse 0.484293 0.482849 0.481454
"""


def test_custom_losses_of_the_keras_backend_train_as_under_tensorflow(tmp_path):
    ours = run("-", stdin=CUSTOM, cwd=tmp_path)
    assert "onefit: 3 fits\n" in ours.stderr, ours.stderr
    assert "step by step" not in ours.stderr
    lines, expected = ours.stdout.split("\n"), CUSTOM_LINES.strip().split("\n")
    for line, other in zip(lines[:-1], expected, strict=True):
        assert line.split()[0] == other.split()[0]
        numbers, others = (map(float, each.split()[1:]) for each in (line, other))
        assert list(numbers) == pytest.approx(list(others), rel=1e-5, abs=2e-5)


def test_tf_print_in_a_loss_writes_at_each_step(tmp_path):
    script = """
        import numpy as np, tensorflow as tf
        def loss(y, p):
            tf.print("sum", tf.reduce_sum(y))
            return tf.reduce_mean(tf.square(y - p), axis=-1)
        model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
        model.compile("sgd", loss)
        model.fit(np.ones((4, 1)), np.ones((4, 1)), batch_size=2, epochs=2, verbose=0)
    """
    ours = run("--quiet", "-", stdin=script, cwd=tmp_path)
    assert ours.stderr == "sum 2\n" * 4


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
    assert "('onefit.training.verbs.fit', 2)" in ours.stdout, ours.stderr
