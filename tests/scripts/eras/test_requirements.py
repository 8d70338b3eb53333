"""What a project asks for tells the era of a script that does not show its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from onefit.scripts.eras import requirements

SCRIPT = """\
import numpy as np
from keras.models import Sequential
from keras.layers import Dense
model = Sequential([Dense(1, input_shape=(2,))])
model.compile("adagrad", "mse", metrics=["accuracy"])
history = model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0).history
print(sorted(history), float(model.optimizer.learning_rate.numpy()) > 0.005)
"""


@pytest.mark.parametrize(
    ("name", "text", "is_plain", "era"),
    [
        ("requirements.txt", "numpy==1.16\nKeras==2.2.4  # with TensorFlow\n", True, "Keras 2.2"),
        ("requirements-gpu.txt", "keras>=2.0,<2.4\n", True, "Keras 2.3"),
        ("environment.yml", "dependencies:\n  - keras=1.2.2\n  - python=3.5\n", True, "Keras 1"),
        ("Pipfile", '[packages]\nkeras = "==2.3.1"\n', True, "Keras 2.3"),
        ("setup.py", "setup(install_requires=['tensorflow==1.14.0'])\n", True, "Keras 2.2"),
        ("requirements.txt", "tensorflow-gpu~=2.3.0\n", False, "tf.keras 2"),
        ("requirements.txt", "tensorflow==2.6.0\nkeras==2.6.0\n", True, "tf.keras 2"),
        ("pyproject.toml", 'dependencies = ["tensorflow<2.16"]\n', False, "tf.keras 2"),
        ("requirements.txt", "keras==3.3.0\n", True, None),
        ("requirements.txt", "tensorflow>=2.0\n", False, None),
        (
            "requirements.txt",
            "keras-tuner==1.0\nkeras_applications==1.0.8\ntf-keras==2.15\n",
            True,
            None,
        ),
        ("requirements.txt", "keras\ntensorflow\n", True, None),
        ("notes.txt", "keras==2.2.4\n", True, None),
    ],
)
def test_the_era_that_a_file_asks_for(name, text, is_plain, era, tmp_path):
    (tmp_path / name).write_text(text)
    found = requirements.era(str(tmp_path), is_plain)
    assert (found and found.title) == era


def test_files_above_the_project_say_nothing(tmp_path):
    inside = tmp_path / "project" / "examples"
    inside.mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("keras==1.2.2\n")
    (tmp_path / "project" / "README.md").touch()
    assert requirements.era(str(inside), True) is None
    (tmp_path / "project" / "requirements.txt").write_text("keras==2.2.4\n")
    assert requirements.era(str(inside), True).evidence == (
        "requirements.txt asks for keras==2.2.4",
    )


def test_a_script_of_the_project_trains_as_then(tmp_path):
    (tmp_path / "requirements.txt").write_text("keras==2.2.4\ntensorflow==1.14.0\n")
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "today.py").write_text(f"from keras import ops\n{SCRIPT}")

    def run(*words):
        command = [sys.executable, "-m", "onefit", "run", *words]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    then, now = run("script.py"), run("--quiet", "today.py")
    # `acc` and a rate of 0.01 are Keras 2.2.4's.
    assert then.stdout == "['acc', 'loss'] True\n"
    assert "written for an older Keras: Keras 2.2" in then.stderr
    assert now.stdout == "['accuracy', 'loss'] False\n"


def test_an_upgrade_names_the_file(tmp_path):
    (tmp_path / "requirements.txt").write_text("keras==2.2.4\n")
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-m", "onefit", "upgrade", "script.py"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert "requirements.txt asks for keras==2.2.4; --era keras2" in done.stdout + done.stderr
