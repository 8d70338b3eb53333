"""Which rules are for a call."""

from __future__ import annotations

import keras
import pytest

from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.knowledge import thing

SOURCE = """\
from keras.utils import to_categorical
y = to_categorical([1, 0], 2, dtype='int8')
"""


@pytest.mark.parametrize("is_known_first", [True, False])
def test_a_function_that_is_replaced_for_a_time_keeps_its_rules(monkeypatch, is_known_first):
    """As the stand-in for TensorFlow replaces some, while it is at work."""
    thing.cache_clear()
    if is_known_first:
        thing("keras.utils.to_categorical")
    with monkeypatch.context() as patch:
        patch.setattr(keras.utils, "to_categorical", lambda x, num_classes=None: x)
        thing("keras.utils.to_categorical")
        during = upgraded(SOURCE, "keras2").after
    after = upgraded(SOURCE, "keras2").after
    thing.cache_clear()
    assert during == after
    assert "def one_hot_of_type" in after


IMPORTED = """\
from keras.layers import K, initializers as I, np, regularizers
from keras.models import *
from keras.callbacks import *
print(K.int_shape(x), I.Constant(0.1), np.zeros(2), regularizers.l2(0.1))
print(os.getcwd(), warnings.filters)
"""


def test_what_modules_of_then_had_imported_is_imported():
    after = upgraded(IMPORTED, "keras2").after
    imports = {line for line in after.splitlines() if "import" in line}
    assert imports >= {
        *("import numpy as np", "import os", "import warnings"),
        "from keras import initializers as I, regularizers",
    }
    assert "np.zeros(2), regularizers.l2(0.1))" in after


def test_a_star_brings_no_other_modules_of_keras():
    source = "from keras.layers.core import *\nprint(regularizers.l2(K.epsilon()))\n"
    after = upgraded(source, "keras2").after
    assert after.splitlines()[-1] == "print(keras.regularizers.l2(keras.backend.epsilon()))"
