"""What an old script pays for its era, and what a script for Keras 3 pays: nothing but a look.

    python benchmarks/eras.py

Each turn is a process of its own: reading the era before the script runs, and putting it in place
once Keras is imported. Prints medians of processor time in milliseconds.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys

TURNS = 7
OLD = """
from keras.datasets import mnist
from keras.models import Sequential
from keras.layers.core import Dense, Dropout, Flatten
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.utils import np_utils
model = Sequential()
model.add(Convolution2D(32, 3, 3, border_mode="valid", input_shape=(28, 28, 1)))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adadelta", metrics=["accuracy"])
model.fit(x, y, nb_epoch=12, verbose=1, validation_data=(x, y))
"""
TODAY = """
import keras
model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x, y, epochs=12, validation_data=(x, y))
"""
TURN = """
import json, sys, time
from onefit.scripts import activation, eras
activation.activate()
source = sys.stdin.read()
before, began = set(sys.modules), time.process_time()
eras.begin(source)
read = time.process_time() - began
if "onefit.scripts.eras.activation" in sys.modules:
    from onefit.scripts.eras import activation as placing
    installs = placing._install
    def timed(*arguments):
        began = time.process_time()
        installs(*arguments)
        spent.append(time.process_time() - began)
    placing._install = timed
spent = []
import keras
loaded = sorted(n for n in set(sys.modules) - before if n.startswith("onefit.scripts.eras"))
print(json.dumps({"read": read, "installed": sum(spent), "modules": len(loaded)}))
"""


def turn(source: str) -> dict[str, float]:
    """One process."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", TURN],
        input=source,
        capture_output=True,
        text=True,
        check=True,
        env={**kept, "KERAS_BACKEND": "jax", "ONEFIT_QUIET": "1"},
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the medians."""
    for title, source in (("a script for Keras 1", OLD), ("a script for Keras 3", TODAY)):
        turn(source)  # Python compiles what it imports for the first time
        turns = [turn(source) for _ in range(TURNS)]
        read, installed = (
            1000 * statistics.median(one[name] for one in turns) for name in ("read", "installed")
        )
        print(
            f"{title}: {read:.1f} ms to read its era, {installed:.1f} ms to put it in place, "
            f"{turns[0]['modules']} modules of eras loaded"
        )


if __name__ == "__main__":
    main()
