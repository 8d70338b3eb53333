"""Keras itself does not find the stand-in for TensorFlow, in an old era either."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
from keras.models import Sequential, model_from_json
from keras.layers import Dense
model = Sequential([Dense(3, input_shape=(2,), init="one")])
model.save("model.h5")
print(model_from_json(model.to_json()).output_shape)
"""


def test_a_model_is_saved(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-m", "onefit", "run", "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "(None, 3)\n", done.stderr
