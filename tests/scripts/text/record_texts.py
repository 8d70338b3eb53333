"""Ask Keras on TensorFlow for the results of `text_cases.py` and `feature_cases.py`.

KERAS_BACKEND=tensorflow python tests/scripts/text/record_texts.py
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import feature_cases
import text_cases

RECORD = Path(__file__).parent / "texts.json"
FEATURES = Path(__file__).parent / "features.json"


def main() -> None:
    import keras
    import numpy as np
    import tensorflow as tf

    found = text_cases.results(keras, tf, np)
    RECORD.write_text(json.dumps(found, indent=1) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        features = feature_cases.results(keras, tf, np, folder)
    lines = [f"{json.dumps(name)}: {json.dumps(one)}" for name, one in features.items()]
    FEATURES.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"Keras {keras.__version__} on TensorFlow {tf.__version__}")


if __name__ == "__main__":
    main()
