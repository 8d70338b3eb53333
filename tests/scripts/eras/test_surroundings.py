"""What Python's and other packages' names of the time do for an old script."""

from __future__ import annotations

import os
import subprocess
import sys

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
