"""The name of a file that is downloaded may be a path, as `get_file` of Keras 1 and 2 had it."""

from __future__ import annotations

import os
import subprocess
import sys

import keras
import pytest

from onefit.scripts.eras.stand_ins.downloaded_files import at_paths
from onefit.scripts.upgrade import upgraded

NOWHERE = "file:///nowhere/at/all"


@pytest.fixture
def file(tmp_path, monkeypatch):
    """`os.path.join(folder, name)` of `data_utils.py`, for each way of naming one file."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    there = tmp_path / "datasets" / "small" / "iris.csv"
    there.parent.mkdir(parents=True)
    there.write_text("1,2\n")
    return there


def test_keras_3_refuses_a_path(file):
    with pytest.raises(ValueError, match="Paths are no longer accepted"):
        keras.utils.get_file(str(file), NOWHERE)


def test_a_file_is_found_by_its_path(file, tmp_path):
    get_file = at_paths(keras.utils.get_file)
    below = {"cache_dir": str(tmp_path)}
    assert get_file(str(file), NOWHERE) == str(file)
    assert get_file(file, NOWHERE) == str(file)
    assert get_file("small/iris.csv", NOWHERE, **below) == str(file)
    assert get_file("iris.csv", NOWHERE, cache_subdir="datasets/small", **below) == str(file)
    assert get_file("small/iris.csv", NOWHERE, cache_subdir="datasets", **below) == str(file)


def test_old_scripts_give_paths_to_get_file_and_to_datasets(file, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from keras.utils.data_utils import get_file\nfrom keras.src.datasets import mnist\n"
        f"print(get_file({str(file)!r}, {NOWHERE!r}))\n"
        f"print(mnist.get_file(fname={str(file)!r}, origin={NOWHERE!r}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "onefit", "run", str(script)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "ONEFIT_RUNS": str(tmp_path / "runs")},
    )
    assert done.stdout == f"{file}\n{file}\n", done.stderr


def test_an_upgraded_script_names_the_folder_apart():
    source = "from keras.utils.data_utils import get_file\nprint(get_file({}, url))\n"
    for given, written in {
        "'/data/iris.csv'": "get_file('iris.csv', url, cache_subdir=\"/data\")",
        "'small/iris.csv'": "get_file('iris.csv', url, cache_subdir=\"datasets/small\")",
        "'iris.csv'": "get_file('iris.csv', url)",
        "path": "get_file(path, url)",
    }.items():
        assert f"print({written})\n" in upgraded(source.format(given), "keras2").after


def test_the_path_of_a_data_set_is_listed():
    source = (
        "from keras.datasets import mnist\nfrom keras.utils import np_utils\nmnist.load_data({})"
    )
    found = upgraded(source.format("'/data/mnist.npz'"), "keras2")
    assert [one.code for one in found.remains] == ["OF203"]
    assert "Received: path='/data/mnist.npz'" in found.remains[0].told
    assert not upgraded(source.format("'mnist.npz'"), "keras2").remains
