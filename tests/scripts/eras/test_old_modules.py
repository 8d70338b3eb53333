"""Modules that moved, while an era is in force and after it."""

from __future__ import annotations

import importlib
import sys

import keras
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named

MOVED = ["keras.initializations", "keras.layers.core", "keras.utils.np_utils"]


@pytest.mark.parametrize("name", MOVED)
def test_a_module_that_moved_is_gone_again_with_its_era(name):
    above, _, leaf = name.rpartition(".")
    activation.activate(named("keras1"))
    try:
        assert importlib.import_module(name) is getattr(sys.modules[above], leaf)
    finally:
        activation.deactivate()
    assert name not in sys.modules and not hasattr(sys.modules[above], leaf)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(name)
    assert keras.layers.Dense(1).units == 1


def test_layers_by_their_names_in_copies_of_applications():
    activation.activate(named("tf2"))
    try:
        layers = importlib.import_module("keras.layers").VersionAwareLayers()
        assert layers.Dense is keras.layers.Dense
        with pytest.raises(AttributeError):
            _ = layers.Nothing
    finally:
        activation.deactivate()
