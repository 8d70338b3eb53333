"""Cross-entropies train what those of TensorFlow trained where outputs saturate."""

from __future__ import annotations

import importlib.util
import inspect
import json
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest

from onefit.scripts import tensorflow
from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("record_logits", HERE / "record_logits.py")
record_logits = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(record_logits)
RECORDED = json.loads(record_logits.FILE.read_text())


@pytest.fixture
def tf2():
    activation.activate(named("tf2"))
    yield
    activation.deactivate()


@pytest.mark.parametrize("kind", [kind for _, kind in record_logits.kinds()], ids=str)
def test_saturated_outputs_train_as_under_tensorflow(tf2, kind):
    """An output at the wrong end had a loss beyond 16.1, and a gradient: recorded with 2.15."""
    activation, loss, _ = kind
    # TensorFlow's own softmax is looked for by the losses of classes alone.
    is_found = activation != "tf.nn.softmax" or not loss.startswith("binary")
    is_told = loss.endswith("of logits") and is_found and activation != "hard_sigmoid"
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        ours = record_logits.numbers(keras, tensorflow.nn.softmax, *kind)
    assert is_told == any("from_logits=True" in str(one.message) for one in told)
    theirs = RECORDED["{}, {}, {}".format(*kind)]
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize(
    ("function", "first"), [("losses.binary_crossentropy", "y_true"), ("activations.softmax", "x")]
)
def test_functions_whose_strings_only_an_upgrade_rewrites_have_signatures(tf2, function, first):
    """A function that was said to wrap itself had none."""
    module, _, name = function.partition(".")
    found = getattr(getattr(keras, module), name)
    assert next(iter(inspect.signature(found).parameters)) == first
