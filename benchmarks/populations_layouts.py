"""What a step of a member costs in each layout: the numbers behind `population/layouts/layout.py`.

    python benchmarks/populations_layouts.py [--quick]

For dense networks of several widths and batch sizes, 64 members are trained one at a time, and side
by side on the first and on the last axis. Microseconds of CPU a step and member, in one lane, are
written to `results/populations_layouts.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import numpy as np
from populations_cases import Case, keras_model

import onefit
from onefit.population.layouts import plan
from onefit.population.layouts.layout import ALONE, FIRST, LAST, Layout, layout_of
from onefit.population.running import threads as running
from onefit.training.plan.costs import work

RESULTS = Path(__file__).parent / "results" / "populations_layouts.json"
MEMBERS, STEPS = 64, 8
LAYOUTS = [(ALONE, 1), (FIRST, 8), (FIRST, 16), (FIRST, 32), (FIRST, 64), (LAST, 64)]


def measured(width, batch, inputs, layout, turns):
    """CPU microseconds of a step of a member: the median of some runs, the first not counted."""
    source = np.random.RandomState(0)
    x = source.randn(batch * STEPS, inputs).astype("float32")
    y = (x[:, 0] > 0).astype("float32")
    net = keras_model(Case("", (inputs,), (width, width, 1), None))
    seen, spent = {}, []
    call = running.Lane.chunk

    def chunk(lane, going, carry):
        began = time.process_time()
        after = call(lane, going, carry)
        spent[-1] += time.process_time() - began
        return after

    def chosen(group, exact):
        step = group.steps.train.full
        seen.update(operations=work(step.jaxpr))
        return Layout(*layout, 1)

    plan.layout_of, running.Lane.chunk = chosen, chunk
    try:
        operations = 2 * batch * (inputs * width + width * width + width) * 3
        epochs = int(np.clip(4e9 / operations / MEMBERS / STEPS, 12, 60))
        for _ in range(1 + turns):
            spent.append(0.0)
            onefit.fit_many(
                net, x, y, restarts=MEMBERS, epochs=epochs, batch_size=batch, shuffle=False,
                verbose=0,
            )  # fmt: skip
    finally:
        plan.layout_of, running.Lane.chunk = layout_of, call
    return 1e6 * float(np.median(spent[1:])) / MEMBERS / STEPS / epochs, seen


def main():
    """Measure the grid."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few sizes, one turn")
    quick = parser.parse_args().quick
    found = []
    for batch in (32,) if quick else (4, 32, 128):
        for width in (8, 32) if quick else (4, 8, 16, 32, 64, 128):
            row = {"width": width, "batch": batch, "inputs": 20}
            for axis, slots in LAYOUTS:
                if axis == LAST and width > 16:
                    continue
                spent, seen = measured(width, batch, 20, (axis, slots), 1 if quick else 2)
                row |= {f"{axis} {slots}": round(spent, 2), **seen}
            found.append(row)
            print(json.dumps(row), flush=True)
            if not quick:
                RESULTS.parent.mkdir(exist_ok=True)
                RESULTS.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
