"""Ask TensorFlow what the fits of `fits.py` leave.

KERAS_BACKEND=tensorflow python tests/scripts/data/record_fits.py
"""

from __future__ import annotations

import json
from pathlib import Path

RECORD = Path(__file__).parent / "fits.json"


def main() -> None:
    import keras
    import tensorflow as tf
    from fits import FITS, outcome

    found = {name: outcome(tf, keras, name) for name in FITS}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in found.items())
    RECORD.write_text("{\n" + lines + "\n}\n")
    print(f"{len(FITS)} fits of Keras {keras.__version__} and TensorFlow {tf.__version__}")


if __name__ == "__main__":
    main()
