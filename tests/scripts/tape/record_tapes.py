"""Ask TensorFlow for the results of `cases.py` and of some random programs.

Run it where TensorFlow is installed when the cases change:

    python tests/scripts/tape/record_tapes.py
"""

from __future__ import annotations

import json
from pathlib import Path

import array_cases
import control_cases
import function_cases
import generator_cases
import loop_cases
import module_cases
import ragged_cases
import tape_cases as cases
import tape_programs as programs

RECORD = Path(__file__).parent / "tapes.json"
PROGRAMS = 60


def main() -> None:
    import tensorflow as tf

    found = {name: cases.plain(case(tf)) for name, case in cases.CASES.items()}
    found["programs"] = [cases.plain(gradients(tf, seed)) for seed in range(PROGRAMS)]
    kinds = (
        *(function_cases, control_cases, array_cases, generator_cases, ragged_cases),
        module_cases,
    )
    for others in (kind.CASES for kind in kinds):
        found |= {name: cases.plain(case(tf)) for name, case in others.items()}
    for name, case in loop_cases.CASES.items():
        found[name] = cases.plain(loop_cases.results(tf, case))
    lines = [f"{json.dumps(name)}: {json.dumps(result)}" for name, result in found.items()]
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(found)} results of TensorFlow {tf.__version__}")


def gradients(tf, seed):
    a, b = programs.inputs(seed)
    x, w = tf.constant(a), tf.Variable(b)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = programs.result(programs.program(seed), tf, x, w)
    return [y, *tape.gradient(y, [x, w])]


if __name__ == "__main__":
    main()
