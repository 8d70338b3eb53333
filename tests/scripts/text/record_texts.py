"""Ask Keras on TensorFlow for the results of `text_cases.py`.

KERAS_BACKEND=tensorflow python tests/scripts/text/record_texts.py
"""

from __future__ import annotations

import json
from pathlib import Path

import text_cases

RECORD = Path(__file__).parent / "texts.json"


def main() -> None:
    import keras
    import numpy as np
    import tensorflow as tf

    found = text_cases.results(keras, tf, np)
    RECORD.write_text(json.dumps(found, indent=1) + "\n")
    print(f"Keras {keras.__version__} on TensorFlow {tf.__version__}")


if __name__ == "__main__":
    main()
