"""Ask a released Keras for the results of the lines in `calls/ERA.txt`.

Run it with the packages of the time (docs/design/0050), when the lines change:

    python tests/scripts/eras/record_calls.py keras1   # likewise keras2, tf2

It runs with Python 3.6, too.
"""

import ast
import json
import os
import sys
import tempfile

import numpy as np

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "calls")
ARRAYS = {
    "x": np.array([[1.5, -2.0, 0.25], [-0.5, 3.0, 1.0]], "float32"),
    "pic": np.sin(np.arange(64, dtype="float32")).reshape(2, 4, 4, 2),
    "kern": np.arange(36, dtype="float32").reshape(3, 3, 2, 2) / 20,
    "steps": np.sin(np.arange(24, dtype="float32")).reshape(2, 4, 3),
    "prob": np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]], "float32"),
    "one": np.array([[1, 0, 0], [0, 1, 0]], "float32"),
}


def lines(era):
    """The lines of an era: statements, the last of which is an expression."""
    with open(os.path.join(HERE, era + ".txt")) as file:
        return [line.strip() for line in file if line.strip() and line[0] != "#"]


def names(era):
    """What a line finds without an import."""
    if era == "tf2":
        import tensorflow as tf

        return dict(ARRAYS, np=np, tf=tf, keras=tf.keras, K=tf.keras.backend)
    from keras import backend

    return dict(ARRAYS, np=np, K=backend)


def result(line, found):
    """What the last expression of a line gives, in JSON's types."""
    tree = ast.parse(line)
    last = tree.body.pop()
    exec(compile(tree, line, "exec"), found)
    return plain(eval(compile(ast.Expression(last.value), line, "eval"), found))


def plain(value):
    """Numbers and texts as they are, arrays as lists of numbers with four digits."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    array = np.asarray(value)
    if array.dtype.kind in "biuf":
        return np.round(array.astype("float64"), 4).tolist()
    return type(value).__name__


def main(era):
    """Write the record; what the lines save goes into a folder that nobody keeps."""
    os.chdir(tempfile.mkdtemp())
    found = {one: result(one, names(era)) for one in lines(era)}
    written = [f"{json.dumps(line)}: {json.dumps(value)}" for line, value in found.items()]
    with open(os.path.join(HERE, era + ".json"), "w") as file:
        file.write("{\n" + ",\n".join(written) + "\n}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
