"""TFRecords of JPEGs, decoded, resized and batched: ``python records.py [PICTURES]``.

Run it where TensorFlow is installed, and where it is not: the name `tensorflow` is then onefit's.
Prints how many pictures a second the pipeline gives, the best and the median of several passes.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np

PASSES = 5


def name() -> Any:
    """TensorFlow, or what stands for it."""
    try:
        import tensorflow as tf
    except ImportError:
        import onefit.scripts.tensorflow as tf
    return tf


def written(tf: Any, path: str, count: int) -> None:
    """Write so many pictures of 320 by 240, smooth as photographs are, with labels."""
    from PIL import Image

    draw = np.random.default_rng(0)
    with tf.io.TFRecordWriter(path) as writer:
        for number in range(count):
            small = Image.fromarray(draw.integers(0, 256, (12, 16, 3), "uint8"))
            picture = io.BytesIO()
            small.resize((320, 240), Image.Resampling.BICUBIC).save(picture, "JPEG", quality=90)
            features = {
                "image": tf.train.Feature(
                    bytes_list=tf.train.BytesList(value=[picture.getvalue()])
                ),
                "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[number % 10])),
            }
            example = tf.train.Example(features=tf.train.Features(feature=features))
            writer.write(example.SerializeToString())


def main(count: int = 1000) -> None:
    """Measure the pipeline of the tutorials."""
    tf = name()
    kinds = {
        "image": tf.io.FixedLenFeature([], tf.string),
        "label": tf.io.FixedLenFeature([], tf.int64),
    }

    def decoded(record: Any) -> Any:
        found = tf.io.parse_single_example(record, kinds)
        image = tf.io.decode_jpeg(found["image"], channels=3)
        return tf.image.resize(image, [160, 160]) / 255.0, found["label"]

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "pictures.tfrecord")
        written(tf, path, count)
        records = tf.data.TFRecordDataset(path)
        pictures = records.map(decoded, num_parallel_calls=tf.data.AUTOTUNE)
        dataset = pictures.batch(32).prefetch(tf.data.AUTOTUNE)
        rates = []
        for _ in range(PASSES):
            start = time.perf_counter()
            seen = sum(len(labels) for _, labels in dataset)
            rates.append(seen / (time.perf_counter() - start))
    print(
        f"tensorflow {tf.__version__}: pictures a second, best {max(rates):.0f}, "
        f"median {statistics.median(rates):.0f}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
