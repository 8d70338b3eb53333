"""Ask TensorFlow what random pipelines give; see `pipelines.py`.

Run it where TensorFlow is installed, when the pipelines change:

    KERAS_BACKEND=jax python tests/scripts/data/record_pipelines.py

With arguments it draws others: how many, from which seed, and the file to write to.

    KERAS_BACKEND=jax python tests/scripts/data/record_pipelines.py 10000 1 digests.txt
    KERAS_BACKEND=jax python tests/scripts/data/record_pipelines.py 600 2 wider_digests.txt

A file that ends with `.txt` gets a digest of each pipeline's results instead of the results; one
whose name begins with `wider` is of the wider grammar.

A few pipelines end TensorFlow's process with a segmentation fault, or never end. They are recorded
as `fatal`.
"""

from __future__ import annotations

import faulthandler
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parent / "pipelines.json"
LONGEST = 30.0  # seconds that a pipeline may take


def main(count: str = "200", seed: str = "0", file: str = str(RECORD)) -> None:
    from pipelines import digest, lines

    wanted = asked(count, seed, file)
    partial = Path(file).with_suffix(".partial")
    partial.touch()
    while (number := len(partial.read_text().splitlines())) < len(wanted):
        with partial.open("a") as results:
            words = [sys.executable, __file__, "--from", str(number), count, seed, file]
            subprocess.run(words, stdout=results)
            number = len(partial.read_text().splitlines())
            if number < len(wanted):
                results.write(json.dumps({**wanted[number], "fatal": True}) + "\n")
    found = [json.loads(line) for line in partial.read_text().splitlines()]
    short = "\n".join(map(digest, found)) + "\n"
    Path(file).write_text(short if file.endswith(".txt") else lines(iter(found)))
    partial.unlink()
    print(f"{count} pipelines in {file}")


def asked(count: str, seed: str, file: str) -> list[dict[str, Any]]:
    """The pipelines to ask for."""
    from pipelines import BASE, drawn
    from wider_pipelines import WIDER

    return drawn(int(count), int(seed), WIDER if Path(file).name.startswith("wider") else BASE)


def record(first: str, count: str, seed: str, file: str) -> None:
    """Write what the pipelines from the given one on give, one a line."""
    import tensorflow as tf
    from pipelines import outcome

    tf.autograph.set_verbosity(0)
    for one in asked(count, seed, file)[int(first) :]:
        faulthandler.dump_traceback_later(LONGEST, exit=True)
        print(json.dumps({**one, **outcome(tf, one)}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--from"]:
        record(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
