"""`keras.datasets` with the arguments of Keras 1."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.eras import activation
from onefit.scripts.eras.era import named


@pytest.fixture
def in_force():
    activation.activate(named("keras1"))
    yield
    activation.deactivate()


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_a_limit_of_words_is_kept(in_force, monkeypatch, tmp_path, name):
    texts = np.empty(4, dtype=object)
    texts[:] = [[1, 5, 30], [2, 99], [7], [50, 3]]
    labels = np.array([0, 1, 0, 1])
    path = tmp_path / "texts.npz"
    parts = {"x": texts, "y": labels} if name == "reuters" else {}
    for part in () if parts else ("train", "test"):
        parts |= {f"x_{part}": texts, f"y_{part}": labels}
    np.savez(path, **parts)
    module = pytest.importorskip(f"keras.src.datasets.{name}")
    monkeypatch.setattr(module, "get_file", lambda *args, **kwargs: str(path))
    (x, _), (x_test, _) = getattr(keras.datasets, name).load_data(nb_words=20)
    words = [word for row in (*x, *x_test) for word in row]
    assert len(words) == (12 if name == "reuters" else 24) and max(words) < 20
