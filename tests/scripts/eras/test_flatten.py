"""`Flatten` with channels first, as Keras 1.2.2 and 2.2.4 printed what it gives."""

import subprocess
import sys

import pytest

from onefit.scripts.upgrade import upgraded

SCRIPT = """
import numpy as np
import keras.backend as K
from keras.models import Sequential
from keras.layers import Flatten
{order}
model = Sequential([Flatten(input_shape=(2, 2, 3))])
print(model.predict(np.arange(12.0).reshape(1, 2, 2, 3)).astype(int).ravel().tolist())
"""
ORDER = {
    "keras1": "K.set_image_dim_ordering('th')",
    "keras2": "K.set_image_data_format('channels_first')",
}
RECORDED = {
    "keras1": "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]",
    "keras2": "[0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]",
}


@pytest.mark.parametrize("era", list(RECORDED))
def test_only_since_keras_2_channels_are_moved_behind(tmp_path, era):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT.format(order=ORDER[era]))
    words = [sys.executable, "-m", "onefit", "run", "--era", era, str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert ran.stdout.splitlines()[:1] == [RECORDED[era]], ran.stderr


def test_the_order_is_written_down_where_a_script_of_keras_1_has_channels_first():
    told = upgraded(SCRIPT.format(order=ORDER["keras1"]), "keras1").after
    assert 'Flatten(input_shape=(2, 2, 3), data_format="channels_last")' in told
    assert "data_format" not in upgraded(SCRIPT.format(order=""), "keras1").after
