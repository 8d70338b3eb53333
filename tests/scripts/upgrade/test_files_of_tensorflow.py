"""Files that `tf.keras` saved as folders: of an equal meaning in Keras 3, or listed."""

from __future__ import annotations

import pytest

from onefit.scripts.upgrade import upgraded

HEAD = """\
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('model.save("m", save_format="tf")', 'model.save("m.keras")'),
        ('model.save("m", save_format="h5")', 'model.save("m.keras")'),
        # the order of TensorFlow 2.0 to 2.11: filepath, overwrite, include_optimizer, save_format
        (
            'model.save("m", True, True, "tf")',
            'model.save("m.keras", True, include_optimizer=True)',
        ),
        ('model.save("m.h5", True, False)', 'model.save("m.h5", True, include_optimizer=False)'),
        # that of 2.12 to 2.15: filepath, overwrite, save_format
        ('model.save("m", True, "tf")', 'model.save("m.keras", True)'),
        (
            'tf.keras.models.save_model(model, "m", True, False, "tf")',
            'keras.models.save_model(model, "m.keras", True, include_optimizer=False)',
        ),
        (
            'model.save("m", signatures=None, save_traces=False, options=None)',
            'model.save("m.keras")',
        ),
        ('model.save_weights("w", True, "tf")', 'model.save_weights("w.weights.h5", True)'),
        ('model.save_weights("w", save_format="h5")', 'model.save_weights("w.weights.h5")'),
    ],
)
def test_formats_that_are_told_by_the_suffix_now(before, after):
    found = upgraded(f"{HEAD}{before}\n", "tf2")
    assert found.after.splitlines()[-1] == after
    assert not found.remains


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        ('model.save("m", signatures=serve)', 3, "signatures= are TensorFlow's"),
        ('model.save("m")\nprint(tf.saved_model.load("m"))', 3, "Keras 3 writes none"),
        (
            'model.save("m")\ntf.lite.TFLiteConverter.from_saved_model("m")',
            3,
            "Keras 3 writes none",
        ),
        ('model.export("m")', 3, "export needs TensorFlow beside Keras 3"),
    ],
)
def test_what_only_tensorflow_reads_is_listed(lines, line, told):
    found = upgraded(f"{HEAD}{lines}\n", "tf2")
    assert [one.line for one in found.remains if told in one.told] == [line]
    assert lines.partition("\n")[0] in found.after or "signatures" in lines
