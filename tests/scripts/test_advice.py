"""What is said after the errors that scripts end with where files and downloads are not there."""

from __future__ import annotations

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
