"""What pages quote from the code is what the code says."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from onefit.errors import BackendError
from onefit.training.host.backend import choose_jax

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("asked", ["", "tensorflow"])
def test_the_message_about_another_backend(asked, monkeypatch):
    """A Keras that says that it runs on TensorFlow, because that is not installed here."""
    backend = SimpleNamespace(backend=lambda: "tensorflow")
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(backend=backend, config=backend))
    monkeypatch.setenv("KERAS_BACKEND", asked)
    with pytest.raises(BackendError) as raised:
        choose_jax()
    assert f"```\n{raised.value}\n```" in (DOCS / "keras-backend.md").read_text()
    assert ("KERAS_BACKEND" in str(raised.value)) == bool(asked)
