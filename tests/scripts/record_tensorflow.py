"""Ask TensorFlow for the results of the calls in `tensorflow_calls.txt`.

Run it where TensorFlow is installed, on its own backend, when the calls change:

    KERAS_BACKEND=tensorflow python tests/scripts/record_tensorflow.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
RECORD = HERE / "tensorflow_results.json"
ARRAYS = {
    "np": np,
    "x": np.array([[1.5, -2.0, 0.25], [-0.5, 3.0, 1.0]], "float32"),
    "m": np.arange(6, dtype="float32").reshape(3, 2),
    "n": np.array([[2.0, 1.0], [1.0, 3.0]], "float32"),
    "v": np.array([4.0, 3.0, -2.0, 1.0], "float32"),
    "b": np.array([-0.5, 0.0, 0.75], "float32"),
    "k": np.arange(8, dtype="float32").reshape(2, 2, 2) / 4,
    "p": np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]], "float32"),
    "one": np.array([[1, 0, 0], [0, 1, 0]], "float32"),
    "pic": np.sin(np.arange(64, dtype="float32")).reshape(2, 4, 4, 2),
    "vol": np.cos(np.arange(54, dtype="float32")).reshape(1, 3, 3, 3, 2),
    "steps": np.sin(np.arange(24, dtype="float32")).reshape(2, 4, 3),
}


def names(tf: Any) -> dict[str, Any]:
    """What a call may use: capitals are tensors, small letters the arrays of NumPy's."""
    tensors = {name.upper(): tf.constant(array) for name, array in ARRAYS.items() if name != "np"}
    return {"tf": tf, **ARRAYS, **tensors, "backend": tf.keras.backend}


def calls() -> list[str]:
    lines = (HERE / "tensorflow_calls.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def plain(result: Any) -> Any:
    """A result in JSON's types: arrays with their dtypes."""
    if isinstance(result, list | tuple):
        return [plain(part) for part in result]
    if isinstance(result, str):
        return result
    array = np.asarray(result)
    return {"dtype": array.dtype.name, "shape": list(array.shape), "values": array.ravel().tolist()}


def main() -> None:
    import tensorflow as tf

    found = {call: plain(eval(call, names(tf))) for call in calls()}
    lines = [f"{json.dumps(call)}: {json.dumps(result)}" for call, result in found.items()]
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(found)} results of TensorFlow {tf.__version__}")


if __name__ == "__main__":
    main()
