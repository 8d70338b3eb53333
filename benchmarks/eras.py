"""What an old script pays for its era, and what a script for Keras 3 pays: nothing but a look.

    python benchmarks/eras.py               # a script for Keras 1, one of 1,000 lines, one of today
    python benchmarks/eras.py SCRIPT ...    # these

Each turn is a process of its own: reading the era before the script runs, adapting the script's
code, and putting the era in place once Keras is imported. Prints medians of the main
thread's processor time in milliseconds: other threads of NumPy and JAX start in some turns.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

TURNS = 5
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
PART = """

def network_{number}(width, rate):
    inputs = Input(shape=(width,))
    hidden = Dense(64, init="he_normal", activation="relu", W_regularizer=l2(1e-4))(inputs)
    hidden = Dropout(rate)(hidden)
    for units in (64, 32, 16):
        hidden = Dense(units, activation="relu")(hidden)
        hidden = BatchNormalization(mode=0)(hidden)
    outputs = Dense(10, activation="softmax")(hidden)
    model = Model(input=inputs, output=outputs)
    model.compile(SGD(lr=0.01, decay=1e-6, momentum=0.9), "categorical_crossentropy", ["accuracy"])
    print("network {number}: %d weights" % model.count_params())
    return model
"""
LONG = OLD + "".join(PART.format(number=number) for number in range(71))
TURN = """
import json, sys, time
from onefit.scripts import activation, eras, main_module  # any script has these loaded
activation.activate()
source = sys.stdin.read()
before, began = set(sys.modules), time.thread_time()
eras.begin(source)
read = time.thread_time() - began
code, began = compile(source, "script.py", "exec"), time.thread_time()
eras.adapted(code, source)
adapted = time.thread_time() - began
if "onefit.scripts.eras.activation" in sys.modules:
    from onefit.scripts.eras import activation as placing
    installs = placing._install
    def timed(*arguments):
        began = time.thread_time()
        installs(*arguments)
        spent.append(time.thread_time() - began)
    placing._install = timed
spent = []
import keras
loaded = sorted(n for n in set(sys.modules) - before if n.startswith("onefit.scripts.eras"))
parts = {"read": read, "adapted": adapted, "installed": sum(spent)}
print(json.dumps({**parts, "all": sum(parts.values()), "modules": len(loaded)}))
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
    scripts = {
        "a script for Keras 1": OLD,
        f"a script of {len(LONG.splitlines()):,} lines for Keras 1": LONG,
        "a script for Keras 3": TODAY,
    }
    if sys.argv[1:]:
        scripts = {Path(name).name: Path(name).read_text("utf-8") for name in sys.argv[1:]}
    for title, source in scripts.items():
        turn(source)  # Python compiles what it imports for the first time
        turns = [turn(source) for _ in range(TURNS)]
        medians = {name: 1000 * statistics.median(one[name] for one in turns) for name in turns[0]}
        print(
            f"{title}: {medians['all']:.1f} ms: {medians['read']:.1f} to read its era, "
            f"{medians['adapted']:.1f} to adapt its code, {medians['installed']:.1f} to put the "
            f"era in place; {turns[0]['modules']} modules of eras loaded"
        )


if __name__ == "__main__":
    main()
