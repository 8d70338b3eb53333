"""Write the table of the scripts of Unicode's characters that `tf.strings.unicode_script` reads.

    python record_unicode_scripts.py        # TensorFlow 2.21, in its own environment

Each word of the table is how far a run of characters begins after the last one, in base 16, and the
number of its script.
"""

import textwrap
from pathlib import Path

import numpy as np

ROOM = Path(__file__).parents[3] / "src/onefit/scripts/tensorflow/strings"
LAST = 0x10FFFF


if __name__ == "__main__":
    import tensorflow as tf

    scripts = tf.strings.unicode_script(np.arange(LAST + 1, dtype=np.int32)).numpy()
    starts = np.concatenate([[0], np.flatnonzero(np.diff(scripts)) + 1])
    steps = np.diff(starts, prepend=0)
    words = [f"{step:x}.{script}" for step, script in zip(steps, scripts[starts])]
    (ROOM / "unicode_scripts.txt").write_text(textwrap.fill(" ".join(words), 98) + "\n")
