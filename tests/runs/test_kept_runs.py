"""`onefit run` keeps what happened; `onefit runs`, `show` and `diff` tell it again."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time

import pytest

from onefit.cli import main
from onefit.runs.record import Fit, Run
from onefit.runs.serialization import from_json
from onefit.runs.store import Store

IS_FULL = os.path.exists("/dev/full") and stat.S_ISCHR(os.stat("/dev/full").st_mode)

XOR = """
    import numpy as np, keras, sys
    keras.utils.set_random_seed(3)
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([[0], [1], [1], [0]], "float32")
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(4, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=int(sys.argv[1]), verbose=0)
    model.predict(x, verbose=0)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a script, and another one for the runs; two runs are kept there."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "xor.py").write_text(textwrap.dedent(XOR))
    for epochs in ("20", "30"):
        done = onefit(folder, "run", "xor.py", epochs)
        assert done.returncode == 0, done.stderr
    return folder


def start(folder, *words, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "onefit", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "KERAS_BACKEND": "jax", "ONEFIT_RUNS": str(folder / "kept")}
        | environment,
    )


def onefit(folder, *words, **environment):
    started = start(folder, *words, **environment)
    out, err = started.communicate(timeout=300)
    return subprocess.CompletedProcess(words, started.returncode, out, err)


def _store(folder):
    return Store(folder / "kept" / "runs.sqlite")


def test_a_run_is_kept_with_everything_that_belongs_to_it(home):
    run = _store(home).get(1)
    fit = run.fits[0]
    assert run.script == str(home / "xor.py") and run.command[1:] == ["run", "xor.py", "20"]
    assert run.ended == "finished" and len(run.script_sha256) == 64
    assert {"python", "onefit", "keras", "jax", "numpy"} == set(run.versions)
    assert (fit.line, fit.rows, fit.weights, fit.seed) == (12, 4, 17, 3)
    assert len(fit.history["loss"]) == len(fit.history["accuracy"]) == 20
    assert (fit.way, fit.compiled["loss"]) == ("one program", "binary_crossentropy")
    assert fit.constants["accuracy"].value == 0.5
    assert round(fit.constants["loss"].value, 4) == 0.6931  # ln 2
    assert [layer.kind for layer in fit.layers][-2:] == ["Dense", "Dense"]
    assert run.verbs["predict"].in_program == 1


def test_runs_are_listed_shown_and_compared(home):
    listed = onefit(home, "runs").stdout.splitlines()
    assert [line.split()[0] for line in listed[1:3]] == ["2", "1"]
    assert "xor.py" in listed[1] and "loss" in listed[1]
    told = onefit(home, "runs", "nothing_named_so").stdout
    assert told.startswith("no runs of 'nothing_named_so' are kept") and told.count("\n") == 1
    listed = onefit(home, "runs", "-n", "1").stdout.splitlines()
    assert len(listed) == 3 and listed[-1] == "  older ones: onefit runs --all"
    rows = [json.loads(line) for line in onefit(home, "runs", "--json").stdout.splitlines()]
    assert [row["number"] for row in rows][:2] == [2, 1]
    shown = onefit(home, "show", "1").stdout
    assert "onefit: fit, xor.py:12: 4 rows, 17 weights, 20 epochs" in shown
    assert "┤" in shown and "⠉" in shown
    assert from_json(onefit(home, "show", "1", "--json").stdout) == _store(home).get(1)
    assert _store(home).get(2).previous == 1
    told = onefit(home, "diff", "1", "2").stdout
    assert (
        "xor.py 20 -> " in told and "epochs       20 -> 30" in told and "20 and 30 epochs" in told
    )
    missing = onefit(home, "show", "99")
    assert missing.returncode == 2 and "there is no run 99" in missing.stderr


def test_a_reader_may_stop_reading(home):
    """As `onefit runs | head` does: no word about a broken pipe."""
    reading, writing = os.pipe()
    os.close(reading)
    for words in (["runs"], ["show", "1"], ["findings", "OF101"]):
        done = subprocess.run(
            [sys.executable, "-m", "onefit", *words],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            env={**os.environ, "ONEFIT_RUNS": str(home / "kept")},
        )
        assert done.stderr == "" and done.returncode == 1
    os.close(writing)


@pytest.mark.skipif(not IS_FULL, reason="no disk that is always full")
def test_a_list_that_cannot_be_written_is_told_in_a_line(home):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "onefit", "show", "1"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            env={**os.environ, "ONEFIT_RUNS": str(home / "kept")},
        )
    told = "onefit: standard output: [Errno 28] No space left on device"
    assert (done.stderr.splitlines(), done.returncode) == ([told], 1)


@pytest.mark.parametrize(
    "words",
    [["runs"], ["show", "1"], ["diff", "1", "2"], ["report", "1", "--file", "report.html"]],
)
def test_looking_at_runs_imports_nothing_but_the_standard_library(home, words):
    """It takes some tens of milliseconds therefore; benchmarks/verdict.py measures it."""
    code = f"""
import sys
from onefit.cli import main
before = set(sys.modules)
main({words!r})
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(sorted(loaded - sys.stdlib_module_names - {{"onefit"}}), file=sys.stderr)
print(sorted({{"jax", "keras", "numpy"}} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=home,
        env={**os.environ, "ONEFIT_RUNS": str(home / "kept")},
    )
    assert done.stderr == "[]\n[]\n"


def test_curves_for_other_programs(home, tmp_path):
    table = list(csv.DictReader(io.StringIO(onefit(home, "runs", "--export-csv", "-").stdout)))
    losses = [float(row["value"]) for row in table if (row["run"], row["name"]) == ("1", "loss")]
    assert losses == _store(home).get(1).fits[0].history["loss"]
    done = onefit(home, "runs", "--export-tensorboard", str(tmp_path))
    if done.returncode:
        assert 'pip install "onefit[tensorboard]"' in done.stderr
    else:
        assert list((tmp_path / "run-1" / "train").glob("events.out.tfevents.*"))


def test_an_export_has_every_run_and_a_list_says_when_it_has_not(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ONEFIT_RUNS", str(tmp_path))
    store = Store(tmp_path / "runs.sqlite")
    for at in range(25):
        run = Run(key=str(at), script="网络.py", fits=[Fit(history={"loss": [0.5]})])
        store.keep(run, "ValueError: " + "words " * 99, 1)
    assert main(["runs", "--export-csv", "-"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + 25
    assert main(["runs", "--export-csv", "-", "-n", "2"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + 2
    assert main(["runs"]) == 0
    head, first, *_, last = told = capsys.readouterr().out.splitlines()
    assert len(told) == 22 and last == "  older ones: onefit runs --all"
    assert head.index("took") == first.index("0.0 ms") + 2  # each of two characters is two wide
    assert max(map(len, told)) < 160
    with pytest.raises(SystemExit):
        main(["runs", "-n", "0"])
    assert "expected a number of at least 1; received '0'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["3", "5"], [6, 4, 2, 1]),
        (["a.py"], [6, 4, 2]),
        (["a.py", "2"], [6, 4]),
        (["-n", "2"], [4, 3, 2, 1]),
        (["nothing_named_so"], [6, 5, 4, 3, 2, 1]),
        ([], []),
    ],
    ids=["numbers", "a script", "both", "the newest", "none", "all"],
)
def test_some_runs_are_forgotten(words, left, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ONEFIT_RUNS", str(tmp_path))
    store = Store(tmp_path / "runs.sqlite")
    for at in range(6):
        store.keep(Run(key=str(at), script="/work/b.py" if at % 2 else "/work/a.py"), "", 1)
    assert main(["runs", "--clear", *words]) == 0
    assert [row.number for row in store.rows()] == left
    told = capsys.readouterr().out
    assert told == f"onefit: forgot {6 - len(left)} run{'' if len(left) == 5 else 's'}\n"


@pytest.mark.parametrize("words", [["--clear", "2", "99"], ["--clear", ""]], ids=["99", "empty"])
def test_what_is_not_there_forgets_nothing(words, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ONEFIT_RUNS", str(tmp_path))
    store = Store(tmp_path / "runs.sqlite")
    for at in range(2):
        store.keep(Run(key=str(at), script="/work/a.py"), "", 1)
    assert main(["runs", *words]) == 2 and len(store.rows()) == 2
    assert capsys.readouterr().err.startswith("onefit runs: ")


def test_the_record_as_json(home, tmp_path):
    done = onefit(home, "run", "--json", "-", "--quiet", "xor.py", "2", ONEFIT_RUNS="off")
    assert from_json(done.stdout).fits[0].epochs == 2 and done.stderr == ""
    onefit(home, "run", "--json", str(tmp_path / "a.json"), "xor.py", "2", ONEFIT_RUNS="off")
    assert from_json((tmp_path / "a.json").read_text()).fits[0].epochs == 2


def test_what_cannot_be_kept_is_told_in_one_line_and_costs_nothing(home, tmp_path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "runs.sqlite").write_bytes(b"no database" * 500)
    (tmp_path / "file").write_text("")
    folders = ["broken", "file/below"]
    if IS_FULL:
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "runs.sqlite").symlink_to("/dev/full")  # no room on the disk
        folders.append("full")
    for folder in folders:
        done = onefit(home, "run", "xor.py", "2", ONEFIT_RUNS=str(tmp_path / folder))
        assert done.returncode == 0
        told = [line for line in done.stderr.splitlines() if "could not be kept" in line]
        assert len(told) == 1 and "Traceback" not in done.stderr
        assert "kept as run" not in done.stderr
        assert done.stderr.startswith("onefit: fit, xor.py:12")


LONG = """
    from onefit.runs.recorder import RECORDER
    RECORDER.cost = 0.0  # the first writing need not wait for five seconds
    exec(open("xor.py").read().split("model.fit")[0])
    for number in range(3):
        model.fit(x, y, epochs=50, verbose=0)
        print("trained", flush=True)
        import time; time.sleep(1.2)
    time.sleep(60)
"""


def test_kill_9_loses_no_run_that_was_kept_before(home):
    (home / "long.py").write_text(textwrap.dedent(LONG))
    before = len(_store(home).rows())
    started = start(home, "run", "long.py", "1")
    for _ in range(3):
        assert started.stdout.readline() == "trained\n"
    time.sleep(0.5)
    seen = _store(home).rows()
    assert len(seen) == before or seen[0].ended == "running"
    started.send_signal(signal.SIGKILL)
    started.communicate()
    rows = _store(home).rows()
    assert len(rows) == before + 1
    run = _store(home).get(rows[0].number)
    assert rows[0].ended == run.ended == "killed"
    assert run.fits[0].calls >= 1
    assert "cut short" in onefit(home, "runs").stdout.splitlines()[1]
    checked = sqlite3.connect(_store(home).file).execute("pragma integrity_check").fetchone()
    assert checked == ("ok",)


EVALUATED = """
    exec(open("xor.py").read().split("model.fit")[0])
    model.run_eagerly = sys.argv[1] == "step by step"
    loss, accuracy = model.evaluate(x, y, verbose=0)
    print(loss, accuracy)
"""


@pytest.mark.parametrize("way", ["one program", "step by step"])
def test_a_run_that_only_evaluates_keeps_its_scores(home, way):
    (home / "evaluated.py").write_text(textwrap.dedent(EVALUATED))
    done = onefit(home, "run", "evaluated.py", way)
    (kept,) = _store(home).get().evaluations
    assert done.stdout == f"{kept.scores['loss']} {kept.scores['accuracy']}\n"
    assert (kept.rows, kept.weights, kept.line) == (4, 17, 4)
    assert kept.constants["loss"].value == pytest.approx(math.log(2))
    assert kept.constants["accuracy"].value == 0.5
    assert 'always answering "0" gets 0.500' in done.stderr


PREDICTED = """
    exec(open("xor.py").read().split("model.compile")[0])
    for row in range(3):
        model.predict(x[row : row + 1], verbose=0)
    model.run_eagerly = True
    if len(sys.argv) > 1:
        model.predict(x, verbose=0)
"""


def test_a_run_that_only_predicts_tells_the_lines(home):
    (home / "predicted.py").write_text(textwrap.dedent(PREDICTED))
    done = onefit(home, "run", "predicted.py")
    (kept,) = _store(home).get().predictions
    assert (kept.line, kept.rows, kept.weights, kept.calls) == (4, 3, 17, 3)
    assert done.stderr.startswith("onefit: 3 predicts, predicted.py:4: 3 rows, 17 weights, in ")
    done = onefit(home, "run", "predicted.py", "more")
    assert "  predict, predicted.py:4: 3 rows, 17 weights (3 times)" in done.stderr.splitlines()
    assert "  predict, predicted.py:7: 4 rows, 17 weights" in done.stderr.splitlines()


AWAY = """
    import multiprocessing, os, subprocess, sys

    def folders(_):
        from onefit.runs.store import path
        from onefit.training.host.disk_cache import folder
        return str(path()), str(folder().parent)

    if __name__ == "__main__":
        os.makedirs("far", exist_ok=True)
        exec(open("xor.py").read())
        os.chdir("far")
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(pool.map(folders, [0])[0])
"""


def test_a_script_that_goes_elsewhere_takes_no_folder_with_it(home):
    """`ONEFIT_RUNS` and `ONEFIT_CACHE` may be relative; worker processes start where it is."""
    (home / "away.py").write_text(textwrap.dedent(AWAY))
    done = onefit(home, "run", "away.py", "2", ONEFIT_RUNS="near", ONEFIT_CACHE="programs")
    assert done.stdout == f"{(str(home / 'near' / 'runs.sqlite'), str(home / 'programs'))}\n"
    assert len(Store(home / "near" / "runs.sqlite").rows()) == 1
    assert list((home / "programs").glob("xla-*/*")) and not list((home / "far").iterdir())


def test_a_folder_that_cannot_be_is_told(home):
    for words in (["runs"], ["show"], ["diff", "1", "2"], ["report"]):
        done = onefit(home, *words, ONEFIT_RUNS="~nobody-of-that-name/runs")
        told = "expected ONEFIT_RUNS to be a folder or off, received '~nobody-of-that-name/runs'"
        assert (done.returncode, done.stderr) == (2, f"onefit {words[0]}: {told}\n")


def test_a_file_with_the_name_of_a_library_is_told_once(tmp_path):
    (tmp_path / "keras.py").write_text("layers = None\n")
    (tmp_path / "script.py").write_text("from keras import layers, models\n")
    done = onefit(tmp_path, "run", "script.py")
    assert done.returncode == 1
    told = f"{tmp_path / 'keras.py'} is imported in place of the module 'keras'"
    assert done.stderr.count(told) == 1
    assert "OF190" not in done.stderr


def test_what_an_evaluation_of_missing_values_has_to_tell(home):
    text = textwrap.dedent(EVALUATED).replace("loss, accuracy", "x[1, 0] = np.nan; _", 1)
    (home / "missing.py").write_text(text.replace("print(loss, accuracy)", ""))
    done = onefit(home, "run", "--verify", "missing.py", "one program")
    assert "NaN or infinity in the data: x, column 0" in done.stderr, done.stderr
    assert "verify: nothing was compared, because no fit ran" in done.stderr


def test_a_reader_with_another_coding_gets_question_marks(home):
    done = onefit(home, "show", "1", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0 and "loss" in done.stdout and "Traceback" not in done.stderr


def test_a_bound_that_is_no_number_is_told(home):
    (home / "bound.py").write_text((home / "xor.py").read_text())
    done = onefit(home, "run", "bound.py", "5", ONEFIT_RUNS_MAX="many")
    told = "this run could not be kept: expected ONEFIT_RUNS_MAX to be a number above 0"
    assert done.returncode == 0 and done.stderr.count(told) == 1


INTERRUPTED = """
    exec(open("xor.py").read().split("model.fit")[0])
    import os, signal
    class Press(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 5:
                os.kill(os.getpid(), signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    model.fit(x, y, epochs=50, verbose=0, callbacks=[Press()])
"""
CHILDREN = """
    import multiprocessing

    def train(epochs):
        exec(open("xor.py").read().replace("sys.argv[1]", "epochs"), {"epochs": epochs})
        return epochs

    if __name__ == "__main__":
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(pool.map(train, [3, 4]))
"""
POPULATIONS = """
    import multiprocessing

    def train(restarts):
        import onefit
        from train import model, x, y
        onefit.fit_many(model(), x, y, restarts=restarts, epochs=2, verbose=0)
        return restarts

    if __name__ == "__main__":
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(pool.map(train, [3, 4]))
"""
ALONE = """
    import os, signal, sys
    import numpy as np, onefit, keras
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    nets = onefit.fit_many(model, np.ones((8, 2)), np.ones(8), restarts=2, epochs=2, verbose=0)
    if sys.argv[1] == "ctrl-c":
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.kill(os.getpid(), signal.SIGINT)
    if sys.argv[1] == "error":
        raise ValueError("no more")
"""
HELP = """
    import argparse
    argparse.ArgumentParser().parse_args()
"""


def test_the_last_lines_are_true_after_ctrl_c(home):
    (home / "interrupted.py").write_text(textwrap.dedent(INTERRUPTED))
    done = onefit(home, "run", "interrupted.py", "1")
    assert done.returncode == -signal.SIGINT
    last = done.stderr.split("KeyboardInterrupt\n")[-1].splitlines()
    assert "interrupted in epoch 6 of 50" in last[0] or "interrupted in epoch 7 of 50" in last[0]
    assert "catch KeyboardInterrupt" in done.stderr
    assert _store(home).get().ended == "interrupted"


def test_the_last_lines_are_true_when_children_did_the_fits(home):
    (home / "children.py").write_text(textwrap.dedent(CHILDREN))
    done = onefit(home, "run", "children.py")
    assert done.stdout == "[3, 4]\n", done.stderr
    assert "onefit: 2 fits" in done.stderr
    assert [fit.epochs for fit in _store(home).get().fits] == [3, 4]


def test_populations_of_worker_processes_are_kept_in_the_run_that_started_them(home):
    body = textwrap.dedent(XOR).replace("sys.argv[1]", "'1'").split("model = ")
    body = (
        body[0] + "def model():\n    m = " + textwrap.indent(body[1].split("model.fit")[0], "    ")
    )
    body = body.replace("model.compile", "m.compile").strip() + "\n    return m\n"
    (home / "train.py").write_text(body)
    (home / "populations.py").write_text(textwrap.dedent(POPULATIONS))
    done = onefit(home, "run", "populations.py")
    assert done.stdout == "[3, 4]\n", done.stderr
    kept = _store(home).get()
    assert [many.trained for many in kept.populations] == [3, 4]
    assert kept.verbs["fit_many"].in_program == 2


@pytest.mark.parametrize(
    "way, code, ended",
    [("ctrl-c", -signal.SIGINT, "interrupted"), ("error", 1, "failed"), ("", 0, "finished")],
)
def test_a_program_that_calls_onefit_itself_ends_as_python_ends_it(home, way, code, ended):
    (home / "alone.py").write_text(textwrap.dedent(ALONE))
    environment = {**os.environ, "ONEFIT_RUNS": str(home / "kept")}
    words = [sys.executable, "alone.py", way]
    done = subprocess.run(words, cwd=home, env=environment, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    assert _store(home).get().ended == ended


def test_the_last_lines_are_true_after_help_and_a_broken_pipe(home):
    (home / "help.py").write_text(textwrap.dedent(HELP))
    kept = len(_store(home).rows())
    assert onefit(home, "run", "help.py", "--help").stderr == ""
    (home / "pipe.py").write_text("raise BrokenPipeError(32, 'Broken pipe')")
    done = onefit(home, "run", "pipe.py")
    assert "ended by BrokenPipeError before any fit" in done.stderr.splitlines()[-1]
    assert len(_store(home).rows()) == kept  # nothing ran, nothing is kept
