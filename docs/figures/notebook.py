"""Make the picture of a notebook: `python docs/figures/notebook.py`.

It runs the cells below in a Jupyter kernel, and takes the picture with Chromium. It needs
`pip install nbconvert ipykernel`, besides onefit itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

FILE = Path(__file__).with_name("notebook.png")
WIDTH, HEIGHT = 900, 1130
CELLS = [
    "%load_ext onefit\nimport keras\nimport numpy as np",
    """x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
keras.utils.set_random_seed(4)
layers = [keras.layers.Dense(4, "relu"), keras.layers.Dense(1, "sigmoid")]
model = keras.Sequential(layers)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=1000, verbose=0)""",
    "%onefit",
    "%onefit report",
]


def main() -> None:
    """Run the notebook, and take the picture."""
    import nbformat
    from nbconvert import HTMLExporter
    from nbconvert.preprocessors import ExecutePreprocessor
    from PIL import Image

    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, CELLS)))
    browser = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ONEFIT_RUNS"] = folder
        ExecutePreprocessor(timeout=300).preprocess(notebook, {"metadata": {"path": folder}})
        page = Path(folder) / "notebook.html"
        page.write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{HEIGHT}",
             "--virtual-time-budget=5000", f"--screenshot={FILE}", page.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip
    with Image.open(FILE) as image:
        image.convert("RGB").quantize(160).save(FILE, optimize=True)


if __name__ == "__main__":
    main()
