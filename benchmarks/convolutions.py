"""What a training step costs in a Python loop and inside one program's loop, by family of layers.

For each family, milliseconds a step and the difference in the variables after five steps, of

- `stock`: a Python loop over the jitted `train_step`, batches on the device already: the least
  that Keras's own `fit` can take,
- `loop`: the same step in the body of one `lax.while_loop`, its length not known beforehand,
- `rewritten`: that loop with the step in the form that `onefit.training.rewrite.convolutions` gives
  it; missing where it gives the step back as it is.

CPU time is shown beside the clock's. On a machine that is busy with other work only the CPU time
means something: the Python loop is then given more of the processor than the program's.

    python benchmarks/convolutions.py --out benchmarks/convolutions.json
    python benchmarks/convolutions.py --only conv2d,lstm
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax import lax
from jax.extend.core import jaxpr_as_fun
from keras import layers as K
from measure import machine

from onefit.training.rewrite.convolutions import loses_in_loop, rewrite

BATCHES = 8
Layers = Callable[[], list[Any]]
Family = tuple[Layers, tuple[int, ...], int]


def families() -> dict[str, Family]:
    """Name -> (layers, shape of one row, batch size)."""
    image, line, cube = (16, 16, 8), (64, 8), (8, 8, 8, 4)
    return {
        **{name: (made, image, 32) for name, made in on_images().items()},
        **{name: (made, line, 32) for name, made in on_lines().items()},
        "conv3d": (two(K.Conv3D, 8, 3), cube, 16),
        "conv3d_groups": (two(K.Conv3D, 8, 3, groups=2), cube, 8),
        "conv3d_transpose": (two(K.Conv3DTranspose, 4, 3, strides=2), (3, 3, 3, 4), 8),
        "max_pool_3d": (lambda: head(K.Dense(4), K.MaxPooling3D(2)), cube, 16),
        "conv2d_wide": (two(K.Conv2D, 64, 3, padding="same"), (16, 16, 32), 32),
        "conv2d_batch_of_one": (two(K.Conv2D, 32, 3, padding="same"), (32, 32, 3), 1),
        "residual": (residual, (16, 16, 16), 32),
        "inverted_residual": (inverted_residual, (16, 16, 16), 16),
        "conv_lstm2d": (lambda: head(K.ConvLSTM2D(8, 3)), (4, 10, 10, 4), 8),
        "time_distributed": (lambda: head(K.TimeDistributed(K.Conv2D(8, 3))), (4, 12, 12, 3), 8),
        "dense": (lambda: head(K.Dense(64, "relu"), K.Dense(64, "relu")), (32,), 32),
        "dense_tiny": (lambda: head(K.Dense(4, "tanh")), (2,), 4),
        "dense_wide": (lambda: head(K.Dense(512, "relu"), K.Dense(512, "relu")), (784,), 128),
        "dense_eleven_million": (lambda: head(*(K.Dense(2048) for _ in "abc")), (512,), 64),
        "dropout": (lambda: head(K.Dense(256), K.Dropout(0.5), K.Dense(256)), (64,), 64),
        "batch_norm_first": (lambda: head(K.BatchNormalization(), K.Dense(32)), (64,), 256),
        "layer_norm": (lambda: head(K.Dense(64), K.LayerNormalization()), (64, 16), 32),
        "sort": (lambda: head(K.Dense(64), K.Lambda(jnp.sort)), (64,), 64),
        "cumsum": (lambda: head(K.Dense(64), K.Lambda(lambda x: jnp.cumsum(x, -1))), (64,), 64),
        "einsum": (lambda: head(K.EinsumDense("abc,cde->adeb", (4, 16, 20))), (20, 32), 32),
        "lstm": (lambda: [K.LSTM(32), K.Dense(10)], (20, 8), 32),
        "lstm_tiny": (lambda: [K.LSTM(4), K.Dense(10)], (20, 2), 4),
        "lstm_masked": (lambda: [words(32, mask_zero=True), K.LSTM(32), K.Dense(10)], (20,), 32),
        "gru": (lambda: [K.GRU(32), K.Dense(10)], (20, 8), 32),
        "bidirectional_lstm": (lambda: [K.Bidirectional(K.LSTM(16)), K.Dense(10)], (20, 8), 32),
        "attention": (attention, (64, 32), 16),
        "embedding": (lambda: [words(32), *averaged()], (20,), 32),
        "embedding_conv1d": (
            lambda: [words(16), K.Conv1D(32, 5), K.GlobalMaxPooling1D(), K.Dense(10)],
            (40,),
            32,
        ),
    }


def on_images() -> dict[str, Layers]:
    """Families whose rows are images of 16 x 16 x 8."""
    overlap = {"pool_size": 3, "strides": 2, "padding": "same"}
    return {
        "conv2d": two(K.Conv2D, 16, 3),
        "conv2d_same": two(K.Conv2D, 16, 3, padding="same"),
        "conv2d_1x1": two(K.Conv2D, 32, 1),
        "conv2d_strided": two(K.Conv2D, 16, 3, strides=2, padding="same"),
        "conv2d_dilated": two(K.Conv2D, 16, 3, dilation_rate=2),
        "conv2d_groups": two(K.Conv2D, 16, 3, groups=4),
        "conv2d_channels_first": two(K.Conv2D, 16, 3, data_format="channels_first"),
        "conv2d_bfloat16": two(K.Conv2D, 16, 3, dtype="mixed_bfloat16"),
        "conv2d_float16": two(K.Conv2D, 16, 3, dtype="mixed_float16"),
        "conv2d_transpose": two(K.Conv2DTranspose, 8, 3, strides=2, padding="same"),
        "depthwise_conv2d": two(K.DepthwiseConv2D, 3),
        "depthwise_conv2d_multiplier": lambda: head(K.DepthwiseConv2D(3, depth_multiplier=2)),
        "separable_conv2d": two(K.SeparableConv2D, 16, 3),
        "conv2d_max_pool": two_with(K.MaxPooling2D),
        "conv2d_max_pool_overlapping": two_with(lambda: K.MaxPooling2D(**overlap)),
        "conv2d_average_pool": two_with(lambda: K.AveragePooling2D(2)),
        "conv2d_batch_norm": two_with(K.BatchNormalization),
        "max_pool": lambda: head(K.Dense(8), K.MaxPooling2D()),
        "max_pool_overlapping": lambda: head(K.Dense(8), K.MaxPooling2D(**overlap)),
        "average_pool_overlapping": lambda: head(K.Dense(8), K.AveragePooling2D(**overlap)),
        "global_max_pool": lambda: [K.Dense(32), K.GlobalMaxPooling2D(), K.Dense(10)],
        "upsampling": lambda: head(K.Dense(8), K.UpSampling2D(2, interpolation="bilinear")),
        "group_norm": lambda: head(K.Dense(16), K.GroupNormalization(4)),
        "augmentation": lambda: head(K.RandomFlip(), K.RandomTranslation(0.1, 0.1), K.Conv2D(8, 3)),
        "branches": branches,
    }


def on_lines() -> dict[str, Layers]:
    """Families whose rows are 64 moments of 8 features."""
    return {
        "conv1d": two(K.Conv1D, 16, 5),
        "conv1d_causal": two(K.Conv1D, 16, 3, padding="causal"),
        "conv1d_strided": two(K.Conv1D, 16, 5, strides=2, padding="same"),
        "conv1d_dilated": two(K.Conv1D, 16, 3, dilation_rate=2),
        "conv1d_groups": two(K.Conv1D, 16, 3, groups=4),
        "conv1d_transpose": two(K.Conv1DTranspose, 16, 3, strides=2),
        "depthwise_conv1d": two(K.DepthwiseConv1D, 5),
        "separable_conv1d": two(K.SeparableConv1D, 16, 5),
    }


def head(*layers: Any) -> list[Any]:
    """`layers`, then what makes ten classes of their output."""
    return [*layers, K.Flatten(), K.Dense(10)]


def averaged() -> list[Any]:
    """Ten classes of the mean over time."""
    return [K.GlobalAveragePooling1D(), K.Dense(10)]


def words(width: int, **arguments: Any) -> Any:
    """A table of a thousand words."""
    return K.Embedding(1000, width, **arguments)


def two(layer: Any, *args: Any, **kwargs: Any) -> Layers:
    """Two layers of a kind, with a relu, and a head."""
    return lambda: head(*(layer(*args, activation="relu", **kwargs) for _ in "ab"))


def two_with(layer: Any) -> Layers:
    """Two convolutions, each followed by a layer, and a head."""
    return lambda: head(K.Conv2D(16, 3), layer(), K.ReLU(), K.Conv2D(16, 3), layer())


def attention() -> list[Any]:
    """One block of self-attention."""
    inputs = keras.Input((64, 32))
    attended = K.LayerNormalization()(inputs + K.MultiHeadAttention(4, 8)(inputs, inputs))
    return head(keras.Model(inputs, attended))


def branches() -> list[Any]:
    """Convolutions side by side, which could run at the same time."""
    inputs = keras.Input((16, 16, 8))
    sides = [K.Conv2D(8, size, padding="same", activation="relu")(inputs) for size in (1, 3, 5)]
    return head(keras.Model(inputs, K.concatenate(sides)), K.Conv2D(8, 3))


def residual() -> list[Any]:
    """Two residual blocks."""
    inputs = x = keras.Input((16, 16, 16))
    for _ in range(2):
        y = K.ReLU()(K.BatchNormalization()(K.Conv2D(16, 3, padding="same")(x)))
        x = x + K.BatchNormalization()(K.Conv2D(16, 3, padding="same")(y))
    return [keras.Model(inputs, x), K.GlobalAveragePooling2D(), K.Dense(10)]


def inverted_residual() -> list[Any]:
    """A block that widens, convolves each channel by itself, and narrows."""
    inputs = keras.Input((16, 16, 16))
    wide = K.ReLU(6)(K.BatchNormalization()(K.Conv2D(48, 1, use_bias=False)(inputs)))
    deep = K.ReLU(6)(K.BatchNormalization()(K.DepthwiseConv2D(3, padding="same")(wide)))
    narrow = inputs + K.BatchNormalization()(K.Conv2D(16, 1)(deep))
    return [keras.Model(inputs, narrow), K.GlobalAveragePooling2D(), K.Dense(10)]


class Steps:
    """One family's training step in its ways of running, all from the same start."""

    def __init__(self, layers: list[Any], shape: tuple[int, ...], batch: int) -> None:
        draw = np.random.default_rng(0)
        size = (BATCHES, batch, *shape)
        if isinstance(layers[0], K.Embedding):
            x = draw.integers(0, 1000, size, np.int32)
        else:
            x = draw.standard_normal(size, np.float32)
        self.batches = (jnp.asarray(x), jnp.asarray(draw.integers(0, 10, size[:2])))
        self.model = compiled(layers, shape, x.dtype, self.first_batch())
        self.start = tuple([jnp.array(v.value) for v in group] for group in variables(self.model))
        self.traced, out = jax.make_jaxpr(self.step, return_shape=True)(
            self.start, self.first_batch()
        )
        self.tree = jax.tree.structure(out)

    def first_batch(self) -> Any:
        return jax.tree.map(lambda a: a[0], self.batches)

    def step(self, state: Any, batch: Any) -> Any:
        return self.model.train_step(state, batch)[1]

    def ways(self) -> dict[str, Callable[[int], Any]]:
        """Name -> a function that trains for a number of steps and gives back the state."""
        rewritten = rewrite(self.traced, jax.default_backend())
        ways = {"stock": self.python_loop(), "loop": self.program_loop(self.traced)}
        return (
            ways if rewritten is self.traced else ways | {"rewritten": self.program_loop(rewritten)}
        )

    def python_loop(self) -> Callable[[int], Any]:
        step = jax.jit(self.model.train_step, donate_argnums=0)
        batches = [jax.tree.map(lambda a, i=i: a[i], self.batches) for i in range(BATCHES)]

        def run(steps: int) -> Any:
            state = jax.tree.map(jnp.copy, self.start)
            for i in range(steps):
                _, state = step(state, batches[i % BATCHES])
            return jax.block_until_ready(state)

        return run

    def program_loop(self, jaxpr: Any) -> Callable[[int], Any]:
        @jax.jit
        def loop(state: Any, batches: Any, steps: Any) -> Any:
            def body(i: Any, state: Any) -> Any:
                batch = jax.tree.map(lambda a: a[i % BATCHES], batches)
                after = jaxpr_as_fun(jaxpr)(*jax.tree.leaves((state, batch)))
                return jax.tree.unflatten(self.tree, after)

            return lax.fori_loop(0, steps, body, state)

        return lambda steps: jax.block_until_ready(loop(self.start, self.batches, steps))


def compiled(layers: list[Any], shape: tuple[int, ...], dtype: Any, batch: Any) -> Any:
    """A model with its variables and its optimizer's, the same at every call."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape, dtype=str(dtype)), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"], jit_compile=True)
    model.train_on_batch(*batch)
    return model


def variables(model: Any) -> tuple[Any, ...]:
    """The variables in the four groups of Keras's pure `train_step`."""
    own = model.trainable_variables, model.non_trainable_variables
    return *own, model.optimizer.variables, model.metrics_variables


def difference(ours: Any, stock: Any) -> float:
    """The largest absolute difference of two states; 0.0 means the same bits."""
    pairs = zip(jax.tree.leaves(ours), jax.tree.leaves(stock), strict=True)
    gaps = [np.abs(np.subtract(a, b, dtype=np.float64)) for a, b in pairs if a.size]
    return float(max(gap.max() for gap in gaps))


def timed(run: Callable[[int], Any], steps: int) -> tuple[float, float]:
    """Milliseconds a step, by the clock and of CPU time."""
    clock, cpu = time.perf_counter(), time.process_time()
    run(steps)
    return 1e3 * (time.perf_counter() - clock) / steps, 1e3 * (time.process_time() - cpu) / steps


def enough(run: Callable[[int], Any], seconds: float) -> int:
    """So many steps that they take about `seconds`."""
    steps = 4
    while timed(run, steps)[0] * steps < 500 * seconds and steps < 8000:
        steps *= 2
    return steps


def turns(ways: dict[str, Callable[[int], Any]], rounds: int, seconds: float) -> Iterator[Any]:
    """The times of each way, `rounds` times in turns."""
    steps = {name: enough(run, seconds) for name, run in ways.items()}
    for _ in range(rounds):
        yield {name: timed(run, steps[name]) for name, run in ways.items()}


def measure(family: Family, rounds: int, seconds: float) -> dict[str, Any]:
    """One row of the table."""
    layers, shape, batch = family
    steps = Steps(layers(), shape, batch)
    ways = steps.ways()
    first = {name: timed(run, 1)[0] / 1e3 for name, run in ways.items()}
    ended = {name: run(5) for name, run in ways.items()}
    rows = list(turns(ways, rounds, seconds))
    ours = "rewritten" if "rewritten" in ways else "loop"

    def median(kind: int) -> dict[str, float]:
        return {n: round(statistics.median(row[n][kind] for row in rows), 4) for n in ways}

    def ratio(kind: int) -> float:
        return round(statistics.median(row[ours][kind] / row["stock"][kind] for row in rows), 3)

    return {
        "ms_a_step": median(0),
        "cpu_ms_a_step": median(1),
        "first_call_s": {name: round(s, 2) for name, s in first.items()},
        "difference_from_stock": {
            name: difference(ended[name], ended["stock"]) for name in ways if name != "stock"
        },
        "ours_over_stock": {"clock": ratio(0), "cpu": ratio(1)},
        "loses_in_loop": loses_in_loop(steps.traced, jax.default_backend()),
    }


def main() -> None:
    """Measure, print a line a family, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="families, separated by commas")
    parser.add_argument("--out", type=Path, help="where to write the JSON")
    parser.add_argument("--rounds", type=int, default=11, help="turns that each way has")
    parser.add_argument("--seconds", type=float, default=0.2, help="that a turn takes")
    args = parser.parse_args()
    known, rows = families(), {}
    for name in args.only.split(",") if args.only else known:
        rows[name] = row = measure(known[name], args.rounds, args.seconds)
        print(f"{name:28}", row["ms_a_step"], row["difference_from_stock"], row["ours_over_stock"])
        if args.out:
            args.out.write_text(json.dumps(about() | {"families": rows}, indent=1) + "\n")


def about() -> dict[str, Any]:
    """What the numbers were measured on, and how busy it was with other work."""
    versions = {"jax": jax.__version__, "keras": keras.__version__}
    load = round(os.getloadavg()[1], 1)
    return {"machine": machine() | {"load": load}, "versions": versions}


if __name__ == "__main__":
    main()
