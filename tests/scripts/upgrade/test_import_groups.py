"""Modules beside a script are upgraded with it, by what they take from one another."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from onefit import cli

TRAIN = """\
import numpy as np
from common import *
from nets.models import build, Told
import tools as t
x, y = np.ones((4, 3)), np.ones((4, 1))
model = build(4)
hist = model.fit(x, y, nb_epoch=2, verbose=0, callbacks=[Told()])
print(hist.history['acc'], model.predict_classes(x, verbose=0)[:3])
print(np_utils.to_categorical([1, 2]), Convolution2D(2, 3, 3, border_mode='same').name)
print(t.K.eval(t.K.mean(t.K.variable(np.ones(3)))))
model.save_weights('w.h5')
"""
MODULES = {
    "common.py": "from keras.layers.convolutional import Convolution2D\n"
    "from keras.utils import np_utils\n",
    "tools.py": "from keras import backend as K\n",
    "nets/__init__.py": "",
    "nets/models.py": "from keras.models import Sequential\nfrom keras.layers.core import Dense\n"
    "from keras.callbacks import Callback\nfrom .parts import leaky\n"
    "class Told(Callback):\n    def on_epoch_end(self, epoch, logs):\n        print(sorted(logs))\n"
    "def build(n):\n    model = Sequential()\n"
    "    model.add(Dense(output_dim=n, input_dim=3, init='uniform'))\n    model.add(leaky())\n"
    "    model.add(Dense(1, activation='sigmoid'))\n"
    "    model.compile('adadelta', 'binary_crossentropy', metrics=['accuracy'])\n"
    "    return model\n",
    "nets/parts.py": "from keras.layers.advanced_activations import LeakyReLU\n"
    "def leaky():\n    return LeakyReLU(alpha=0.2)\n",
}
PLAIN = "import sys; sys.path.insert(0, '.'); import runpy; runpy.run_path('train.py')"


def upgrade(*words):
    return cli.main(["upgrade", *map(str, words)])


@pytest.fixture
def project(tmp_path):
    for name, text in {"train.py": TRAIN, **MODULES}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_modules_that_a_script_imports_are_written_with_it(project, capsys):
    assert upgrade("--write", project / "train.py") == 0
    told = capsys.readouterr().err
    for name, importer in (("nets/parts.py", "nets/models.py"), ("nets/models.py", "train.py")):
        assert (project / f"{name}.orig").read_text() == MODULES[name]
        line = f"imported by {project / importer}, and upgraded with it"
        assert f"{project / name}: written for Keras 1" in told and line in told
    assert not (project / "tools.py.orig").exists()  # nothing had to change in it
    assert "Convolution2D" in (project / "common.py").read_text()  # a name that the script takes
    assert upgrade("--check", project) == 0
    # plain Keras 3 runs them, with nothing of onefit
    ran = subprocess.run(
        [sys.executable, "-c", PLAIN], cwd=project, check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("['acc', 'loss']\n")


@pytest.mark.slow
def test_a_proof_runs_the_new_modules(project, capsys):
    assert upgrade("--prove", project / "train.py") == 0
    assert capsys.readouterr().err.count("proved: 2 calls of Keras with 1 training") == 1


def test_modules_are_of_the_era_of_the_script(project, capsys):
    """A module alone may show no era, or another one."""
    (project / "train.py").write_text("from layer import cell\nfrom keras.layers.core import Dense")
    (project / "layer.py").write_text("from keras.layers import GRU\ncell = GRU(3)\n")
    for paths in ([project / "train.py"], [project / "layer.py", project / "train.py"]):
        assert upgrade("--json", *paths) == 0
        found = {one["file"]: one for one in json.loads(capsys.readouterr().out)}
        record = found[str(project / "layer.py")]
        assert record["era"] == "keras2"
        assert "GRU's reset_after is False as it was then" in str(record["changes"])
        assert record["imported by"] == [str(project / "train.py")]


def test_the_files_of_weights_of_scripts_in_a_folder_have_one_name(tmp_path):
    begin = "from keras.layers.core import Dense\nmodel = f()\n"
    (tmp_path / "train.py").write_text(f"{begin}model.save_weights('w.h5')\n")
    (tmp_path / "use.py").write_text(f"{begin}model.load_weights('w.h5')\n")
    assert upgrade("--write", tmp_path) == 0
    for name in ("train.py", "use.py"):
        assert "w.weights.h5" in (tmp_path / name).read_text()


@pytest.mark.parametrize(
    ("line", "today"),
    [
        ("model.load_weights(max(glob.glob('w-*.hdf5')))", "glob.glob('w-*.weights.h5')"),
        ("model.load_weights('w-03.hdf5')", "file_to_read('w-03.hdf5', \".weights.h5\")"),
        ("print(glob.glob('*.csv'))", "glob.glob('*.csv')"),
    ],
)
def test_the_files_that_a_script_beside_it_writes_are_looked_for_by_their_names_of_today(
    line, today, tmp_path
):
    begin = "import glob\nfrom keras.layers.core import Dense\nmodel = f()\n"
    keep = "from keras.callbacks import ModelCheckpoint\n" + (
        "model.fit(x, y, callbacks=[ModelCheckpoint('w-{epoch:02d}.hdf5', "
        "save_weights_only=True)])\n"
    )
    (tmp_path / "train.py").write_text(begin + keep)
    (tmp_path / "use.py").write_text(f"{begin}{line}\n")
    assert upgrade("--write", tmp_path) == 0
    assert today in (tmp_path / "use.py").read_text()


def test_a_module_that_is_no_python_3_is_told_and_the_script_goes_on(tmp_path, capsys):
    (tmp_path / "old.py").write_text("import tools\nfrom keras.layers.core import Dense\nDense\n")
    (tmp_path / "tools.py").write_text("from keras.layers.core import Dense\nprint 3\n")
    assert upgrade("--write", tmp_path / "old.py") == 2
    assert f"{tmp_path / 'tools.py'}: expected Python 3" in capsys.readouterr().err
    assert "from keras.layers import Dense" in (tmp_path / "old.py").read_text()


def test_modules_that_import_each_other_are_upgraded_once(tmp_path, capsys):
    (tmp_path / "a.py").write_text("import b\nfrom keras.layers.core import Dense\nDense\n")
    (tmp_path / "b.py").write_text("import a\nfrom keras.layers.core import Dense\nDense\n")
    assert upgrade("--json", tmp_path / "a.py") == 0
    assert [len(one["changes"]) for one in json.loads(capsys.readouterr().out)] == [1, 1]


@pytest.mark.process
@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("print(Dense.__module__, 1 / 0)", 5, "  written, though it is not proved"),
        ("import sys; print('onefit' in sys.modules)", 4, "  not written, as a proof found"),
        ("print(3)", 0, "  written\n"),
    ],
)
@pytest.mark.usefixtures("forked_trials")
def test_what_was_written_is_told(line, code, told, tmp_path, capsys):
    path, before = tmp_path / "old.py", f"from keras.layers.core import Dense\nDense(2)\n{line}\n"
    path.write_text(before)
    assert upgrade("--prove", "--write", path) == code
    assert told in capsys.readouterr().err
    assert (path.read_text() == before) == (code == 4)


BESIDE = {
    "parts.py": "from keras import backend as K\n"
    "from keras.layers import LSTM, Dense\nfrom keras.models import Sequential\n"
    "from keras.optimizers import SGD\n"
    "def distance(y_true, y_pred):\n    return abs(y_true - y_pred)\n"
    "def recall(y_true, y_pred):\n    return K.sum(y_true) / K.sum(y_pred)\n"
    "def small(shape, name=None):\n    return K.zeros(shape)\n"
    "def build():\n"
    "    model = Sequential([LSTM(2, input_shape=(4, 3)), Dense(1)])\n"
    "    model.compile(SGD(lr=0.1, decay=0.5), 'mse')\n    return model\n",
    "train.py": "import parts\nfrom parts import *\nfrom parts import distance as far\n"
    "from keras.layers import Dense\nmodel = build()\n{line}\n",
}


@pytest.mark.parametrize(
    ("line", "name", "told"),
    [
        ("model.compile('sgd', 'mse', metrics=[far])", "train.py", "of_columns(far)"),
        ("model.compile('sgd', 'mse', metrics=[distance])", "train.py", "of_columns(distance)"),
        ("model.compile('sgd', 'mse', metrics=[parts.distance])", "train.py", "of_columns(parts."),
        ("model.compile('sgd', 'mse', metrics=[recall])", "train.py", "recall is one number for"),
        ("print(model.get_weights()[0])", "train.py", "the arrays of LSTM were others"),
        ("Dense(2, init=small)", "parts.py", "def small(shape, name=None, dtype=None)"),
        ("Dense(2, init=parts.small)", "parts.py", "def small(shape, name=None, dtype=None)"),
        ("print(model.optimizer.lr)", "parts.py", "class SGD("),
        ("print(1)", "parts.py", "InverseTimeDecay("),
    ],
)
def test_what_one_file_names_is_known_in_another(line, name, told, tmp_path, capsys):
    for one, text in BESIDE.items():
        (tmp_path / one).write_text(text.replace("{line}", line))
    for paths in ([tmp_path / "train.py"], [tmp_path]):
        for one in BESIDE:  # as they were
            (tmp_path / one).write_text(BESIDE[one].replace("{line}", line))
        assert upgrade("--json", "--write", "--era", "keras1", *paths) == 0
        found = {one["file"]: one for one in json.loads(capsys.readouterr().out)}
        listed = str(found[str(tmp_path / name)]["left"])
        assert told in listed or told in (tmp_path / name).read_text()


def test_what_another_script_names_is_not(tmp_path, capsys):
    """Two scripts that share a module run in processes of their own."""
    (tmp_path / "parts.py").write_text("from keras.models import Sequential\nmake = Sequential\n")
    begin = "from keras.layers import LSTM, Dense\nfrom parts import make\nmodel = make()\n"
    (tmp_path / "one.py").write_text(f"{begin}model.add(LSTM(3))\n")
    (tmp_path / "two.py").write_text(f"{begin}print(model.get_weights()[0])\n")
    assert upgrade("--json", "--era", "keras1", tmp_path) == 0
    found = {one["file"]: one for one in json.loads(capsys.readouterr().out)}
    assert "arrays of LSTM" not in str(found[str(tmp_path / "two.py")]["left"])
