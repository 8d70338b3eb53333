"""`keras.utils.FeatureSpace` encodes, trains and is saved as with Keras on TensorFlow."""

from __future__ import annotations

import json
import warnings

import feature_cases
import keras
import numpy as np
import pytest
import record_texts

THEIRS = json.loads(record_texts.FEATURES.read_text())
PARTS = [(name, part) for name, parts in THEIRS.items() for part in parts]


@pytest.fixture(scope="module")
def ours(tf, tmp_path_factory):
    with warnings.catch_warnings():  # Keras's own: of shuffles, and of dicts in another order
        warnings.simplefilter("ignore")
        return feature_cases.results(keras, tf, np, tmp_path_factory.mktemp("spaces"))


@pytest.mark.parametrize(("name", "part"), PARTS, ids=["-".join(one) for one in PARTS])
def test_features_are_those_of_keras_on_tensorflow(ours, name, part):
    same(ours[name][part], THEIRS[name][part], part in ("mapped", "rows"))


def same(found, expected, dtypes):
    """Values, shapes and, in a `map`, dtypes; a call gives integers of the bits that JAX has."""
    if isinstance(expected, dict) and "values" not in expected:
        assert sorted(found) == sorted(expected)
        for name, one in expected.items():
            same(found[name], one, dtypes)
    elif isinstance(expected, dict):
        assert found["shape"] == expected["shape"]
        assert not dtypes or found["dtype"] == expected["dtype"]
        np.testing.assert_allclose(found["values"], expected["values"], atol=2e-6)
    elif isinstance(expected[0], dict):
        assert len(found) == len(expected)
        for one, other in zip(found, expected):
            same(one, other, dtypes)
    else:
        np.testing.assert_allclose(found, expected, atol=2e-6)


def test_a_space_says_that_it_has_to_be_adapted(tf):
    space = keras.utils.FeatureSpace({"a": "float_normalized"}, output_mode="concat")
    with pytest.raises(ValueError, match="adapt"):
        space({"a": np.ones(3)})
