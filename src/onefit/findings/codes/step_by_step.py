"""OF1xx: why something runs step by step, as stock Keras would run it."""

from __future__ import annotations

from onefit.findings.codes.code import Code

STEP_BY_STEP: dict[str, Code] = {
    "OF101": Code(
        "note",
        "the model asks to run eagerly",
        "compile the model without run_eagerly=True",
        "With `run_eagerly=True` Keras runs each operation of a step from Python, which is meant "
        "for debugging. A script that asks for this gets it.",
    ),
    "OF102": Code(
        "note",
        "the model asks not to be compiled by XLA",
        "compile the model without jit_compile=False",
        "With `jit_compile=False` Keras runs each operation of a step by itself. XLA fuses "
        "operations, and the results can then differ in the last bit, so onefit does not overrule"
        " the setting.",
    ),
    "OF103": Code(
        "note",
        "a callback wants to be called at every step",
        "move what it does from the batch hooks to `on_epoch_end`, or accept the speed of Keras",
        "A callback that overrides `on_train_batch_begin`, `on_train_batch_end` or a similar hook"
        " runs Python at every step, and may read or change the weights there. Callbacks that "
        "only have hooks for epochs, training and tests do not cause this: they are called "
        "between epochs. `TerminateOnNaN` is part of the program.",
    ),
    "OF104": Code(
        "note",
        "a layer says that XLA cannot compile it",
        "replace the layer, or set `supports_jit = True` on it if JAX can trace it",
        "A layer of Keras can declare `supports_jit = False`. Keras runs a model with such a "
        "layer eagerly.",
    ),
    "OF105": Code(
        "note",
        "a keras.distribution is in force",
        "call `keras.distribution.set_distribution(None)` before the fit",
        "Under a distribution Keras divides data and variables among devices at each step. onefit"
        " cannot put this into a program yet.",
    ),
    "OF106": Code(
        "note",
        "Keras runs on Flax NNX variables",
        "do not set KERAS_NNX_ENABLED",
        "With NNX, variables have state of their own that a program cannot hold.",
    ),
    "OF107": Code(
        "note",
        "the model replaces a part of Keras's training loop",
        "override `train_step`, `test_step` or `compute_loss` instead, which become part of the "
        "program",
        "A model whose class overrides `make_train_function`, `evaluate` or the like, or whose "
        "`train_function` was set, decides by itself how its steps are run. A program would "
        "bypass that. A `train_step(self, data)` with a tape, of a script without TensorFlow, is "
        "part of the program where its data are arrays or a dataset of them; where it is not, the "
        "finding says why: batches of a stream, numbers of 64 bits, new variables at each call.",
    ),
    "OF108": Code(
        "note",
        "the data is sparse, ragged or not of numbers",
        "convert the data to dense arrays of numbers first",
        "A program has fixed shapes, and sparse batches have another shape at every step. (Sparse"
        " batches that a generator yields are trained on: there is a program for each number of "
        "entries, as there is a step for each in Keras.) Arrays of strings or objects cannot be "
        "put on a device; Keras decides what it makes of them.",
    ),
    "OF109": Code(
        "note",
        "a step gives back a state of another shape or dtype",
        "make `train_step` return the state with the shapes and dtypes that it was given",
        "The body of a loop has to return what it takes. Keras itself would trace such a step "
        "anew each time.",
    ),
    "OF110": Code(
        "note",
        "an operation of the model is slower inside a program than outside",
        "nothing; step by step is the faster way here",
        "On a CPU, XLA has some fast kernels that it only uses outside of loops. onefit rewrites "
        "convolutions so that they keep these kernels. For the few operations for which this is "
        "not possible, running step by step is faster, and onefit chooses it.",
    ),
    "OF112": Code(
        "note",
        "there is nothing to train on",
        "give at least one row",
        "What happens with empty data is decided by Keras.",
    ),
    "OF114": Code(
        "note",
        "JAX is asked to look at every operation",
        "turn jax_disable_jit, jax_debug_nans and jax_debug_infs off once the fault is found",
        "With these switches JAX runs operations one by one, or repeats a step to find the first "
        "operation that gives no number. This works with the steps of Keras, and not inside a "
        "program.",
    ),
    "OF115": Code(
        "note",
        "an error was raised while the program was put together",
        "correct what the error says; if stock Keras does not raise it, report it to onefit",
        "Stock Keras then runs the call. A mistake in the script raises Keras's error, at the "
        "moment at which Keras raises it. If Keras trains without an error, the fault is in "
        "onefit, and a report with the evidence is welcome.",
    ),
    "OF116": Code(
        "note",
        "a function of a dataset is called for each element",
        "write it with operations of TensorFlow's alone; move what is Python's before the dataset",
        "A function in `map`, `filter` and the like is traced once and runs compiled. This one "
        "takes numbers, but could not be traced: it asks a tensor for its value, makes random "
        "numbers, or returns from within a loop. It is called with the values of each element "
        "instead, which gives the same elements, slowly.",
    ),
    "OF190": Code(
        "warning",
        "a part of onefit failed, and stock Keras ran in its place",
        "report it, with the output of `onefit show --json` and, if you can, the script",
        "onefit uses names inside Keras and JAX that change between versions, and it may have "
        "faults of its own. What it cannot do is done by stock Keras, with the same numbers and "
        "at the speed of Keras. With `--strict` it is an error.",
    ),
}
