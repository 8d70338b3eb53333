"""`onefit run --report`, `%onefit report` and `plot_model`, each in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap

SCRIPT = """
    import keras, numpy as np
    from keras.utils import plot_model

    keras.utils.set_random_seed(5)
    x = np.random.RandomState(0).normal(size=(120, 2)).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0).astype("int32")
    model = keras.Sequential(
        [keras.layers.Dense(6, "tanh"), keras.layers.Dropout(0.2), keras.layers.Dense(1, "sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    halve = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=1)
    history = model.fit(x, y, epochs=8, validation_split=0.25, callbacks=[halve], verbose=0)
    for _ in range(3):
        again = model.fit(x, y, batch_size=60, verbose=0)
    print([value.hex() for log in (history, again) for value in log.history["loss"]])
    print(float(np.abs(model.get_weights()[0]).sum()).hex(), np.random.rand())
"""
PLOTS = """
    plot_model(model, "model.png", show_shapes=True, dpi=96)
    plot_model(model, to_file="model.svg", show_layer_names=True)
"""


def run(tmp_path, *words):
    environment = {**os.environ, "KERAS_BACKEND": "jax", "ONEFIT_RUNS": str(tmp_path / "runs")}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=300, cwd=tmp_path,
        env=environment,
    )  # fmt: skip


def data(page):
    text = page.read_text()
    found = re.search(r'id="onefit-report">(.*?)</script>', text, re.DOTALL)
    return json.loads(found.group(1))


def test_a_script_reported_prints_what_it_prints_and_its_trainings_run_again_the_same(tmp_path):
    script = tmp_path / "two_fits.py"
    script.write_text(textwrap.dedent(SCRIPT))
    plain = run(tmp_path, "two_fits.py")
    script.write_text(textwrap.dedent(SCRIPT + PLOTS))
    told = run(tmp_path, "-m", "onefit", "run", "--report", "page.html", "two_fits.py")
    assert told.returncode == 0, told.stderr
    assert told.stdout == plain.stdout, "bit for bit, though a report was made"
    assert "onefit: report: page.html" in told.stderr
    found = data(tmp_path / "page.html")
    assert [fit["calls"] for fit in found["run"]["fits"]] == [1, 3]
    first, second = (found["views"][at]["plane"] for at in "01")
    assert first["same"] is True and first["epochs"] == list(range(9))
    assert second["same"] is True and second["epochs"] == [0, 1, 2, 3]
    assert first["weights"][-1] == second["weights"][0], "the second begins where the first ended"
    assert found["views"]["0"]["judged_on"] == "validation" and found["views"]["0"]["rows"] == 30
    assert found["run"]["verbs"]["fit"]["in_program"] == 4, "what the report ran is not counted"
    assert (tmp_path / "model.png").read_bytes().startswith(b"\x89PNG")
    assert "Dropout" in (tmp_path / "model.svg").read_text()
    assert (tmp_path / "page.html").stat().st_size < 300_000


def test_a_script_that_fails_or_trains_nothing_has_a_report(tmp_path):
    leaves = "import os; os.mkdir('far'); os.chdir('far')"
    (tmp_path / "nothing.py").write_text(f"{leaves}; print('done'); raise SystemExit(7)")
    told = run(tmp_path, "-m", "onefit", "run", "--json", "run.json", "--report", "nothing.py")
    assert (told.returncode, told.stdout) == (7, "done\n"), told.stderr
    assert "nothing.py" in (tmp_path / "onefit-report.html").read_text()
    assert json.loads((tmp_path / "run.json").read_text())["ended"] == "failed"
    assert not list((tmp_path / "far").iterdir()), "files lie where the command began"


NOTEBOOK = """
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell.instance(colors="NoColor")
    def cell(code):
        result = shell.run_cell(code, store_history=True)
        result.raise_error()
        return result.result
    cell("%load_ext onefit")
    cell("import keras, numpy as np; x = np.arange(8.0).reshape(8, 1)")
    cell("m = keras.Sequential([keras.layers.Dense(1)]); m.compile('sgd', 'mse')")
    cell("h = m.fit(x, 2 * x, epochs=3, verbose=0)")
    page = cell("%onefit report 'my page.html'")
    frame = page._repr_html_()
    assert frame.startswith("<iframe") and frame.count('"') == 10, "the page is an attribute"
    assert page.report.views[0].scatter.rows == 8
    assert cell("len(h.history['loss']), m.history is h") == (3, True)
"""


def test_a_notebook_shows_it_inline(tmp_path):
    told = run(tmp_path, "-c", textwrap.dedent(NOTEBOOK))
    assert told.returncode == 0, told.stdout + told.stderr
    assert "my page.html" in told.stdout and (tmp_path / "my page.html").exists()
