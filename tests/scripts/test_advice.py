"""What is said after the errors that scripts end with where files and downloads are not there."""

from __future__ import annotations

import runpy
import sys
import urllib.error

import h5py
import numpy as np
import pytest

from onefit.scripts.advice import advice

FETCH = "URL fetch failure on https://host/mnist.npz: None -- [Errno -2] Name or service not known"


def raised(call):
    with pytest.raises(Exception) as caught:
        call()
    return caught.value


def test_files_that_are_not_there(tmp_path):
    path = str(tmp_path / "x.h5")
    for call in (
        lambda: np.load(path),
        lambda: np.loadtxt(path),
        lambda: np.genfromtxt(path, delimiter=","),
        lambda: h5py.File(path, "r"),
        (tmp_path / "x.h5").read_bytes,
    ):
        assert advice(raised(call)).endswith(f" wants {path!r}, which is not there")


def test_an_array_of_one_number_where_a_number_is_wanted():
    told = advice(raised(lambda: float(np.array([2.5]))))  # as NumPy has it since 2.4
    assert "x.item()" in told and "onefit run --era tf2" in told


def test_downloads_that_cannot_be_had(monkeypatch):
    monkeypatch.setenv("KERAS_HOME", "/home")
    told = advice(Exception(FETCH))
    assert told.endswith(
        "which cannot be had from here; put the file into /home/datasets/mnist.npz"
    )
    assert "wants https://host/mnist.npz, " in told
    weights = "https://host/keras-applications/vgg16/vgg16.h5"
    told = advice(Exception(FETCH.replace("https://host/mnist.npz", weights)))
    assert told.endswith("put the file into /home/models/vgg16.h5")
    unreached = urllib.error.URLError("Name or service not known")
    assert advice(unreached).endswith(" wants a download, which cannot be had from here")


def test_no_package_is_advised_where_its_name_is_found_already(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert advice(ModuleNotFoundError("No module named 'mine.part'", name="mine.part")) == ""


@pytest.mark.filterwarnings("ignore:scipy.misc is deprecated")
@pytest.mark.parametrize(
    "line, told",
    [
        ("from sklearn.cross_validation import KFold", "is in sklearn.model_selection"),
        ("from sklearn.externals import joblib", "is in joblib"),
        ("from scipy.misc import imread", "is in imageio and Pillow"),
        ("import cPickle as pickle", "is in pickle (that was Python 2)"),
    ],
)
def test_where_the_names_of_a_module_are_that_has_gone(line, told):
    with pytest.raises(ImportError) as raised:
        exec(line, {})
    assert told in advice(raised.value)


PYTHON_2 = {
    "x = raw_input('name')": "write input;",
    "for i in xrange(3): pass": "write range;",
    "print(unicode('a'))": "write str;",
    "isinstance('a', basestring)": "write str;",
    "{}.has_key('a')": "write `key in dict`;",
    "for key, value in {}.iteritems(): pass": "write items;",
    "from itertools import izip": "write zip;",
    "(i for i in [1]).next()": "write next(iterator);",
    "first = {1: 2}.keys()[0]": "write list(...) around it",
    "size = len(map(int, [1]))": "write list(...) around it",
    "numbers = range(3) + range(2)": "write list(...) around it",
    "total = reduce(max, [1])": "write functools.reduce;",
    'print "x"': "",
    "number = 10L": "",
    "size = 0777": "",
    "import pickle; pickle.loads(b'\\x80\\x02U\\x03\\xe9abq\\x00.')": 'write encoding="latin1"',
}


@pytest.mark.parametrize("line", PYTHON_2)
def test_python_2_is_told_with_its_line(line, tmp_path):
    path = tmp_path / "old.py"
    path.write_text(f"import keras\n{line}\n")
    found = advice(raised(lambda: runpy.run_path(str(path))))
    assert found.startswith(f"this is Python 2, line 2: {line}; ") and PYTHON_2[line] in found
    if "pickle" not in line:
        assert f"python -m fissix -w {path}" in found


@pytest.mark.parametrize("line", ["print(file)", "model.has_key(1)", "x = map(int, 3)", "[][0]"])
def test_what_is_wrong_in_python_3_too_is_not_told_as_python_2(line, tmp_path):
    path = tmp_path / "new.py"
    path.write_text(f"model = object()\n{line}\n")
    assert advice(raised(lambda: runpy.run_path(str(path)))) == ""


def missing(name):
    return ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_files_of_the_script_are_not_told_as_packages(tmp_path, monkeypatch):
    (tmp_path / "project" / "lib").mkdir(parents=True)
    (tmp_path / "project" / "lib" / "helpers_of_mine.py").write_text("")
    script = tmp_path / "project" / "train.py"
    monkeypatch.setattr(sys.modules["__main__"], "__file__", str(script), raising=False)
    for name in ("my_utils", "config_of_mine", "data_of_mine.loader"):
        first = name.partition(".")[0]
        found = advice(missing(name))
        assert f"put {first}.py, or the folder {first}, into {script.parent}" in found
        assert "pip" not in found
    found = advice(missing("helpers_of_mine"))
    assert f"but in {script.parent / 'lib'}; say so: PYTHONPATH={script.parent / 'lib'}" in found
    assert advice(missing("xgboost")).endswith("install it: pip install xgboost")
    assert advice(missing("skopt")).endswith("install it: pip install scikit-optimize")


def test_a_file_that_is_missed_stands_where_the_script_looks_for_it():
    def get_file(download_target):
        raise Exception(FETCH)

    told = advice(raised(lambda: get_file("/data/of mine/mnist.npz")))
    assert told.endswith("put the file into /data/of mine/mnist.npz")
