"""An epoch of fewer steps than a `Sequence` has batches takes those that it took then.

Each batch has its number as labels, and nothing is learned, so that a mean loss tells which
batches an epoch had. The numbers are those that Keras 2.2.4 and `tf.keras` 2.15 printed; 2.15 reads
generators ahead, so that which batch it evaluates next differs from run to run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import pytest

from onefit.scripts.upgrade import upgraded

from .results import printed

SCRIPT = """
    import json
    from itertools import islice
    import numpy as np
    {imports}

    x = np.random.RandomState(7).rand(24, 4).astype("float32")

    class Batches(keras.utils.Sequence):
        ended = 0
        def __len__(self):
            return 3
        def __getitem__(self, number):
            return x[:8], np.full((8, 1), float(number))
        def on_epoch_end(self):
            Batches.ended += 1

    def generator():
        while True:
            for number in range(3):
                yield x[:8], np.full((8, 1), float(number))

    layer = keras.layers.Dense(1, kernel_initializer="zeros"{shape})
    model = keras.models.Sequential([layer])
    model.compile(keras.optimizers.SGD({rate}=0.0), "mae")
    history = model.{fit}({data}, steps_per_epoch={steps}, epochs=4, verbose=0, shuffle=False,
                          validation_data={data}, validation_steps=2)
    print(json.dumps([history.history["loss"], history.history["val_loss"], Batches.ended]))
"""
PLAIN = {"imports": "import keras, keras.layers.core", "fit": "fit_generator", "rate": "lr"}
TF_KERAS = {"imports": "from tensorflow import keras", "fit": "fit", "rate": "learning_rate"}
ON = [0.5, 1.0, 1.5, 0.5]
"""Two of three batches at a time: 0 and 1, 2 and 0, 1 and 2."""


CASES = [  # era, data, steps, losses, those of validation, ended epochs
    ("keras2", "Batches()", 2, ON, ON, None),
    ("keras2", "generator()", 2, ON, ON, 0),
    ("keras2", "Batches()", 1, [0.0, 1.0, 2.0, 0.0], ON, None),
    ("keras2", "Batches()", 3, [1.0] * 4, ON, None),
    ("tf2", "Batches()", 2, [0.5] * 4, [0.5] * 4, None),
    ("tf2", "Batches()", 4, [1.0], [0.5], None),
    ("tf2", "generator()", 2, ON, ON, 0),
    ("tf2", "islice(generator(), 8)", 2, ON, ON, 0),
]
SHAPES = {"built": ", input_shape=(4,)", "not built": ""}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What each case printed; those of an era are one script, the first lines of which repeat."""
    told = {}
    for era in ("keras2", "tf2"):
        keys = [(*case[:3], name) for name in SHAPES for case in CASES if case[0] == era]
        words = TF_KERAS if era == "tf2" else PLAIN
        scripts = [
            textwrap.dedent(SCRIPT).format(**words, data=data, steps=steps, shape=SHAPES[name])
            for _, data, steps, name in keys
        ]
        lines = printed("".join(scripts), era, tmp_path_factory.mktemp(era))
        told.update(zip(keys, lines, strict=True))
    return told


@pytest.mark.parametrize(("era", "data", "steps", "losses", "held_out", "ended"), CASES)
@pytest.mark.parametrize("shape", SHAPES)
def test_batches_of_epochs_are_those_of_the_time(
    era, data, steps, losses, held_out, ended, shape, found
):
    told = found[era, data, steps, shape]
    assert told[:2] == [losses, held_out]
    assert ended is None or told[2] == ended


@pytest.mark.parametrize(("era", "losses"), [("keras2", ON), ("tf2", [0.5] * 4)])
def test_an_upgraded_script_takes_the_same_batches_under_plain_keras(era, losses, tmp_path):
    words = {**(TF_KERAS if era == "tf2" else PLAIN), "steps": 2, "shape": ""}
    script = textwrap.dedent(SCRIPT).format(**words, data="Batches()")
    after = upgraded(script.replace("validation_steps=2", ""), era).after
    (tmp_path / "script.py").write_text(after)
    plain = [sys.executable, "script.py"]
    settings = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        plain, cwd=tmp_path, capture_output=True, text=True, timeout=300, env=settings
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0] == losses


@pytest.mark.parametrize("era", ["keras2", "tf2"])
def test_a_sequence_without_batches_is_an_error(era, tmp_path):
    """No round of it would end, or Keras 3 fails without a word; Keras 1.2.2 fails on it, too."""
    script = """
        import json
        {imports}
        import numpy as np

        class Nothing(keras.utils.Sequence):
            def __len__(self):
                return 0
            def __getitem__(self, number):
                raise IndexError(number)

        model = keras.models.Sequential([keras.layers.Dense(1, input_dim=4)])
        model.compile("sgd", "mae")
        x, y = np.ones((8, 4)), np.ones(8)
        for call in (
            lambda: model.{fit}(Nothing(), epochs=1, verbose=0),
            lambda: model.{fit}(Nothing(), steps_per_epoch=2, epochs=1, verbose=0),
            lambda: model.fit(x, y, validation_data=Nothing(), epochs=1, verbose=0),
            lambda: model.{evaluate}(Nothing()),
            lambda: model.{predict}(Nothing()),
            lambda: model.{predict}(Nothing(), steps=2),
        ):
            try:
                print(json.dumps(repr(call())))
            except ValueError as error:
                print(json.dumps(str(error)))
    """
    names = {"evaluate": "evaluate", "predict": "predict", **TF_KERAS}
    if era == "keras2":
        names = {"evaluate": "evaluate_generator", "predict": "predict_generator", **PLAIN}
    told = printed(textwrap.dedent(script.format(**names)), era, tmp_path)
    assert len(told) == 6
    assert all("Received: one of length 0" in one for one in told), told
