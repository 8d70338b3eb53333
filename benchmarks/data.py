"""Write the data of the suite as NumPy files: ``python data.py FOLDER [TABLES]``.

``table``: the first 8000 rows of a real table. With TABLES, a folder of ``NAME.csv.gz`` with an
``INDEX.csv`` of names, targets and tasks, it is UCI's Adult (binary, 14 columns); without, it is
scikit-learn's digits (10 classes, 64 columns). ``fashion``: Fashion-MNIST as Debian's package
``dataset-fashion-mnist`` brings it. ``images``: the same as pictures; without the package, the
digits enlarged to 28 x 28; ``sequences``: their rows one after the other. ``xor``: the tutorial's
four rows. ``noise``: random numbers, for cases where only shapes matter.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np

FASHION = Path("/usr/share/datasets/fashion-mnist")
ROWS = 8000


def adult(tables: Path) -> tuple[np.ndarray, np.ndarray, str]:
    """Adult: every column as standardised numbers, the target as 0 and 1."""
    import pandas as pd

    index = pd.read_csv(tables / "INDEX.csv", index_col="name")
    target = index.loc["adult", "target"]
    table = pd.read_csv(tables / "adult.csv.gz", nrows=ROWS)
    columns = table.drop(columns=target)
    numbers = columns.apply(lambda c: c if c.dtype.kind in "if" else pd.factorize(c)[0])
    return standardised(numbers.to_numpy()), pd.factorize(table[target])[0], "binary"


def digits() -> tuple[np.ndarray, np.ndarray, str]:
    """scikit-learn's digits, standardised."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return standardised(found.data), found.target, "classes"


def standardised(numbers: np.ndarray) -> np.ndarray:
    """Mean 0, deviation 1; a constant column stays 0."""
    numbers = np.asarray(numbers, "float64")
    spread = numbers.std(0)
    return ((numbers - numbers.mean(0)) / np.where(spread > 0, spread, 1)).astype("float32")


def fashion(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """The first pictures of Fashion-MNIST, 28 x 28, from 0 to 1, and their classes."""
    with gzip.open(FASHION / "train-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(16 + rows * 784), np.uint8, offset=16)
    with gzip.open(FASHION / "train-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(8 + rows), np.uint8, offset=8)
    return pixels.reshape(-1, 28, 28).astype("float32") / 255, labels.astype("int32")


def enlarged_digits() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's digits as pictures of 28 x 28."""
    from sklearn.datasets import load_digits

    found = load_digits()
    pictures = found.images.repeat(3, 1).repeat(3, 2)
    return np.pad(pictures, ((0, 0), (2, 2), (2, 2))).astype("float32") / 16, found.target


def write(folder: Path, tables: Path | None) -> dict[str, object]:
    """Write every data set; say what each is, and why one is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    about: dict[str, object] = {}

    def save(name: str, x: np.ndarray, y: np.ndarray, task: str, source: str) -> None:
        y = y.astype("int32") if task == "classes" else y.astype("float32").reshape(-1, 1)
        np.savez(folder / f"{name}.npz", x=x, y=y)
        outputs = int(y.max()) + 1 if task == "classes" else 1
        about[name] = {"shape": x.shape, "loss": task, "outputs": outputs, "source": source}

    x, y, task = adult(tables) if tables else digits()
    save("table", x, y, task, "UCI Adult" if tables else "digits of scikit-learn")
    if FASHION.exists():
        x, y = fashion(ROWS)
        save("fashion", x.reshape(len(x), -1), y, "classes", "Fashion-MNIST")
        source = "Fashion-MNIST"
    else:
        about["fashion"] = {"missing": "install Debian's package dataset-fashion-mnist"}
        (x, y), source = enlarged_digits(), "digits of scikit-learn, enlarged"
    save("sequences", x, y, "classes", f"{source}, a row of pixels at a time")
    save("images", x[..., None], y, "classes", source)
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    save("xor", corners, corners[:, 0] != corners[:, 1], "binary", "exclusive or")
    random = np.random.default_rng(0)
    x, y = random.normal(size=(ROWS, 32)).astype("float32"), random.integers(0, 2, ROWS)
    save("noise", x, y, "binary", "random numbers")
    return about


if __name__ == "__main__":
    where = Path(sys.argv[1])
    print(json.dumps(write(where, Path(sys.argv[2]) if len(sys.argv) > 2 else None)))
