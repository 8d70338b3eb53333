"""What Python's and other packages' names of the time do for an old script."""

from __future__ import annotations

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

SCRIPT = """\
import h5py
import numpy as np
from keras.layers.core import Dense
from keras.models import Sequential
file = h5py.File("data.h5")
file["rows"] = np.arange(3)
file.close()
model = Sequential([Dense(1, input_dim=2)])
model.save_weights("weights.h5")
weights = h5py.File("weights.h5", "r+")
before = model.get_weights()
model.set_weights([one + 1 for one in before])
model.load_weights_from_hdf5_group(weights)
model.save_weights_to_hdf5_group(weights.create_group("again"))
print(all((one == other).all() for one, other in zip(model.get_weights(), before)))
print(h5py.File("data.h5")["rows"].value, sorted(weights["again"]) == sorted(weights)[1:])
"""


def test_files_of_h5py_2(tmp_path):
    """`h5py.File(name)` made or changed a file, and a dataset had a value, up to h5py 2.10."""
    (tmp_path / "old.py").write_text(SCRIPT)
    words = [sys.executable, "-m", "onefit", "run", "--era", "keras1", "--quiet", "old.py"]
    ran = subprocess.run(
        words,
        cwd=tmp_path,
        env={**os.environ, "ONEFIT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["True", "[0 1 2] True"]


PYTHON = """\
import collections, inspect
from collections import Mapping
from fractions import gcd
import xml.etree.cElementTree as ET
from keras.layers.core import Dense
print(isinstance([], collections.Iterable), isinstance({}, Mapping), gcd(4, 6))
print(ET.fromstring("<a/>").tag, inspect.getargspec(lambda a, b=1, *c, **d: 0))
"""


def test_names_that_python_had(tmp_path):
    """Python 3.8 prints these lines, but for the names of the two modules."""
    (tmp_path / "old.py").write_text(PYTHON)
    words = [sys.executable, "-m", "onefit", "run", "--quiet", "old.py"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == [
        "True True 2",
        "a ArgSpec(args=['a', 'b'], varargs='c', keywords='d', defaults=(1,))",
    ]


NUMBERS = """\
import sys
import numpy as np
print([np.float32(0.5)], (np.int64(3), np.float64(0.1)), {"a": np.bool_(True)}, repr(np.float32(2)))
np.set_printoptions(precision=2)
print([np.array([0.123, 1.0]), np.float64(0.5)])
"""


@pytest.mark.parametrize("era", ["keras1", "keras2", "tf2"])
def test_numbers_of_numpy_1(tmp_path, era):
    """NumPy 2 prints `np.float32(0.5)` in a list; up to 1.26 it was `0.5`."""
    (tmp_path / "old.py").write_text(NUMBERS)
    words = [sys.executable, "-m", "onefit", "run", "--era", era, "--quiet", "old.py"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    lines = ["[0.5] (3, 0.1) {'a': True} 2.0", "[array([0.12, 1.  ]), 0.5]"]
    assert ran.stdout.splitlines() == lines


NAMES = """\
import numpy as np
np.warnings.filterwarnings("ignore", category=np.VisibleDeprecationWarning)
print(np.mat([[1, 2]]).T.shape, np.bool8(1), np.unicode(2))
print(np.PINF, np.NAN, np.complex_(1), np.int0(3))
"""


def test_names_of_numpy_1(tmp_path):
    """What NumPy 1.18 printed."""
    (tmp_path / "old.py").write_text(NAMES)
    words = [sys.executable, "-m", "onefit", "run", "--era", "keras2", "--quiet", "old.py"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["(2, 1) True 2", "inf nan (1+0j) 3"]


def test_numbers_are_printed_as_before_after_a_run():
    before = np.get_printoptions()
    activation.activate(named("keras2"))
    assert repr(np.float32(0.5)) == "0.5"
    activation.deactivate()
    assert np.get_printoptions() == before


def test_nobody_is_warned_of_the_default_of_shuffle(recwarn):
    rows = np.ones((4, 2), "f")
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")

    def train():
        model.fit(((rows, rows[:, :1]) for _ in range(2)), steps_per_epoch=2, verbose=0)

    activation.activate(named("tf2"))
    try:
        train()
    finally:
        activation.deactivate()
    assert not [one for one in recwarn if "shuffle" in str(one.message)]
    with pytest.warns(UserWarning, match="shuffle=True"):
        train()
