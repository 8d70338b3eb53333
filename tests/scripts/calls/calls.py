"""Calls of TensorFlow's functions, one a line in `TOPIC.txt`, and their results, in `TOPIC.json`.

A call is evaluated with `tf`: with TensorFlow, to record, and with the stand-in. x, m, ... are
NumPy's arrays, X, M, ... the same as tensors.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pictures
from PIL import Image

HERE = Path(__file__).parent
ARRAYS = {
    "x": np.array([[1.5, -2.0, 0.25], [-0.5, 3.0, 1.0]], "float32"),
    "m": np.arange(6, dtype="float32").reshape(3, 2),
    "v": np.array([4.0, 3.0, -2.0, 1.0], "float32"),
    "w": np.sin(np.arange(64, dtype="float32")),
    "ids": np.array([0, 0, 1, 3], "int32"),
    "pic": ((np.sin(np.arange(105, dtype="float32")) + 1) / 2).reshape(5, 7, 3),
    "pics": ((np.cos(np.arange(240, dtype="float32")) + 1) / 2).reshape(2, 8, 5, 3),
    "bytes_": (np.arange(210).reshape(10, 7, 3) * 37 % 256).astype("uint8"),
}


def topics() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.txt"))


def calls(topic: str) -> list[str]:
    lines = (HERE / f"{topic}.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def results(topic: str) -> dict[str, Any]:
    return json.loads((HERE / f"{topic}.json").read_text())


def folder(path: Path) -> None:
    """Write the files that calls read."""
    files = {
        "lines.txt": b"first\nsecond line\r\n\nlast",
        "tree/a/a.txt": b"aa\n",
        "tree/a/b.txt": b"ab\nab2\n",
        "tree/b/a.txt": b"ba",
        "tree/b/c.txt": b"",
        "table.csv": b'a,b,c,y\n1,0.5,x,0\n2,,y,1\n3,2.5,"q, r",0\n4,1e3,,1\n5,7,w,1\n',
    }
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    for number, kind in enumerate(("cats", "cats", "dogs", "dogs", "dogs")):
        pixels = (np.arange(60).reshape(5, 4, 3) * (3 + number) % 256).astype("uint8")
        (path / "pictures" / kind).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path / "pictures" / kind / f"{number}.png")
        (path / "words" / kind).mkdir(parents=True, exist_ok=True)
        (path / "words" / kind / f"{number}.txt").write_text(f"The {kind} number {number}.")
        (path / "sounds" / kind).mkdir(parents=True, exist_ok=True)
        with wave.open(str(path / "sounds" / kind / f"{number}.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes((np.arange(2 + number) * 1000).astype("<i2").tobytes())


def _of_records(tf: Any) -> dict[str, Any]:
    def feature(values: list[Any]) -> Any:
        if isinstance(values[0], str):
            encoded = [value.encode() for value in values]
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=encoded))
        if isinstance(values[0], float):
            return tf.train.Feature(float_list=tf.train.FloatList(value=values))
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))

    def example(**features: list[Any]) -> bytes:
        held = {name: feature(values) for name, values in features.items()}
        made = tf.train.Example(features=tf.train.Features(feature=held))
        return made.SerializeToString(deterministic=True)

    def written(path: str, records: list[bytes], compression: str = "") -> None:
        options = tf.io.TFRecordOptions(compression_type=compression)
        with tf.io.TFRecordWriter(path, options) as writer:
            for record in records:
                writer.write(record)

    rows = [
        example(n=[7], x=[0.5, 1.5], name=["a"], tags=["p", "q"]),
        example(n=[-1], x=[2.0, 3.0], name=["é"]),
        example(n=[2**30], x=[0.0, -1.0], name=[""], tags=["r"]),
    ]
    return {
        **{"example": example, "written": written, "rows": rows},
        **{"read": lambda path: Path(path).read_bytes()},
        **{"save": lambda path, data: Path(path).write_bytes(data)},
    }


def names(tf: Any) -> dict[str, Any]:
    """What a call may use."""

    def seeded(seed: int | None, *functions: Callable[[], Any]) -> list[Any]:
        tf.random.set_seed(0)  # forgets where operations are
        tf.random.set_seed(seed)
        return [function() for function in functions]

    def text(values: Any) -> Any:
        return tf.strings.join([np.array(values)])

    def slopes(function: Callable[..., Any], *values: Any) -> Any:
        """The gradients at some values."""
        given = [tf.constant(value, tf.float32) for value in values]
        with tf.GradientTape() as tape:
            for one in given:
                tape.watch(one)
            result = function(*given)
        return tape.gradient(result, given)

    tensors = {name.upper(): tf.constant(array) for name, array in ARRAYS.items()}
    return {
        "tf": tf,
        "np": np,
        "seeded": seeded,
        "slopes": slopes,
        "text": text,
        "pictures": pictures,
        "private": lambda name: importlib.import_module(f"tensorflow.python.{name}"),
        **ARRAYS,
        **tensors,
    }


def outcome(tf: Any, call: str, topic: str = "") -> Any:
    """The result of a call in JSON's types, or the kind of its error."""
    tf.random.set_seed(None)
    given = names(tf)
    if topic in ("layers", "tf_keras"):
        given["L"] = tf.keras.layers
    if topic == "records":
        given.update(_of_records(tf))
    try:
        if topic not in ("files", "records", "layers"):
            return plain(eval(call, given))
        with tempfile.TemporaryDirectory() as path, contextlib.chdir(path):
            folder(Path(path))
            return plain(eval(call, given))
    except Exception as error:
        return {"error": type(error).__name__, "of": str(error)[:200]}


def plain(result: Any) -> Any:
    """A result in JSON's types: arrays with their dtypes."""
    if type(result).__name__ in ("TensorShape", "TensorSpec", "DType"):
        return repr(result)
    if hasattr(result, "to_list"):  # ragged
        return {"ragged": plain_values(result.to_list())}
    if hasattr(result, "dense_shape"):
        return {"sparse": [plain(part) for part in (result.indices, result.values)]}
    if isinstance(result, dict):
        return {key: plain(part) for key, part in result.items()}
    if isinstance(result, list | tuple):
        return [plain(part) for part in result]
    if isinstance(result, str | bool) or result is None:
        return result
    if isinstance(result, bytes):
        return {"bytes": result.decode("latin-1")}
    array = np.asarray(result.numpy() if hasattr(result, "numpy") else result)
    kind = "string" if array.dtype.kind in "OS" else array.dtype.name
    values = array.ravel().tolist()
    if array.dtype.kind == "c":
        values = [[value.real, value.imag] for value in values]
    if kind in ("float16", "bfloat16"):
        values = array.ravel().astype("float32").tolist()
    return {"dtype": kind, "shape": list(array.shape), "values": plain_values(values)}


def plain_values(values: Any) -> Any:
    if isinstance(values, list):
        return [plain_values(value) for value in values]
    if isinstance(values, np.ndarray):
        return values.tolist()
    return values.decode("latin-1") if isinstance(values, bytes) else values
