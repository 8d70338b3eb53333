"""Initializers that are written out draw what the layer drew when it made them by their names."""

from __future__ import annotations

import pytest

from onefit.scripts.upgrade import upgraded
from onefit.scripts.upgrade.proof import prove

SCALED = 'VarianceScaling(scale=2.0, mode="fan_in", distribution="untruncated_normal")'


@pytest.mark.parametrize(
    ("given", "written"),
    [
        # A layer makes the kernel's initializer first, in whatever order they are given.
        (
            "inner_init='orthogonal', init='he_normal'",
            f"kernel_initializer={SCALED}, recurrent_initializer=Orthogonal(gain=1.1)",
        ),
        (
            "inner_init='orthogonal'",
            "kernel_initializer=GlorotUniform(), recurrent_initializer=Orthogonal(gain=1.1)",
        ),
        # What the script makes itself is made before the layer.
        (
            "init='he_normal', inner_init=Orthogonal(1.0)",
            f"recurrent_initializer=Orthogonal(1.0), kernel_initializer={SCALED}",
        ),
        (
            "'he_normal', 'orthogonal'",
            f"kernel_initializer={SCALED}, recurrent_initializer=Orthogonal(gain=1.1)",
        ),
    ],
)
def test_they_are_made_in_the_order_in_which_the_layer_made_them(given, written):
    source = (
        "from keras.layers import SimpleRNN\nfrom keras.initializers import Orthogonal\n"
        f"layer = SimpleRNN(4, {given})\n"
    )
    after = upgraded(source, "keras1").after
    assert f"layer = SimpleRNN(4, {written})\n" in after


@pytest.mark.usefixtures("forked_trials")
def test_a_layer_that_draws_its_own_seed_first_has_the_same_weights(tmp_path):
    before = (
        "import numpy as np\nfrom keras.models import Sequential\n"
        "from keras.layers import SimpleRNN\nmodel = Sequential()\n"
        "model.add(SimpleRNN(2, input_shape=(5, 3), dropout_W=0.3, return_sequences=True))\n"
        "model.add(SimpleRNN(4, inner_init='orthogonal', init='he_normal'))\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(np.ones((2, 5, 3)), np.ones((2, 4)), nb_epoch=2, verbose=0)\n"
    )
    after = upgraded(before, "keras1").after
    proof = prove(before, after, tmp_path / "script.py", "keras1")
    assert proof.verdict == "same", proof.told
