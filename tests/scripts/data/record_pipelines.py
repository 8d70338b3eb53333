"""Ask TensorFlow what random pipelines give; see `pipelines.py`.

Run it where TensorFlow is installed, when the pipelines change:

    KERAS_BACKEND=jax python tests/scripts/data/record_pipelines.py

With arguments it draws others: how many, from which seed, and the file to write to.

    KERAS_BACKEND=jax python tests/scripts/data/record_pipelines.py 10000 1 digests.txt

A file that ends with `.txt` gets a digest of each pipeline's results instead of the results.

A few pipelines end TensorFlow's process with a segmentation fault. They are recorded as `fatal`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parent / "pipelines.json"


def main(count: str = "200", seed: str = "0", file: str = str(RECORD)) -> None:
    from pipelines import digest, drawn, lines

    wanted = drawn(int(count), int(seed))
    found: list[dict[str, Any]] = []
    while len(found) < len(wanted):
        words = [sys.executable, __file__, "--from", str(len(found)), count, seed]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            found += map(json.loads, process.stdout)
        if len(found) < len(wanted):
            found.append({**wanted[len(found)], "fatal": True})
        short = "\n".join(map(digest, found)) + "\n"
        Path(file).write_text(short if file.endswith(".txt") else lines(found))
    print(f"{count} pipelines in {file}")


def record(first: str, count: str, seed: str) -> None:
    """Write what the pipelines from the given one on give, one a line."""
    import tensorflow as tf
    from pipelines import drawn, outcome

    tf.autograph.set_verbosity(0)
    for one in drawn(int(count), int(seed))[int(first) :]:
        print(json.dumps({**one, **outcome(tf, one)}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--from"]:
        record(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
