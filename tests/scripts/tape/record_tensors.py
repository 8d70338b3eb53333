"""Ask TensorFlow what it writes for the lines of `tensors.txt`: `repr`, `str`, or an error's kind.

Run it where TensorFlow is installed when the lines change:

    python tests/scripts/tape/record_tensors.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
RECORD = HERE / "tensors.json"


def lines() -> list[str]:
    written = (HERE / "tensors.txt").read_text().splitlines()
    return [line for line in written if not line.startswith("#")]


def outcome(tf: Any, line: str) -> list[str]:
    try:
        result = eval(line, {"tf": tf, "np": np})
    except Exception as error:
        return [type(error).__name__]
    return [repr(result), str(result)]


def main() -> None:
    import tensorflow as tf

    found = {line: outcome(tf, line) for line in lines()}
    rows = [f"{json.dumps(line)}: {json.dumps(result)}" for line, result in found.items()]
    RECORD.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    print(f"{len(found)} results of TensorFlow {tf.__version__}")


if __name__ == "__main__":
    main()
