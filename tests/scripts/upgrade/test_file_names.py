"""What an upgraded script saves under plain Keras 3 is what it loads, however its file is named."""

from __future__ import annotations

import os

import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

pytestmark = pytest.mark.filterwarnings(
    "ignore:Do not pass an `input_shape`", "ignore:You are saving"
)

HEAD = """\
import os
import numpy as np
from {keras}.models import Sequential, load_model
from {keras}.layers import Dense
from {keras}.callbacks import ModelCheckpoint

def make(seed=0):
    model = Sequential([Dense(2, input_dim=3)])
    model.compile("sgd", "mse")
    model.set_weights([np.full((3, 2), seed), np.full(2, seed)])
    return model

x, y = np.ones((4, 3)), np.ones((4, 2))
model, other = make(1), make(2)
"""

SCRIPTS = {
    "a checkpoint in a variable": """\
path = "training/cp.ckpt"
folder = os.path.dirname(path)
keep = ModelCheckpoint(filepath=path, save_weights_only=True)
model.fit(x, y, callbacks=[keep], verbose=0)
assert os.path.exists(path) and len(os.listdir(folder)) == 1
other.load_weights(path)
""",
    "a name at the top, used in functions": """\
NAME = "whole"
def save():
    model.save(NAME)
def load():
    return load_model(NAME)
save()
other = load()
""",
    "a composed name": """\
folder, name = "out", "best"
os.makedirs(folder, exist_ok=True)
model.save_weights(os.path.join(folder, "w-" + name + ".h5"))
other.load_weights(os.path.join(folder, "w-" + name + ".h5"))
""",
    "an f-string without an end": """\
run = 3
model.save_weights(f"kept/weights-{run}")
other.load_weights(f"kept/weights-{run}")
""",
    "a template": """\
keep = ModelCheckpoint("weights.{epoch:02d}-{loss:.1f}", save_weights_only=True, monitor="loss")
model.fit(x, y, callbacks=[keep], epochs=2, verbose=0)
other.load_weights("weights.02-%.1f" % model.history.history["loss"][1])
""",
    "a template, and a name that it makes": """\
keep = ModelCheckpoint("weights.{epoch:02d}.hdf5", save_weights_only=True)
model.fit(x, y, callbacks=[keep], epochs=2, verbose=0)
other.load_weights("weights.02.hdf5")
""",
    "a variable that holds one file after the other": """\
path = "first.h5"
make(5).save_weights(path)
path = "second.h5"
model.save_weights(path)
other.load_weights(path)
""",
    "an argument": """\
def save(model, path):
    model.save_weights(path)
def load(model, path):
    model.load_weights(path)
    return model
save(model, "a.h5")
other = load(other, "a.h5")
""",
    "a template that a variable holds": """\
path = "cp-{epoch:04d}.ckpt"
model.save_weights(path.format(epoch=0))
other.load_weights(path.format(epoch=0))
""",
    "a name that is part of others": """\
name = "net"
model.save(name)
model.save_weights(name + ".h5")
other.load_weights(name + ".h5")
assert np.all(load_model(name).get_weights()[0] == model.get_weights()[0])
""",
    "a name that is a word, too": """\
kind = "linear"
if kind == "linear":
    model.save(kind)
other = load_model({"linear": kind}["linear"])
""",
    "a folder": """\
model.save("./saved_model/")
other = load_model("./saved_model/")
""",
}


@pytest.mark.parametrize("keras", ["keras", "tensorflow.keras"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_saved_is_what_is_loaded(keras, name, tmp_path, monkeypatch):
    if keras == "keras" and name in ("a folder", "an f-string without an end"):
        pytest.skip("Keras 2 made no folders")
    monkeypatch.chdir(tmp_path)
    found = upgraded(HEAD.format(keras=keras) + SCRIPTS[name], ERA[keras])
    assert not found.remains
    names = {}
    exec(found.after, names)
    for then, now in zip(names["model"].get_weights(), names["other"].get_weights()):
        assert np.array_equal(then, now)


ERA = {"keras": "keras2", "tensorflow.keras": "tf2"}


def test_a_variable_is_rewritten_where_it_is_assigned():
    source = HEAD.format(keras="keras") + SCRIPTS["a checkpoint in a variable"]
    after = upgraded(source, "keras2").after
    assert 'path = "training/cp.ckpt.weights.h5"\n' in after
    assert "other.load_weights(path)\n" in after and "def " not in after.partition("x, y")[2]


def test_a_name_that_the_new_suffix_ends_with_is_renamed_once():
    source = HEAD.format(keras="keras") + "model.save_weights('s.h5')\nother.load_weights('s.h5')\n"
    found = upgraded(source, "keras2")
    assert found.after.count("('s.weights.h5')") == 2


def test_one_name_for_a_model_and_for_weights_is_listed():
    lines = "model.save('a.h5')\nmodel.save_weights('a.h5')\nother.load_weights('a.h5')\n"
    found = upgraded(HEAD.format(keras="keras") + lines, "keras2")
    assert ["a model and weights have this name" in one.told for one in found.remains] == [True]


def test_the_newest_file_of_weights_is_found(tmp_path, monkeypatch):
    source = HEAD.format(keras="tensorflow.keras").replace("import os\n", "import os, time\n") + (
        "import tensorflow as tf\n"
        "for epoch in (10, 9):\n"
        "    make(epoch).save_weights(f'kept/cp-{epoch}')\n"
        "    time.sleep(0.02)\n"
        "other.load_weights(tf.train.latest_checkpoint('kept'))\n"
    )
    found = upgraded(source, "tf2")
    assert not found.remains and "tensorflow" not in found.after
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(found.after, names)
    assert np.all(names["other"].get_weights()[0] == 9)


def test_the_newest_weights_of_a_model_are_found_beside_checkpoints_of_something_else():
    source = HEAD.format(keras="tensorflow.keras") + (
        "import tensorflow as tf\n"
        "manager = tf.train.CheckpointManager(tf.train.Checkpoint(net=model), './all', 3)\n"
        "model.save_weights('./kept/cp-1')\n"
        "other.load_weights(tf.train.latest_checkpoint('./kept'))\n"
        "kept = tf.train.latest_checkpoint('./all')\n"
    )
    after = upgraded(source, "tf2").after
    assert "latest_weights('./kept')" in after
    assert "kept = tf.train.latest_checkpoint('./all')" in after


def test_a_file_of_then_is_read_by_its_name(tmp_path, monkeypatch):
    """Weights that are there already, and that the script might write under another name."""
    monkeypatch.chdir(tmp_path)
    source = HEAD.format(keras="keras") + (
        "def save(path):\n    model.save_weights(path)\nother.load_weights('given.h5')\n"
    )
    names = {}
    head = HEAD.format(keras="keras")
    exec(head + "model.save('given.h5')\n", names)  # Keras 3 writes HDF5 as Keras 2 did
    exec(upgraded(source, "keras2").after, names)
    assert np.all(names["other"].get_weights()[0] == 1)


@pytest.mark.parametrize(
    ("line", "is_left"),
    [
        ("os.path.exists(path)", True),
        ("glob.glob('w*.hdf5')", False),
        ("[one for one in os.listdir('.') if one.endswith('.h5')]", False),
        ("os.path.exists('data.csv')", False),
        ("glob.glob('*.png')", False),
    ],
)
def test_a_line_that_asks_for_a_file_by_its_name_of_then_is_listed(line, is_left):
    source = HEAD.format(keras="keras") + (
        "import glob, sys\npath = sys.argv[1]\nmodel.save_weights(path)\n"
        f"keep = ModelCheckpoint('best.hdf5')\nprint({line})\n"
    )
    told = [str(one) for one in upgraded(source, "keras2").remains]
    assert [one for one in told if "is the name of then" in one] == told
    assert bool(told) == is_left


LOOKING = """\
import glob, re
from glob import glob as found
from pathlib import Path
keep = ModelCheckpoint("out/w-{epoch:02d}.hdf5"{only})
model.fit(x, y, callbacks=[keep], epochs=2, verbose=0)
"""


@pytest.mark.parametrize("only", ["", ", save_weights_only=True"])
@pytest.mark.parametrize(
    "line",
    [
        "glob.glob('out/w*.hdf5')",
        "[max(glob.glob('out/*.hdf5'), key=os.path.getmtime)] * 2",
        "found(os.path.join('out', 'w-*.hdf5'))",
        "found('out/' + 'w-??.hdf5')",
        "list(Path('out').glob('*.hdf5'))",
        "[one for one in (1, 2) if os.path.exists('out/w-%02d.hdf5' % one)]",
        "[one for one in (1, 2) if Path(f'out/w-0{one}.hdf5').exists()] + [0, 0]",
        "other.load_weights('out/w-02.hdf5') or [1, 2]",
    ],
)
def test_patterns_ask_for_the_files_of_today(line, only, tmp_path, monkeypatch):
    """Plain Keras 3 finds the two files that the script writes, as Keras 2 did."""
    monkeypatch.chdir(tmp_path)
    os.mkdir("out")
    source = HEAD.format(keras="keras") + LOOKING.replace("{only}", only) + f"told = {line}\n"
    found = upgraded(source, "keras2")
    assert not found.remains or "Path(f" in line
    names = {}
    exec(found.after, names)
    assert len(names["told"]) == 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[one for one in os.listdir('out') if one.endswith('.hdf5')]", "'.hdf5' is the end"),
        ("[one for one in os.listdir('out') if one.endswith(('.h5', '.hdf5'))]", "'.hdf5' is"),
        ("[one for one in os.listdir('out') if os.path.splitext(one)[1] == '.hdf5']", "'.hdf5' is"),
        ("[one for one in os.listdir('out') if '.hdf5' in one]", "'.hdf5' is the end"),
        ("[one for one in os.listdir('out') if one.split('.')[-1] == 'hdf5']", "'hdf5' is the end"),
        ("re.findall(r'-(\\d+)\\.hdf5', path)", "hdf5' is the end"),
        ("path.replace('.hdf5', '.json')", "'.hdf5' is the end"),
        ("glob.glob(pattern)", "'out/w*.hdf5' is the name of then"),
        ("glob.glob('other*.hdf5')", ""),
        ("glob.glob('out/*')", ""),
        ("path.replace('.csv', '.json')", ""),
        ("[one for one in os.listdir('out') if one.endswith('.h5')]", ""),
    ],
)
def test_what_looks_at_the_end_of_a_name_is_listed(line, told):
    source = (
        HEAD.format(keras="keras")
        + LOOKING.replace("{only}", "")
        + (f"pattern = 'out/w*.hdf5'\nprint({line})\n")
    )
    found = [one.told for one in upgraded(source, "keras2").remains if one.code == "OF208"]
    assert [told in one for one in found] == ([True] if told else [])


TRAINED = """\
import numpy as np
from keras.models import Sequential, load_model
from keras.layers import Dense

x, y = np.ones((8, 3)), np.eye(2)[[0, 1] * 4]
def make():
    model = Sequential([Dense(2, input_dim=3, activation="softmax")])
    model.compile("adam", "mse", metrics=["accuracy"])
    return model
def train(path):
    model = load_model(path)
    model.fit(x, y, verbose=0)
    return model

model = make()
model.fit(x, y, verbose=0)
model.save("m.h5")
"""


@pytest.mark.parametrize(
    ("lines", "suffix"),
    [
        ("model = load_model('m.h5')\nmodel.fit(x, y, verbose=0)", ".keras"),
        ("model = train('m.h5')", ".keras"),
        ("for _ in range(2):\n    model.fit(x, y, verbose=0)\n    model.save('m.h5')\n"
         "    model = load_model('m.h5')", ".keras"),
        ("models = [load_model('m.h5')]\nmodels[0].train_on_batch(x, y)", ".keras"),
        ("model = load_model('m.h5')\nmodel.predict(x)", ".h5"),
        ("model = load_model('m.h5')\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)", ".h5"),
        ("model = load_model('m.h5', compile=False)", ".h5"),
    ],
)  # fmt: skip
def test_a_model_that_is_trained_on_is_in_a_file_that_keeps_its_optimizer(
    lines, suffix, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    source = TRAINED if "train(" in lines else TRAINED.partition("def train")[0]
    if "train(" not in lines:
        source += TRAINED.partition("return model\n\n")[2]
    found = upgraded(f"{source}{lines}\n", "keras2")
    assert not found.remains
    exec(found.after, {"__name__": "upgraded"})
    assert {one.suffix for one in tmp_path.iterdir()} == {suffix}


def test_a_file_that_another_script_trains_on_has_one_name_in_both(tmp_path):
    from onefit.cli import main

    head = "from keras.models import Sequential, load_model\nfrom keras.layers import Dense\n"
    texts = {
        "make": f"{head}model = Sequential([Dense(2, input_dim=3)])\nmodel.save('m.h5')\n",
        "train": f"{head}model = load_model('m.h5')\nmodel.fit(x, y, nb_epoch=2)\n",
        "use": f"{head}Dense(output_dim=2)\nload_model('m.h5').predict(x)\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)
    main(["upgrade", "--write", "--era", "keras2", str(tmp_path)])
    for name in texts:
        assert "'m.keras'" in (tmp_path / f"{name}.py").read_text()
