"""Ask Keras on TensorFlow's `tf.data` for windows of an array; see `test_timeseries.py`.

KERAS_BACKEND=jax python tests/scripts/data/record_timeseries.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

RECORD = Path(__file__).parent / "timeseries.json"
X, Y = np.arange(40.0).reshape(20, 2), np.arange(20)
ARGUMENTS = [
    {"sequence_length": 3},
    {"sequence_length": 3, "sampling_rate": 2, "sequence_stride": 2, "batch_size": 4},
    {"sequence_length": 3, "shuffle": True, "seed": 4, "batch_size": 2},
    {"sequence_length": 4, "start_index": 2, "end_index": 15, "batch_size": None},
]


def main() -> None:
    import keras

    found = []
    for arguments in ARGUMENTS:
        for targets in (Y, None):
            made = keras.utils.timeseries_dataset_from_array(X, targets, **arguments)
            parts = [
                [
                    [part.tolist() for part in (one if targets is not None else (one,))]
                    for one in made.as_numpy_iterator()
                ]
                for _ in range(2)
            ]
            found.append(
                {
                    "arguments": arguments,
                    "targets": targets is not None,
                    "spec": str(made.element_spec),
                    "count": len(made),
                    "epochs": parts,
                }
            )
    RECORD.write_text("[\n" + ",\n".join(map(json.dumps, found)) + "\n]\n")
    print(f"{len(found)} datasets of Keras {keras.__version__}")


if __name__ == "__main__":
    main()
