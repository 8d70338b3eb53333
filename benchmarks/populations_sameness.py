"""How far a member is from what it is alone, in each layout, after 1, 100 and 1000 epochs.

    python benchmarks/populations_sameness.py            # a minute; writes both files below
    python benchmarks/populations_sameness.py --page     # the page from the numbers at hand

Each network is trained 8 times side by side, and members 0 and 7 are trained again alone by stock
Keras. The largest differences of a loss and of a weight are written to
`results/populations_sameness.json`, and as a table to `docs/populations/sameness.md`.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from pages import put

os.environ["KERAS_BACKEND"] = "jax"

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "populations_sameness.json"
PAGE = HERE.parent / "docs" / "populations" / "sameness.md"
MEMBERS, COMPARED, EPOCHS = 8, (0, 7), (1, 100, 1000)


def networks():
    """For each network what builds it, its rows and arguments of `fit`."""
    import keras
    import numpy as np
    from keras import layers

    source = np.random.RandomState(0)
    x = source.randn(77, 20).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0).astype("float32")
    xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")

    def network(inputs, hidden, rate=1e-3):
        def build():
            keras.backend.clear_session()
            net = keras.Sequential(
                [keras.Input((inputs,)), *hidden(), layers.Dense(1, activation="sigmoid")]
            )
            net.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
            return net

        return build

    def dense(width):
        return lambda: [layers.Dense(width, activation="relu") for _ in range(2)]

    def tutorial():
        return [layers.Dense(4, activation="relu")]

    def mixed():
        return [
            layers.Dense(16, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
        ]

    return {
        "2-4-1, the tutorial's": (network(2, tutorial, 0.01), xor, np.array([0, 1, 1, 0.0])),
        "20-8-8-1": (network(20, dense(8)), x, y),
        "20-32-32-1": (network(20, dense(32)), x, y),
        "20-64-64-1": (network(20, dense(64)), x, y),
        "20-16-1, batch normalisation and dropout": (network(20, mixed), x, y),
    }


def measure():
    """Differences by network, layout and epochs."""
    import keras
    import numpy as np

    import onefit
    from onefit.population.layouts import plan
    from onefit.population.layouts.layout import Layout
    from onefit.training.host.stock import FIT

    layouts = {
        "alone": Layout("alone", 1, 1),
        "first": Layout("first", MEMBERS, 1),
        "last": Layout("last", MEMBERS, 1),
    }
    rows = []
    for name, (build, x, y) in networks().items():
        for epochs in EPOCHS:
            alone = {}
            for seed in COMPARED:
                keras.utils.set_random_seed(seed)
                net = build()
                history = FIT(net, x, y, epochs=epochs, verbose=0)
                alone[seed] = history.history["loss"], net.get_weights()
            for kind, layout in layouts.items():
                plan.layout_of = lambda group, exact, chosen=layout: chosen
                nets = onefit.fit_many(build, x, y, restarts=MEMBERS, epochs=epochs, verbose=0)
                losses, weights = [], []
                for seed, (loss, values) in alone.items():
                    losses.append(np.abs(nets.history["loss"][seed] - loss).max())
                    own = nets[seed].get_weights()
                    weights += [np.abs(a - b).max() for a, b in zip(own, values)]
                rows.append(
                    {
                        "network": name,
                        "epochs": epochs,
                        "steps": epochs * -(-len(x) // 32),
                        "layout": kind,
                        "loss": float(max(losses)),
                        "weight": float(max(weights)),
                    }
                )
                print(json.dumps(rows[-1]), flush=True)
    return rows


def page(rows):
    """The table, a row for each network and number of epochs."""
    lines = [
        "| network | epochs | steps | alone: loss, weight | first: loss, weight "
        "| last: loss, weight |",
        "|---|---|---|---|---|---|",
    ]
    found = {}
    for row in rows:
        key = row["network"], row["epochs"], row["steps"]
        found.setdefault(key, {})[row["layout"]] = f"{small(row['loss'])}, {small(row['weight'])}"
    for (network, epochs, steps), by in found.items():
        lines.append(
            f"| {network} | {epochs} | {steps} | {by['alone']} | {by['first']} | {by['last']} |"
        )
    return TEXT.format(table="\n".join(lines), members=MEMBERS)


def small(value):
    """A difference in a few signs."""
    return "0" if value == 0 else f"{value:.0e}".replace("e-0", "e-")


TEXT = """# Sameness of members

Written by `benchmarks/populations_sameness.py`.

The members of a population of {members} are compared with the same members trained alone by stock
Keras. The table shows the largest difference of a loss in the History, and the largest difference
of a weight after the last epoch, for the three layouts in which members can be trained.

{table}

- **Alone**: the members are trained one after the other by the program of a single network. The
  difference is 0. This is the only layout that `exact=True` allows.
- **First** and **last**: the members are trained side by side, as the first or the last axis of the
  arrays. XLA then adds up some products in another order, and the last bit of a sum may differ.
  Neither order is wrong: both sums are equally close to the exact one.
- A difference grows during training, as every rounding error does, because each step starts from
  the result of the step before. It grows fastest where a network memorizes rows or where the input
  of a `relu` is close to zero. Two processors that add up in different orders differ as much.
- Where training is unstable, two runs can drift apart completely. Among 256 learning rates of a
  20-32-32-1 network with 480 steps each, the losses of those up to 0.018 differed by less than 2e-6
  between *first* and alone. Above 0.018, where the loss jumps up and down, half of them differed by
  about 3e-3 or more, and one by 0.2. Use `exact=True` to look at such a member again.
- Dropout masks, the order of the rows and the initial weights are equal bit for bit in every
  layout.

<!-- measured: products -->
<!-- end: products -->
"""


def main():
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="store_true", help="write the page only")
    if not parser.parse_args().page:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(measure(), indent=1) + "\n")
    from populations_products import RESULTS as PRODUCTS
    from populations_products import section

    PAGE.write_text(page(json.loads(RESULTS.read_text())))
    put(PAGE, "products", section(json.loads(PRODUCTS.read_text())))


if __name__ == "__main__":
    main()
