"""Slopes at corners, ties and bounds are those of TensorFlow 2.15.1 in upgraded scripts, too."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from onefit.scripts.upgrade import upgraded

X = np.array([-1, 0, 0.5, 2], "float32")
THEN = {
    "K.abs(x)": ([1, 0, 0.5, 2], [-1, 0, 1, 1]),
    "K.maximum(x, .5)": ([0.5, 0.5, 0.5, 2], [0, 0, 1, 1]),
    "K.maximum(0., x)": ([0, 0, 0.5, 2], [0, 0, 1, 1]),
    "K.minimum(x, .5)": ([-1, 0, 0.5, 0.5], [1, 1, 1, 0]),
    "K.minimum(2., x)": ([-1, 0, 0.5, 2], [1, 1, 1, 0]),
    "K.clip(x, 0., 2.)": ([0, 0, 0.5, 2], [0, 1, 1, 1]),
    "K.relu(x, alpha=.1, max_value=2., threshold=.5)": (
        [-0.15, -0.05, 0, 2],
        [0.1, 0.1, 0, 1],
    ),
}


@pytest.mark.parametrize("line", THEN)
def test_values_and_slopes(line):
    source = f"from tensorflow.keras import backend as K\ndef f(x):\n    return {line}\n"
    found = {}
    exec(upgraded(source, "tf2").after, found)
    values, back = jax.vjp(found["f"], X)
    slopes = back(np.ones(4, "float32"))[0]
    assert [np.allclose(*pair) for pair in zip((values, slopes), THEN[line])] == [True, True]


@pytest.mark.parametrize("line", [*THEN, "K.sqrt(x)"])
def test_what_is_not_a_number_comes_through(line):
    source = f"from keras import backend as K\nx = K.constant([float('nan')])\ny = {line}\n"
    found = {}
    exec(upgraded(source, "keras2").after, found)
    assert np.isnan(np.asarray(found["y"])).all()


@pytest.mark.parametrize("line", [*THEN, "K.sqrt(x)", "K.l2_normalize(x, 0)"])
def test_the_runner_computes_by_the_same_operations(line):
    """So that an upgraded script has the same bits."""
    from onefit.scripts.tensorflow.keras import backend as K

    source = f"from tensorflow.keras import backend as K\ndef f(x):\n    return {line}\n"
    found, ours = {}, {"K": K}
    exec(upgraded(source, "tf2").after, found)
    exec(f"def f(x): return {line}", ours)

    def steps(function):
        made = jax.make_jaxpr(jax.grad(lambda x: jax.numpy.sum(jax.numpy.asarray(function(x)))))
        return str(made(X))

    assert steps(found["f"]) == steps(ours["f"])
