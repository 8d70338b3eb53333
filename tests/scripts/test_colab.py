"""Notebooks of Colab under `onefit run`, with the names of Colab's own package."""

from __future__ import annotations

import json
import subprocess
import sys

CELLS = (
    "from google.colab import drive, files\ndrive.mount('/content/drive')",
    "uploaded = files.upload()\nfor name in uploaded:\n    print(name)\nuploaded['table.csv']",
    "import google.colab.data_table\ngoogle.colab.data_table.enable_dataframe_formatter()",
    "from google.colab import auth, userdata\nauth.authenticate_user()\nuserdata.get('HOME') != ''",
    "from google.colab.patches import cv2_imshow\nimport numpy\ncv2_imshow(numpy.ones((2, 3, 1)))",
    "files.download('table.csv')\nfiles.download('other.csv')",
)


def run(cells, folder):
    written = [{"cell_type": "code", "source": cell, "outputs": []} for cell in cells]
    notebook = folder / "notebook.ipynb"
    notebook.write_text(json.dumps({"cells": written, "nbformat": 4, "metadata": {}}))
    return subprocess.run(
        [sys.executable, "-m", "onefit", "run", notebook.name],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_notebook_of_colab_reads_its_files_from_the_folder(tmp_path):
    (tmp_path / "table.csv").write_text("a,b\n")
    told = run(CELLS, tmp_path)
    assert told.stdout.splitlines() == ["b'a,b\\n'", "True", "<picture of 2 x 3 x 1>"], told
    first, second, third, *rest = told.stderr.splitlines()
    assert first.startswith("onefit: outside Colab no Google Drive is mounted: put the files")
    assert "into /content/drive" in first
    assert second == f"onefit: outside Colab nothing is uploaded: files are read from {tmp_path}"
    assert third.endswith(f"the file is {tmp_path / 'table.csv'}")
    assert "FileNotFoundError: Cannot find file: other.csv" in rest


def test_what_has_no_meaning_elsewhere_says_so(tmp_path):
    told = run(("import google.colab.output as o\no.eval_js('1')",), tmp_path)
    assert "google.colab.output.eval_js needs Colab: it has no meaning here" in told.stderr


def test_nothing_is_answered_where_the_package_is_installed(tmp_path):
    package = tmp_path / "google" / "colab"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("files = 'those of the package'")
    told = run(("from google.colab import files\nprint(files)",), tmp_path)
    assert told.stdout == "those of the package\n", told


def test_jax_is_not_told_of_colab_when_a_notebook_imports_it_afterwards(tmp_path):
    """It would import IPython, which is not installed with onefit."""
    cells = (
        "from google.colab import files\nimport sys\nsys.modules['IPython'] = None",
        "import keras, google.colab\nprint(keras.ops.ones(2).sum(), google.colab.files is files)",
    )
    told = run(cells, tmp_path)
    assert told.stdout == "2.0 True\n", told
