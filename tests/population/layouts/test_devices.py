"""Members on two devices have the numbers that they have on one, within a rounding."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SCRIPT = textwrap.dedent("""
    import sys
    import jax, keras, numpy as np
    import onefit
    from nets import rich_net, table, xor_net, XOR
    from onefit.population.layouts import plan
    from onefit.population.layouts.layout import Layout, layout_of, spread

    axis, found = sys.argv[1], {}
    assert len(jax.local_devices()) == 2
    x, y = table(47)
    for devices in (1, 2):
        layout = Layout(axis, 3 * devices, 1, devices=devices)
        plan.layout_of = lambda group, exact: layout
        nets = onefit.fit_many(
            rich_net(learning_rate=0.05), x, y, folds=3, restarts=3, epochs=12, verbose=0,
            sweep={"layers.dropout.rate": [0.2, 0.4]}, batch_size=8,
            callbacks=[keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)],
        )
        assert all(job.plan.layout.devices == devices for job in nets.jobs)
        found[devices] = nets
    one, two = found[1], found[2]
    assert one.epochs.tolist() == two.epochs.tolist() and len(set(one.epochs)) > 1
    for name in one.history:
        np.testing.assert_allclose(one.history[name], two.history[name], rtol=0, atol=2e-6)
    for a, b in zip(one, two):
        for left, right in zip(a.get_weights(), b.get_weights()):
            np.testing.assert_allclose(left, right, rtol=0, atol=2e-5)

    plan.layout_of = layout_of
    nets = onefit.fit_many(xor_net(), *XOR, restarts=100, epochs=1000, verbose=0)
    print(nets.jobs[0].plan.layout, np.isfinite(nets.history["loss"]).all())
""")


@pytest.mark.parametrize("axis", [pytest.param("first", marks=pytest.mark.slow), "last"])
def test_two_devices_are_one(axis):
    here = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, axis],
        capture_output=True,
        text=True,
        timeout=300,
        env={
            **os.environ,
            "KERAS_BACKEND": "jax",
            "JAX_NUM_CPU_DEVICES": "2",
            "PYTHONPATH": str(here),
        },
    )
    assert done.returncode == 0, done.stderr
    assert "over 2 devices" in done.stdout and done.stdout.strip().endswith("True")
