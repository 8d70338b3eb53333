"""What stands in for `keras.datasets` in a proof has the shapes that Keras documents."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from onefit.scripts.upgrade.random_datasets import answer_downloads

SHAPES = {
    "boston_housing": ((404, 13), (404,), (102, 13), (102,)),
    "california_housing": ((16512, 8), (16512,), (4128, 8), (4128,)),
    "cifar10": ((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1)),
    "cifar100": ((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1)),
    "fashion_mnist": ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,)),
    "imdb": ((25000,), (25000,), (25000,), (25000,)),
    "mnist": ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,)),
    "reuters": ((8982,), (8982,), (2246,), (2246,)),
}
"""As the pages of `load_data` say."""
CLASSES = {"cifar10": 10, "cifar100": 100, "fashion_mnist": 10, "imdb": 2, "mnist": 10}


@pytest.fixture(scope="module")
def replaced(tmp_path_factory):
    """The names of the files that were asked for, while nothing can be downloaded."""

    def unreachable(fname, *args, **kwargs):
        raise OSError(f"no way to {fname}")

    names = []
    with pytest.MonkeyPatch.context() as patch:
        for name in SHAPES:
            module = pytest.importorskip(f"keras.src.datasets.{name}")
            patch.setattr(module, "get_file", unreachable)
        answer_downloads(keras, str(tmp_path_factory.mktemp("data")), names.append)
        yield names


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_they_have_the_shapes_and_classes_of_the_real_ones(replaced, name):
    del replaced[:]
    (x, y), (x_test, y_test) = getattr(keras.datasets, name).load_data()
    assert (x.shape, y.shape, x_test.shape, y_test.shape) == SHAPES[name]
    assert replaced
    if name in CLASSES:
        assert set(np.unique(y)) == set(np.unique(y_test)) == set(range(CLASSES[name]))


def test_words_are_limited_as_the_script_says_and_named_by_the_index(replaced):
    (x, _), _ = keras.datasets.reuters.load_data(num_words=500)
    assert max(max(row) for row in x) < 500
    index = keras.datasets.reuters.get_word_index()
    assert sorted(index.values())[:3] == [1, 2, 3]


def test_a_download_that_is_no_dataset_of_keras_fails_as_it_did(replaced):
    module = pytest.importorskip("keras.src.datasets.mnist")
    with pytest.raises(OSError, match="no way to own"):
        module.load_data("own.npz")
