"""Files are written so that nothing is lost, and notebooks keep their magics."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest

from onefit import cli

OLD = "from keras.layers.core import Dense\nDense(output_dim=3)\n"
NEW = "from keras.layers import Dense\nDense(units=3)\n"


def upgrade(*words):
    return cli.main(["upgrade", *map(str, words)])


def test_a_file_is_kept_beside_the_new_one(tmp_path, capsys):
    script = tmp_path / "old.py"
    script.write_text(OLD)
    script.chmod(0o640)
    assert upgrade("--check", tmp_path) == 1
    assert script.read_text() == OLD
    assert upgrade("--write", tmp_path) == 0
    assert script.read_text() == NEW
    assert (tmp_path / "old.py.orig").read_text() == OLD
    assert stat.filemode((tmp_path / "old.py.orig").stat().st_mode) == "-rw-r-----"
    assert upgrade("--check", tmp_path) == 0
    assert "2 changes: OF201 1, OF203 1" in capsys.readouterr().err


def test_a_file_that_git_has_is_not_kept_twice(tmp_path):
    script = tmp_path / "old.py"
    script.write_text(OLD)
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "old"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    assert upgrade("--write", script) == 0
    assert script.read_text() == NEW
    assert not (tmp_path / "old.py.orig").exists()


def test_all_paths_are_looked_at_before_the_first_is_written(tmp_path, capsys):
    script, empty = tmp_path / "old.py", tmp_path / "empty"
    script.write_text(OLD)
    empty.mkdir()
    for wrong, told in ((tmp_path / "none.py", "not there"), (empty, "there are none")):
        with pytest.raises(SystemExit):
            upgrade("--write", script, wrong)
        assert told in capsys.readouterr().err
        assert script.read_text() == OLD


def test_a_link_stays_one_and_the_file_that_it_leads_to_is_kept(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    script, link = home / "old.py", tmp_path / "link.py"
    script.write_text(OLD)
    link.symlink_to(script)
    assert upgrade("--write", link) == 0
    assert link.is_symlink() and script.read_text() == NEW
    assert (home / "old.py.orig").read_text() == OLD
    assert not (tmp_path / "link.py.orig").exists()


def test_an_earlier_file_that_was_kept_is_not_written_over(tmp_path):
    script, kept = tmp_path / "old.py", tmp_path / "old.py.orig"
    script.write_text(OLD)
    kept.write_text("older")
    assert upgrade("--write", script) == 0
    assert kept.read_text() == "older"
    assert (tmp_path / "old.py.orig2").read_text() == OLD


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.py", b"# -*- coding: nonsense -*-\n", "unknown encoding: nonsense"),
        ("a.py", b"x = 1\n# caf\xe9\n", "received byte 0xe9 in line 2"),
        ("a.ipynb", b"print(1)\n", "expected a notebook, which is JSON"),
        ("a.ipynb", b"\xff\xfe", "expected a notebook, which is JSON"),
        ("a.ipynb", b"[1]", "version 4, which has cells"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code"}]}', "expected a source in each code cell"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_the_others_are_written(
    name, content, told, tmp_path, capsys
):
    script = tmp_path / "z.py"
    script.write_text(OLD)
    (tmp_path / name).write_bytes(content)
    assert upgrade("--write", tmp_path) == 2
    assert told in capsys.readouterr().err
    assert script.read_text() == NEW
    assert (tmp_path / name).read_bytes() == content


def test_a_fault_of_onefit_costs_one_file_alone(tmp_path, capsys, monkeypatch):
    from onefit.scripts.upgrade import session

    def faulty(source, *args, **kwargs):
        if "odd" in source:
            raise TypeError("a fault")
        return upgraded(source, *args, **kwargs)

    upgraded = session.upgraded
    monkeypatch.setattr(session, "upgraded", faulty)
    (tmp_path / "a.py").write_text(OLD + "odd = 1\n")
    (tmp_path / "b.py").write_text(OLD)
    assert upgrade("--write", tmp_path) == 2
    assert (tmp_path / "a.py").read_text() == OLD + "odd = 1\n"
    assert (tmp_path / "b.py").read_text() == NEW
    told = capsys.readouterr().err
    assert "a.py: onefit failed on it, and left it as it is (TypeError: a fault)" in told


def test_an_attribute_that_is_called_is_listed(tmp_path, capsys):
    """As by `lr(step) if callable(lr) else lr`, for scripts of more than one TensorFlow."""
    script = tmp_path / "old.py"
    script.write_text("import tensorflow as tf\nm = tf.keras.Sequential()\nm.optimizer.lr(3.0)\n")
    upgrade("--era", "tf2", script)
    told = capsys.readouterr().err
    assert "line 3: OF204 keras.optimizers.Optimizer.lr is no more: it is an attribute" in told


def test_a_notebook_keeps_its_magics(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["# words"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", OLD.split("\n")[0]]},
        {"cell_type": "code", "source": ["if True:\n", "    !ls\n", "Dense(output_dim=3)"]},
    ]
    notebook = tmp_path / "old.ipynb"
    notebook.write_text(json.dumps({"cells": cells, "nbformat": 4}, indent=1))
    assert upgrade("--write", notebook) == 0
    after = ["".join(one["source"]) for one in json.loads(notebook.read_text())["cells"]]
    assert after == [
        "# words",
        "%matplotlib inline\nfrom keras.layers import Dense",
        "if True:\n    !ls\nDense(units=3)",
    ]


def written_cells(notebook, texts):
    """The code cells of a notebook with these texts, after its upgrade was written."""
    cells = [{"cell_type": "code", "source": one.splitlines(True)} for one in texts]
    notebook.write_text(json.dumps({"cells": cells, "nbformat": 4}, indent=1))
    assert upgrade("--write", notebook) == 0
    return ["".join(one["source"]) for one in json.loads(notebook.read_text())["cells"]]


def test_a_notebook_is_upgraded_around_what_only_jupyter_knows(tmp_path):
    shell = "!wget --quiet \\\n    http://here/data.csv \\\n    -O data.csv\n"
    texts = [
        shell + "from keras.layers.core import Dense\nlayer = Dense(output_dim=3)",
        "\n%%time\nlayer = Dense(output_dim=4)",
        "if True:\n    %time layer = Dense(output_dim=5)  # slow\nlayer?",
        "files = !ls\nwhere = %pwd\nDense(output_dim=6)",
        "%%writefile other.py\nDense(output_dim=7)",
        "%pylab inline",
    ]
    notebook = tmp_path / "old.ipynb"
    after = written_cells(notebook, texts)
    expected = [one.replace("output_dim=", "units=").replace(".core", "") for one in texts]
    assert after == [*expected[:4], texts[4], texts[5]]
    assert upgrade("--check", notebook) == 0


def test_cells_whose_imports_go_stay_cells(tmp_path):
    """And comments above what goes stay, too: in a script they may be a title or a licence."""
    texts = [
        "from keras.layers.core import Dense\nfrom keras.layers import Activation",
        "# the same again\nfrom keras.layers import Dense",
        "from keras.layers.core import Dense\nlayer = Dense(output_dim=3)",
        "if layer:\n    # of old\n    from keras.engine.topology import Merge\nlayer.name",
        "# at the end\nfrom keras.layers.core import Dense",
    ]
    notebook = tmp_path / "old.ipynb"
    after = written_cells(notebook, texts)
    assert len(after) == len(texts)
    assert after[0].splitlines()[0] == "from keras.layers import Dense"
    assert after[1] == "# the same again"
    assert after[2] == "layer = Dense(units=3)"
    assert "    # of old" in after[3] and after[3].endswith("layer.name")
    assert after[4] == "# at the end"


def test_cells_that_only_jupyter_takes_stop_nothing(tmp_path):
    texts = [
        "from keras.layers.core import Dense",
        "from __future__ import absolute_import, division, print_function\nDense(output_dim=1)",
        "  # indented\n  layer = Dense(output_dim=3)\n  if layer:\n    layer.build((None, 2))",
        "y = # your code here\nDense(output_dim=4)",
        "  layer  # left as it is",
    ]
    notebook = tmp_path / "old.ipynb"
    after = written_cells(notebook, texts)
    assert after == [
        "from keras.layers import Dense",
        texts[1].replace("output_dim", "units"),
        "# indented\nlayer = Dense(units=3)\nif layer:\n  layer.build((None, 2))",
        *texts[3:],
    ]


def test_everything_as_json(tmp_path, capsys):
    script = tmp_path / "old.py"
    script.write_text(OLD)
    (tmp_path / "python2.py").write_text("from keras.layers.core import Dense\nprint 3\n")
    assert upgrade("--json", "--select", "OF203", script, tmp_path / "python2.py") == 2
    first, second = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in first["changes"]] == ["OF203"]
    assert "expected Python 3; received something else in line 2" in second["error"]


def test_arguments_without_a_name_are_left_where_old_arguments_are(tmp_path, capsys):
    script = tmp_path / "old.py"
    head = "from keras.layers import Dense, Dropout, Deconv2D"
    lines = f"{head}\nDropout(0.25)\nDense(3, init='one')\nDeconv2D(2, 3)\n"
    script.write_text(lines)
    assert upgrade("--write", "--select", "OF202", script) == 0
    assert script.read_text() == lines.replace("Deconv2D", "Conv2DTranspose")
    script.write_bytes(b"x = 1\0")
    assert upgrade(script) == 2
    assert "received something else: source code " in capsys.readouterr().err


def test_the_difference_shows_a_notebooks_own_lines(tmp_path, capsys):
    source = "%matplotlib inline\nfrom keras.layers.core import Dense"
    cells = [{"cell_type": "code", "source": source, "metadata": {}}]
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": cells}))
    assert upgrade(tmp_path) == 0
    assert "\n %matplotlib inline\n-from keras.layers.core " in capsys.readouterr().out


def test_it_is_told_where_there_is_nothing_to_do(tmp_path, capsys):
    (tmp_path / "today.py").write_text("import keras\n")
    assert upgrade("--check", tmp_path) == 0
    assert capsys.readouterr().err == "1 file, nothing of an older Keras: nothing to do\n"


COMPILED = Path(__file__).parents[1] / "eras" / "compiled"


@pytest.mark.parametrize(
    ("name", "how", "is_left"),
    [
        ("keras2_decay.h5", "", True),
        ("tf215_decay.h5", "", True),
        ("keras2_decay.h5", ", compile=False", False),
        ("none.h5", "", False),
    ],
)
def test_models_of_an_older_keras_are_listed(name, how, is_left, tmp_path, capsys):
    """Plain Keras 3 refuses these files, or leaves out what they say of the optimizer."""
    if (COMPILED / name).exists():
        (tmp_path / name).write_bytes((COMPILED / name).read_bytes())
    script = tmp_path / "loads.py"
    script.write_text(f"from keras.models import load_model\nmodel = load_model({name!r}{how})\n")
    assert upgrade(script) == 0
    told = "left, line 2: OF208 Keras 3 refuses a file that an older Keras wrote"
    assert (told in capsys.readouterr().err) == is_left


OF_TENSORFLOW = """\
import tensorflow as tf
from tensorflow.keras import layers
model = tf.keras.Sequential([layers.Input((2,)), layers.Dense(1)])
"""


WHOLE = "written for tensorflow.keras; --era tf2 rewrites its imports to keras"
IN_PART = (
    "written for tensorflow.keras and more of TensorFlow; --era tf2 rewrites what is Keras's, and "
    "lists the rest"
)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (OF_TENSORFLOW, WHOLE),
        (f"{OF_TENSORFLOW}tf.random.set_seed(1)\n", IN_PART),
        (f"import tensorflow.data\n{OF_TENSORFLOW}", IN_PART),
        ("import keras\nkeras.layers.Dense(1)\n", ""),
    ],
)
def test_what_writes_the_imports_of_tensorflow_keras_anew_is_told(source, told, tmp_path, capsys):
    script = tmp_path / "new.py"
    script.write_text(source)
    assert upgrade(script) == 0
    line = f"{script}: {told}\n" if told else ""
    nothing = "1 file, nothing of an older Keras: nothing to do\n"
    assert capsys.readouterr().err == line + nothing
    if told == WHOLE:
        assert upgrade("--write", "--era", "tf2", script) == 0
        assert "tensorflow" not in script.read_text()
