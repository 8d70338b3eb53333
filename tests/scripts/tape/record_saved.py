"""Ask TensorFlow for the results of `saved_cases.py`.

Run it where TensorFlow is installed when the cases change:

    KERAS_BACKEND=tensorflow python tests/scripts/tape/record_saved.py
"""

from __future__ import annotations

import json
from pathlib import Path

import saved_cases
import tape_cases

RECORD = Path(__file__).parent / "saved.json"


def main() -> None:
    import tensorflow as tf

    found = {name: tape_cases.plain(case(tf)) for name, case in saved_cases.CASES.items()}
    lines = [f"{json.dumps(name)}: {json.dumps(result)}" for name, result in found.items()]
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(found)} results of TensorFlow {tf.__version__}")


if __name__ == "__main__":
    main()
