"""`ImageDataGenerator` makes of a picture what Keras 1.2.2 and 2.2.4 made of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

from .record_pictures import flow

RECORDED = [
    json.loads(line) for line in Path(__file__).with_name("pictures.jsonl").read_text().splitlines()
]
CASES = [one for one in RECORDED if "case" in one]
FLOWS = [one for one in RECORDED if "flow" in one]


def picture():
    """That of `record_pictures.py`."""
    places = np.arange(8 * 6 * 3).reshape(8, 6, 3)
    return (np.sin(places * 0.7) * 0.5 + 0.5).astype("float32")


@pytest.mark.parametrize("recorded", CASES, ids=lambda one: f"{one['era']} {one['case']}")
def test_pictures_of_the_time(recorded):
    activation.activate(named(recorded["era"]))
    try:
        from keras._tf_keras.keras.preprocessing.image import ImageDataGenerator

        generator = ImageDataGenerator(**recorded["case"])
        np.random.seed(11)
        made = np.ravel([generator.random_transform(picture()) for _ in range(3)])
    finally:
        activation.deactivate()
    # Pillow's brightness is of whole numbers up to 255; the rest is of float32.
    np.testing.assert_allclose(made, recorded["values"], atol=2e-5)


@pytest.mark.parametrize("recorded", FLOWS, ids=lambda one: f"{one['era']} {one['flow']}")
def test_batches_of_the_time(recorded):
    activation.activate(named(recorded["era"]))
    try:
        from keras._tf_keras.keras.preprocessing.image import ImageDataGenerator

        labels, values = flow(ImageDataGenerator(**recorded["flow"]))
    finally:
        activation.deactivate()
    assert labels == recorded["labels"]
    np.testing.assert_allclose(values, recorded["values"], rtol=2e-5, atol=1e-4)
