"""Forked processes: what cannot run in one says so at once, what can run runs."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks on Windows")

# Each scene runs in a fork of its own. One that hangs is ended, and told as such.
START = """
import json, os, signal
import numpy as np, onefit, keras
onefit.install()

def forked(scene):
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(30)
        try:
            told = repr(scene())
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writes, told.encode()[:4000])
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told or "hangs"

def net():
    keras.utils.set_random_seed(1)
    hidden, last = keras.layers.Dense(3, "relu"), keras.layers.Dense(1)
    made = keras.Sequential([keras.Input((4,)), hidden, last])
    made.compile("sgd", "mse")
    return made

x = np.random.default_rng(0).normal(size=(9000, 4)).astype("float32")
y = x[:, :1]
"""

BEFORE = """
fit = lambda: net().fit(x[:64], y[:64], epochs=2, verbose=0).history["loss"]
told = forked(fit), repr(fit())
"""

AFTER = """
m, one, few, many = net(), x[:7], x[:70], x
m.fit(x[:64], y[:64], verbose=0)
m.evaluate(x[:64], y[:64], verbose=0)
expected = [m.predict(data, verbose=0) for data in (one, few, many)]
population = onefit.fit_many(net(), x[:64], y[:64], restarts=2, epochs=1, verbose=0)
device, unbuilt = keras.ops.convert_to_tensor(one), keras.Sequential([keras.layers.Dense(1)])
path = os.path.join(os.environ["FOLDER"], "m.keras")

def same(found, place):
    return bool((found == expected[place]).all())

def changed():
    m.set_weights([2 * w for w in m.get_weights()])
    return not same(m.predict(one, verbose=0), 0)

def saved():
    m.save(path)
    return keras.saving.load_model(path).count_params() == m.count_params()

works = dict(
    a_batch=lambda: same(m.predict(one, verbose=0), 0),
    by_name=lambda: same(onefit.predict(m, one, verbose=0), 0),
    with_a_bar=lambda: same(m.predict(one, verbose=2), 0),
    some_batches=lambda: same(m.predict(few, verbose=0), 1),
    weights_set=changed,
    saved=saved,
    explained=lambda: str(onefit.explain(m, x, y)).startswith("fit"),
)
refused = dict(
    fit=lambda: m.fit(x[:64], y[:64], verbose=0),
    fit_other_rows=lambda: onefit.fit(m, one, y[:7], verbose=0),
    fit_stream=lambda: m.fit(iter([(one, y[:7])]), verbose=0),
    evaluate=lambda: m.evaluate(x[:64], y[:64], verbose=0),
    predict_many=lambda: m.predict(many, verbose=0),
    predict_other_rows=lambda: m.predict(x[:5], verbose=0),
    predict_of_jax=lambda: m.predict(device, verbose=0),
    predict_unbuilt=lambda: unbuilt.predict(one, verbose=0),
    predict_stream=lambda: m.predict(iter([one]), verbose=0),
    verify=lambda: onefit.verify(m, one, y[:7]),
    fit_many=lambda: onefit.fit_many(net(), one, y[:7], restarts=2, epochs=1, verbose=0),
    population=lambda: population.predict(one),
)
told = [{name: forked(scene) for name, scene in scenes.items()} for scenes in (works, refused)]
"""


def told(scenes, folder):
    """What the scenes give, each in a fork of one process."""
    code = f"{START}{scenes}\nprint(json.dumps(told))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "FOLDER": str(folder)}, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_fork_before_jax_has_started_trains(tmp_path):
    found, expected = told(BEFORE, tmp_path)
    assert found == expected


def test_a_fork_after_jax_has_started_predicts_and_refuses_what_would_hang(tmp_path):
    works, refused = told(AFTER, tmp_path)
    assert works == dict.fromkeys(works, "True")
    for name, received in refused.items():
        assert received.startswith("ForkError: Expected "), (name, received)
        assert 'multiprocessing.get_context("spawn")' in received
