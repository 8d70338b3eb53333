"""OF203: the arguments of Keras 2 and `tf.keras` 2."""

from __future__ import annotations

import keras

from onefit.scripts.eras.call import UNKNOWN, Call, Translate
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.rule import Rule, Translated, dropped, renamed
from onefit.scripts.eras.rules.dilations import by_kinds


def length(call: Call) -> None:
    """`Embedding(10, 3, input_length=5)` said what its inputs are."""
    given = call.take("input_length") if call.has("input_length") else None
    if given is not None:
        call.note("input_length is part of Input")
    # A layer that is called at once takes its shape from what it is called with.
    if call.is_applied():
        return
    # `Embedding.__init__` of Keras 1 and 2 told a shape even without a length: `(None,)`.
    if not call.has("input_shape") and not call.has("batch_input_shape"):
        many = isinstance(given, list | tuple)
        call.give("input_shape", call.express("tuple({})" if many else "({},)", given))


def fraction(call: Call) -> None:
    """`LeakyReLU(alpha=0.3)` has the name of what it is."""
    if call.has("alpha"):
        call.give("negative_slope", call.take("alpha"))
        call.note("alpha is called negative_slope")


def regularization(call: Call) -> None:
    """`l2(l=0.01)` has one name, `l1_l2` had both as a default."""
    if call.has("l"):
        # `keras.regularizers.L2` has it as `l2`, `L1` as `l1`.
        call.give(call.target[-2:].lower(), call.take("l"))


def one_axis(call: Call) -> None:
    """`axis=[3]` of a normalization is one axis."""
    axis = call.literal("axis")
    if isinstance(axis, list | tuple) and len(axis) == 1:
        call.give("axis", call.express("{}[0]", call.take("axis")))


_SIZES = (
    *("units", "filters", "input_dim", "output_dim", "kernel_size", "pool_size", "size", "n"),
    *("num_heads", "key_dim", "value_dim"),
)


def plain_numbers(call: Call) -> None:
    """NumPy's numbers are Python's: `Dense(np.max(y) + 1)`."""
    # Layers of Keras 3 look for an `int`, which NumPy's whole numbers are not.
    for name in _SIZES:
        if call.is_numpy(name):
            call.give(name, call.express("int({})", call.take(name)))
            call.note(f"{name} is a number of Python's")
    if call.is_numpy("rate"):
        call.give("rate", call.express("float({})", call.take("rate")))


def both_regularized(call: Call) -> None:
    """`l1_l2()` meant 0.01 of each, `L1L2()` nothing, as today."""
    if not call.target.endswith(".l1_l2"):
        return
    for name in ("l1", "l2"):
        if not call.has(name):
            call.give(name, 0.01)
            call.note(f"l1_l2's {name} is 0.01 as it was then")


def single_batch_shape(call: Call) -> None:
    """`InputLayer(input_shape=...)` is called as `Input` is."""
    renamed(("input_shape", "shape"), ("batch_input_shape", "batch_shape"))(call)
    if call.literal("batch_shape") is not None and call.has("shape"):
        call.take("shape")  # it is told twice


def states(call: Call) -> None:
    """`stateful=True` is a class of its own in a source: Keras 3 on JAX forgets the states."""
    is_told = call.has("stateful") and call.literal("stateful") is not False
    if is_told and getattr(call, "subject", None) is None:
        call.write("variables", "recurrent_states:carried", "stateful")
        call.note("states go on from batch to batch, in a class of its own")


def mask_of_steps(call: Call) -> None:
    """`TimeDistributed` masked what its layer masks; Keras 3 drops that without a word."""
    inside = call.called("layer")
    is_other = hasattr(keras.layers, inside) and inside not in ("Embedding", "Masking")
    if not is_other and (call.mentions("mask_zero=") or call.mentions("Masking()")):
        raise ValueError(
            "where the layer inside TimeDistributed makes a mask, as Embedding and Masking do, "
            "Keras 3 drops it; give mask= to the layer behind it"
        )


def penalty_of_steps(call: Call) -> None:
    """The `activity_regularizer` of the layer in a `TimeDistributed` counts nothing in Keras 3."""
    is_source = getattr(call, "subject", None) is None
    if is_source and call.mentions("activity_regularizer="):
        raise ValueError(
            "the activity_regularizer= of the layer inside TimeDistributed counts nothing in Keras "
            "3: give it to the TimeDistributed, whose penalty is a mean over the rows of a batch"
        )


_WITH_AVERAGES = ("BatchNormalization", "load_model", "model_from_json")


def steps_at_once(call: Call) -> None:
    """A normalization in a `TimeDistributed` took the steps of all rows as one batch."""
    inside = call.called("layer")
    is_other = hasattr(keras.layers, inside) and inside != "BatchNormalization"
    if is_other or not _may_have_averages(call):
        return
    if any(map(call.mentions, ("batch_input_shape=", "batch_shape="))) and call.era.name != "tf2":
        raise ValueError(
            "where the size of a batch was told, TimeDistributed did not move the averages of a "
            "normalization inside; Keras 3 moves them"
        )
    call.write("call", "distributed_steps:at_once")
    if call.era.name == "keras1":
        call.write("call", "distributed_steps:standing_still")
    if call.era.name == "tf2":
        call.write("call", "distributed_steps:moving_twice")
    call.note("TimeDistributed takes the steps of all rows as one batch, as it did then")


def _may_have_averages(call: Call) -> bool:
    # `keras.applications` is imported when it is looked into, which takes a while: so last.
    return any(map(call.mentions, _WITH_AVERAGES)) or any(
        map(call.mentions, dir(keras.applications))
    )


def of_tensor(call: Call) -> None:
    """`Input(tensor=x)` is as large as the tensor, which need not be told twice."""
    if not call.has("tensor"):
        return
    tensor = call.literal("tensor")
    if tensor is None:
        call.take("tensor")
        return
    if tensor is not UNKNOWN and not hasattr(tensor, "_keras_history"):
        raise refused(
            NotImplementedError,
            "OF204",
            "a tensor of the graph for Input(tensor=)",
            f"a value of type {type(tensor).__name__}",
            "Write Input(shape=...), and give the data to fit or predict.",
        )
    for name in ("shape", "batch_shape", "dtype"):
        if call.has(name):
            call.take(name)
    # Taken and given back: an expression of a source, which is to stand in two places, is had by
    # `take` only.
    value = call.take("tensor")
    call.give("tensor", value)
    call.give("batch_shape", call.express("tuple({}.shape)", value))


def whole_shape(call: Call) -> None:
    """`Input(3)` and `Dense(3, input_shape=3)` meant a shape of one length."""
    for name in ("shape", "input_shape"):
        if isinstance(call.literal(name), int):
            call.give(name, call.express("({},)", call.take(name)))
            call.note(f"{name} is a tuple")
        elif call.is_bracketed(name):  # `shape=(size)`, which holds a number or a shape
            size = call.take(name)
            call.give(name, call.express("({0},) if isinstance({0}, int) else {0}", size))
            call.note(f"{name} is a tuple where it is one length")


def without_distribution(call: Call) -> None:
    """`Loss(reduction="auto")` is the sum over the batch, divided by its size."""
    if call.literal("reduction") == "auto":
        call.take("reduction")
        call.note("reduction='auto' is called sum_over_batch_size")


def named_distribution(call: Call) -> None:
    """`VarianceScaling(distribution="normal")` drew from a truncated one."""
    if call.literal("distribution") == "normal":
        call.give("distribution", "truncated_normal")
        call.note("distribution 'normal' is called truncated_normal")


_CONSTRAINTS = {"maxnorm": "max_norm", "nonneg": "non_neg", "unitnorm": "unit_norm"}
_CONSTRAINED = ("kernel", "bias", "recurrent", "embeddings", "depthwise", "pointwise", "alpha")


def constraint(call: Call) -> None:
    """`kernel_constraint="maxnorm"` is `"max_norm"`."""
    for name in (
        *(f"{part}_constraint" for part in (*_CONSTRAINED, "beta", "gamma")),
        "identifier",
    ):
        word = call.literal(name)
        if isinstance(word, str) and word in _CONSTRAINTS:
            call.give(name, _CONSTRAINTS[word])
            call.note(f"constraint {word!r} is called {_CONSTRAINTS[word]}")


_PENALIZED = (*_CONSTRAINED, "activity")


def penalties(call: Call) -> None:
    """`kernel_regularizer="l1_l2"` meant 0.01 of each; Keras 3 has no such word."""
    for name in (*(f"{part}_regularizer" for part in _PENALIZED), "identifier"):
        word = call.literal(name)
        if isinstance(word, str) and word.startswith("activity_"):  # Keras 1's
            call.give(name, word.removeprefix("activity_"))
        if call.literal(name) in ("l1_l2", "l1l2"):
            call.give(name, call.make("keras.regularizers.L1L2", 0.01, 0.01))
            call.note("regularizer 'l1_l2' is 0.01 of each")


_WORDS = {"binary": "multi_hot", "tf-idf": "tf_idf"}


def output_mode(call: Call) -> None:
    """`output_mode="binary"` is `"multi_hot"`."""
    mode = call.literal("output_mode")
    if isinstance(mode, str) and mode in _WORDS:
        call.give("output_mode", _WORDS[mode])
        call.note(f"output_mode {mode!r} is called {_WORDS[mode]}")


def whole_number(call: Call) -> None:
    """`Dense(units)` took NumPy's numbers, and those with a fraction of nothing."""
    if call.is_numpy("units") or isinstance(call.literal("units"), float):
        call.give("units", call.express("int({})", call.take("units")))
        call.note("units is a whole number of Python's")


def only_without(name: str, expected: str, do: str) -> Translate:
    """An argument that changed what a layer computes, and has no counterpart in Keras 3.

    Args:
        name: The argument; `None` and `False` are left out.
        expected: What Keras 3 can do.
        do: What to write instead, as a sentence.
    """

    def translate(call: Call) -> None:
        value = call.literal(name) if call.has(name) else None
        if value is UNKNOWN:
            return
        if value is not None and value is not False:
            raise refused(TypeError, "OF203", expected, f"{name}={value!r}", do)
        if call.has(name):
            call.take(name)

    return translate


_NORMALIZING = "Leave it out, or write the normalization as a layer with keras.ops."
_SEPARABLE = ("SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D")
_NO_KERNEL = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
_LOOKUPS = ("StringLookup", "IntegerLookup", "TextVectorization")
_RECURRENT = ("keras.layers.LSTM", "keras.layers.GRU", "keras.layers.SimpleRNN", "keras.layers.RNN")
_CELLS = ("keras.layers.LSTMCell", "keras.layers.GRUCell")
RULES: tuple[Rule, ...] = (
    Translated(("keras.layers.Dense",), whole_number),
    Translated(("keras.layers.CategoryEncoding",), renamed(("max_tokens", "num_tokens"))),
    Translated(("keras.layers.Discretization",), renamed(("bins", "bin_boundaries"))),
    Translated(
        ("keras.layers.IntegerLookup",),
        renamed(
            ("max_values", "max_tokens"), ("mask_value", "mask_token"), ("oov_value", "oov_token")
        ),
    ),
    Translated(
        tuple(f"keras.layers.{name}" for name in (*_LOOKUPS, "CategoryEncoding")), output_mode
    ),
    Translated(
        tuple(f"keras.layers.{name}.set_vocabulary" for name in _LOOKUPS),
        renamed(("vocab", "vocabulary"), ("df_data", "idf_weights")),
    ),
    *(
        Translated((f"keras.layers.{name}.adapt",), dropped("reset_state", "batch_size", "steps"))
        for name in ("Normalization", "IntegerLookup", "StringLookup", "Discretization")
    ),
    Translated(("keras.layers.TextVectorization.adapt",), dropped("reset_state")),
    Translated(("keras.layers.DepthwiseConv2D",), by_kinds, eras=BOTH_OLD),
    # they took what Conv2D takes, and have no weight of that name
    Translated(tuple(f"keras.layers.{name}" for name in _SEPARABLE), dropped(*_NO_KERNEL)),
    Translated(("keras.layers.*",), plain_numbers),
    Translated(("keras.layers.*", "keras.constraints.get"), constraint, eras=BOTH_OLD),
    Translated(("keras.layers.*", "keras.regularizers.get"), penalties),
    Translated(("keras.layers.BatchNormalization",), one_axis),
    Translated(_RECURRENT, dropped("implementation", "input_length")),
    Translated(
        _RECURRENT,
        only_without(
            "time_major",
            "inputs of the axes batch, time, features",
            "Leave it out, and exchange the first two axes of the inputs, and of what the layer "
            "gives with return_sequences=True, by keras.ops.swapaxes.",
        ),
    ),
    Translated(_RECURRENT, states, "OF206"),
    Translated(_CELLS, dropped("implementation")),
    Translated(("keras.layers.TimeDistributed",), mask_of_steps, "OF206"),
    Translated(("keras.layers.TimeDistributed",), penalty_of_steps, "OF206"),
    Translated(("keras.layers.TimeDistributed",), steps_at_once, "OF206"),
    Translated(("keras.layers.Embedding",), dropped("sparse")),
    Translated(("keras.layers.Embedding",), length),
    Translated(("keras.layers.LeakyReLU",), fraction),
    Translated(("keras.regularizers.L1", "keras.regularizers.L2"), regularization),
    Translated(("keras.regularizers.l1_l2",), both_regularized, "OF205"),
    Translated(("keras.layers.InputLayer",), single_batch_shape),
    Translated(("keras.layers.InputLayer",), dropped("input_tensor", "type_spec", "ragged")),
    Translated(("keras.layers.Input", "keras.Input"), of_tensor),
    Translated(("keras.layers.Input", "keras.Input"), dropped("type_spec")),
    Translated(("keras.layers.Input", "keras.Input"), whole_shape),
    Translated(("keras.layers.InputLayer", "keras.layers.Layer"), whole_shape),
    Translated(("keras.layers.Layer",), dropped("input_dtype", "dynamic", "input_length")),
    Translated(("keras.losses.*",), without_distribution),
    Translated(("keras.initializers.VarianceScaling",), named_distribution, eras=BOTH_OLD),
    Translated(("keras.optimizers.*",), dropped("jit_compile")),
    Translated(("keras.layers.dot", "keras.layers.Dot"), renamed(("dot_axes", "axes"))),
    *(
        Translated(
            ("keras.layers.BatchNormalization",),
            only_without(name, "BatchNormalization by the whole batch", _NORMALIZING),
        )
        for name in ("virtual_batch_size", "renorm", "adjustment")
    ),
    # The latter two meant nothing without `renorm`.
    Translated(
        ("keras.layers.BatchNormalization",), dropped("fused", "renorm_clipping", "renorm_momentum")
    ),
)
