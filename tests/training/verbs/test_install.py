"""`install`, `uninstall` and `installed`, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

THEIRS, OURS = "keras.src.backend.jax.trainer", "onefit.training.verbs.fit"


def _run(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=300,
        env=kept | environment,
    )


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import onefit; onefit.install(); import keras; print(F())", OURS),
        ("import onefit; onefit.install(); from keras import Model, layers; print(F())", OURS),
        ("import os; os.environ['KERAS_BACKEND'] = 'jax'; import keras; print(F()); "
         "import onefit; onefit.install(); print(F())", f"{THEIRS} {OURS}"),
        ("import onefit; onefit.install(); onefit.install(); import keras; print(F()); "
         "onefit.install(); onefit.uninstall(); print(F())", f"{OURS} {THEIRS}"),
        ("import onefit; onefit.install(); onefit.uninstall(); onefit.uninstall(); "
         "import os; os.environ['KERAS_BACKEND'] = 'jax'; import keras; print(F())", THEIRS),
        ("import onefit\nwith onefit.installed():\n  import keras; print(F())\nprint(F())",
         f"{OURS} {THEIRS}"),
        ("import onefit; onefit.install(); import keras\nwith onefit.installed(): print(F())\n"
         "print(F())", f"{OURS} {OURS}"),
        ("import onefit; onefit.install(); import keras\n"
         "class A(keras.Model): pass\n"
         "print(A.fit.__module__); onefit.uninstall(); print(A.fit.__module__)",
         f"{OURS} {THEIRS}"),
    ],
)  # fmt: skip
def test_every_model_trains_the_way_that_is_installed(script, expected):
    done = _run("def F(): return sys.modules['keras'].Model.fit.__module__\nimport sys\n" + script)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == expected.split()


def test_a_block_that_raises_undoes_its_install():
    done = _run(
        """
import onefit
try:
    with onefit.installed():
        import keras
        raise ZeroDivisionError
except ZeroDivisionError:
    print(keras.Model.fit.__module__)
"""
    )
    assert done.stdout.split() == [THEIRS], done.stderr


def test_another_backend_is_an_error_that_says_what_to_do(tmp_path):
    """A Keras that says that it runs on PyTorch, because importing PyTorch takes long."""
    (tmp_path / "keras.py").write_text(
        "class config:\n    @staticmethod\n    def backend():\n        return 'torch'\n"
    )
    done = _run("import keras, onefit; onefit.install()", PYTHONPATH=str(tmp_path))
    assert "BackendError" in done.stderr
    told = done.stderr.splitlines()[-2:]
    assert "runs on torch" in told[0] and "Start python" in told[0]
    assert told[1].strip() == "import onefit"  # the line to put first


BACKEND = "print(keras.backend.backend(), keras.Model.fit.__module__)"


@pytest.mark.parametrize(
    "config",
    [None, pytest.param('{"backend": "tensorflow"}', marks=pytest.mark.slow), "broken"],
)
def test_keras_may_be_imported_first_where_tensorflow_is_not_installed(tmp_path, config):
    """Keras's own default is TensorFlow, and it writes that into its own file."""
    if config is not None:
        (tmp_path / "keras.json").write_text(config)
    script = f"import keras, onefit; onefit.install(); {BACKEND}"
    done = _run(script, KERAS_HOME=str(tmp_path))
    assert done.stdout.split() == ["jax", OURS], done.stderr


def test_a_backend_that_somebody_chose_is_left_alone(tmp_path):
    (tmp_path / "keras.json").write_text('{"backend": "torch"}')
    for environment in ({"KERAS_HOME": str(tmp_path)}, {"KERAS_BACKEND": "torch"}):
        assert "No module named 'torch'" in _run("import keras", **environment).stderr
    assert "No module named 'tensorflow'" in _run("import keras", KERAS_BACKEND="tensorflow").stderr


def test_where_tensorflow_is_installed_keras_keeps_its_default(tmp_path):
    """A TensorFlow that only says that it is there."""
    (tmp_path / "tensorflow.py").write_text("raise ImportError('the one that is installed')")
    done = _run("import keras", PYTHONPATH=str(tmp_path), KERAS_HOME=str(tmp_path))
    assert "the one that is installed" in done.stderr


def test_an_import_of_keras_that_failed_leaves_nothing_in_the_way():
    """As in a notebook: the first cell fails, the second one imports onefit."""
    done = _run(
        f"""
import os
os.environ["KERAS_BACKEND"] = "tensorflow"
try:
    import keras
except ImportError as error:
    print("failed")
del os.environ["KERAS_BACKEND"]
import onefit
import keras
onefit.install()
{BACKEND}
"""
    )
    assert done.stdout.split() == ["failed", "jax", OURS], done.stderr


def test_installed_models_keep_signature_and_documentation():
    done = _run(
        """
import onefit, inspect
onefit.install()
import keras
ours = {v: getattr(keras.Model, v) for v in ("fit", "evaluate", "predict")}
onefit.uninstall()
for verb, method in ours.items():
    theirs = getattr(keras.Model, verb)
    assert inspect.signature(method) == inspect.signature(theirs), verb
    assert method.__doc__ == theirs.__doc__ and method.__name__ == verb
"""
    )
    assert done.returncode == 0, done.stderr


def test_the_functions_take_every_argument_of_the_methods():
    done = _run(
        """
import inspect, onefit
from onefit.training.host import stock
for verb in ("fit", "evaluate", "predict"):
    ours = inspect.signature(getattr(onefit, verb)).parameters
    theirs = inspect.signature(getattr(stock, verb.upper())).parameters
    for name, parameter in list(theirs.items())[1:]:
        assert ours[name].default == parameter.default, (verb, name)
        assert ours[name].kind == parameter.kind, (verb, name)
    assert list(ours)[1 : len(theirs)] == list(theirs)[1:]
    more = list(ours.values())[len(theirs) :]  # by name only, and Keras's behaviour by default
    assert all(p.kind is p.KEYWORD_ONLY and p.default is None for p in more)
"""
    )
    assert done.returncode == 0, done.stderr


def test_a_fit_through_the_method_is_in_the_program():
    done = _run(
        """
import onefit
onefit.install(strict=True)
import keras, numpy as np
from onefit.runs import journal
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((8, 2)), np.ones(8), verbose=0)
model.evaluate(np.ones((8, 2)), np.ones(8), verbose=0)
model.predict(np.ones((8, 2)), verbose=0)
print({verb: tally.in_program for verb, tally in journal.total().verbs.items()})
"""
    )
    assert done.stdout.strip() == "{'fit': 1, 'evaluate': 1, 'predict': 1}", done.stderr
