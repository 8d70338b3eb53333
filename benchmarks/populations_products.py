"""Where the bits of a member go when members are trained side by side, and what keeping them costs.

    python benchmarks/populations_products.py            # two minutes; writes both files below

Each operation of a dense layer's step is done for 16 members alone, for all in one operation as
`jax.vmap` writes it, and, if it is a product, as a chain of multiplications and additions with
members on the last axis. Then whole networks are trained with all sums done member by member
inside the program. The numbers go to `results/populations_products.json` and, as tables, to
`docs/populations/sameness.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"
os.environ["ONEFIT_CACHE"] = "off"

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax._src.interpreters import batching  # the rule of a sum is taken out, and put back

from pages import put

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "populations_products.json"
PAGE = HERE.parent / "docs" / "populations" / "sameness.md"
MEMBERS = 16
SIZES = [(rows, *size) for rows in (7, 32, 128) for size in ((2, 4), (20, 8), (32, 32), (64, 64))]
Array = Any


def product(x: Array, w: Array) -> Array:
    """The outputs of a layer."""
    return x @ w


def of_weights(x: Array, d: Array) -> Array:
    """The gradient of its weights."""
    return x.T @ d


def of_inputs(d: Array, w: Array) -> Array:
    """The gradient of its inputs."""
    return d @ w.T


def of_bias(d: Array) -> Array:
    """The gradient of its bias: a sum over the batch."""
    return d.sum(0)


def loss(d: Array) -> Array:
    """A mean over the batch."""
    return jnp.mean(jnp.square(d))


def chain(x: Array, w: Array) -> Array:
    """The outputs with members on the last axis, one multiplication and addition at a time."""
    total = x[:, 0, None] * w[0]
    for place in range(1, x.shape[1]):
        total = total + x[:, place, None] * w[place]
    return total


def equal(alone: Array, other: Array) -> float:
    """The share of numbers with the same bits."""
    one, two = (np.ascontiguousarray(np.asarray(each)).view("int32") for each in (alone, other))
    return float((one == two).mean())


def microseconds(function: Callable[..., Array], *arrays: Array) -> float:
    """The least of thirty times."""
    jax.block_until_ready(function(*arrays))
    times = []
    for _ in range(30):
        began = time.perf_counter()
        jax.block_until_ready(function(*arrays))
        times.append(time.perf_counter() - began)
    return 1e6 * min(times)


def operations() -> list[dict[str, Any]]:
    """For each size how many bits are those of alone, and how long a product takes."""
    source, found = np.random.default_rng(0), []
    for rows, inputs, outputs in SIZES:
        x, w, d = (
            source.standard_normal((MEMBERS, *shape)).astype("float32")
            for shape in ((rows, inputs), (inputs, outputs), (rows, outputs))
        )
        line: dict[str, Any] = {"rows": rows, "inputs": inputs, "outputs": outputs}
        for function, arrays in (
            (product, (x, w)),
            (of_weights, (x, d)),
            (of_inputs, (d, w)),
            (of_bias, (d,)),
            (loss, (d,)),
        ):
            one, together = jax.jit(function), jax.jit(jax.vmap(function))
            alone = np.stack([one(*(a[i] for a in arrays)) for i in range(MEMBERS)])
            line[function.__name__] = equal(alone, together(*arrays))
            if function is product:
                last = [jnp.asarray(np.ascontiguousarray(np.moveaxis(a, 0, -1))) for a in arrays]
                chained = jax.jit(chain)
                line["chain"] = equal(alone, np.moveaxis(np.asarray(chained(*last)), -1, 0))
                line["product us"] = microseconds(together, *map(jnp.asarray, arrays))
                line["chain us"] = microseconds(chained, *last)
        found.append(line)
        print(line, flush=True)
    return found


def member_by_member(arguments: Any, dims: Any, **settings: Any) -> tuple[Array, int]:
    """The batching rule of a sum that is done for one member after the other."""
    array = jnp.moveaxis(arguments[0], dims[0], 0)
    return lax.map(lambda one: lax.reduce_sum_p.bind(one, **settings), array), 0


def networks(one_by_one: bool) -> list[dict[str, Any]]:
    """How far members are from alone in whole trainings, and the seconds of the second training."""
    import keras
    from populations_sameness import COMPARED
    from populations_sameness import networks as built

    import onefit
    from onefit.population.layouts import plan
    from onefit.population.layouts.layout import Layout
    from onefit.training.host.stock import FIT

    if one_by_one:
        batching.primitive_batchers[lax.reduce_sum_p] = member_by_member
    plan.layout_of = lambda group, exact: Layout("first", MEMBERS, 1)  # type: ignore[assignment]
    found = []
    for name, (build, x, y) in built().items():
        alone = {}
        for seed in COMPARED:
            keras.utils.set_random_seed(seed)
            net = build()
            FIT(net, x, y, epochs=100, verbose=0)
            alone[seed] = net.get_weights()
        for _ in range(2):
            nets = onefit.fit_many(build, x, y, restarts=MEMBERS, epochs=100, verbose=0)
        pairs = [(a, b) for s in COMPARED for a, b in zip(nets[s].get_weights(), alone[s])]
        weights = float(max(np.abs(a - b).max() for a, b in pairs))
        found.append({"network": name, "weights": weights, "seconds": nets.wall_seconds})
    return found


def in_a_process(how: str) -> Any:
    """The same in a process of its own: a program that is kept knows nothing of another rule."""
    ran = subprocess.run(
        [sys.executable, __file__, "--sums", how], capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout.splitlines()[-1])


def section(found: dict[str, Any]) -> str:
    """The tables and what follows from them."""
    lines = [
        "| rows, inputs, outputs | outputs | gradient of weights | of inputs | of biases "
        "| mean loss | outputs as a chain | time of the chain |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found["operations"]:
        names = ("product", "of_weights", "of_inputs", "of_bias", "loss", "chain")
        shares = " | ".join(f"{100 * one[name]:.0f} %" for name in names)
        size = f"{one['rows']}, {one['inputs']}, {one['outputs']}"
        lines.append(f"| {size} | {shares} | {one['chain us'] / one['product us']:.1f} times |")
    trained = [
        "| network | weights as it is | weights, sums one by one | time |",
        "|---|---|---|---|",
    ]
    for one, other in zip(found["together"], found["one by one"]):
        ratio = other["seconds"] / one["seconds"]
        told = f"{one['weights']:.0e} | {other['weights']:.0e} | {ratio:.1f} times"
        trained.append(f"| {one['network']} | {told} |")
    return TEXT.format(operations="\n".join(lines), networks="\n".join(trained), members=MEMBERS)


TEXT = """
## Where the bits go

Written by `benchmarks/populations_products.py`: the share of numbers that have the bits of *alone*
when an operation of a dense layer is done for {members} members at once, members first.

{operations}

The products, which are nearly all of the work, keep their bits, here as programs of their own.
Sums over the rows of a batch do not in most sizes. A product written as a chain of multiplications
and additions in the order of the inputs, with members last, has not the bits that XLA gives a
product alone, in no size; and from 32 inputs on it is slower. (Small products take some ten
microseconds, most of which are the call: ratios below 2 say little.)

So it was tried to do all sums for one member after the other inside the program that trains them
side by side. After 100 epochs, in the worst of two members:

{networks}

Differences stay. Most likely that is because XLA puts what is summed and the sum into one loop,
where a multiplication and an addition can be rounded once, and makes other loops with members
beside each other; this was not looked into further. What would be left is to do everything but the
products member by member, which is nearly the layout *alone*. So members side by side keep their
rounding, and `exact=True` has the bits.
"""


def main() -> None:
    """Measure, and write both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sums", choices=["together", "one by one"], help="whole trainings only")
    if sums := parser.parse_args().sums:
        print(json.dumps(networks(sums == "one by one")))
        return
    found = {"operations": operations()}
    found |= {how: in_a_process(how) for how in ("together", "one by one")}
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    put(PAGE, "products", section(found))


if __name__ == "__main__":
    main()
