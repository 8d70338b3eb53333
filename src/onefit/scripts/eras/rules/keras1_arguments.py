"""OF203: the arguments of Keras 1, which Keras 2 took until 2.2 with a warning.

The pairs are those of Keras 2.2.4's own converter, `keras/legacy/interfaces.py`.
"""

from __future__ import annotations

from onefit.scripts.eras.call import UNKNOWN, Call, Translate
from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.refusal import refused
from onefit.scripts.eras.rule import Rule, Translated, defaults, renamed

_MODES = {1: "normalization:of_samples", 2: "normalization:of_every_batch"}
_KERNEL = (
    ("init", "kernel_initializer"),
    ("W_regularizer", "kernel_regularizer"),
    ("b_regularizer", "bias_regularizer"),
    ("W_constraint", "kernel_constraint"),
    ("b_constraint", "bias_constraint"),
    ("bias", "use_bias"),
)
_CONVOLUTION = (
    ("nb_filter", "filters"),
    ("subsample", "strides"),
    ("border_mode", "padding"),
    ("atrous_rate", "dilation_rate"),
    *_KERNEL,
)
_RECURRENT = (
    ("output_dim", "units"),
    ("inner_init", "recurrent_initializer"),
    ("inner_activation", "recurrent_activation"),
    ("U_regularizer", "recurrent_regularizer"),
    ("dropout_W", "dropout"),
    ("dropout_U", "recurrent_dropout"),
    *_KERNEL,
)
_ORDERS = {"tf": "channels_last", "th": "channels_first", "default": None}


def _layers(names: str) -> tuple[str, ...]:
    return tuple(f"keras.layers.{name}" for name in names.split())


def data_format(call: Call) -> None:
    """`dim_ordering="th"` is `data_format="channels_first"`."""
    if call.has("dim_ordering"):
        order = call.literal("dim_ordering")
        if order is UNKNOWN:
            return
        call.take("dim_ordering")
        call.give("data_format", _ORDERS.get(order, order))
        call.note("dim_ordering is called data_format")


def kernel_size(*names: str) -> Translate:
    """Rows and columns are one size: `nb_row=3, nb_col=2` is `kernel_size=(3, 2)`."""

    def translate(call: Call) -> None:
        if not call.has(names[0]) or call.has("kernel_size"):
            return
        is_whole = isinstance(call.literal(names[0]), list | tuple)
        if all(call.has(name) for name in names) and not is_whole:
            template = f"({', '.join('{}' for _ in names)})"
            size = call.express(template, *(call.take(name) for name in names))
            call.note(f"{', '.join(names)} are called kernel_size")
        else:  # Keras 2's own order: the second argument is the size
            size = call.take(names[0])
            if len(names) > 1 and call.has(names[1]):
                call.give("strides", call.take(names[1]))
        call.give("kernel_size", size)

    return translate


def length_and_dim(call: Call) -> None:
    """`input_length=5, input_dim=3` is `input_shape=(5, 3)`."""
    if call.has("input_dim") and call.literal("input_dim") is None:
        call.take("input_dim")  # as a config of the time has it
    if call.has("input_dim") and not call.has("input_shape"):
        length = call.take("input_length") if call.has("input_length") else None
        call.give("input_shape", call.express("({}, {})", length, call.take("input_dim")))
        call.note("input_dim is called input_shape")
    elif call.has("input_length"):
        call.take("input_length")


def both_kernels(call: Call) -> None:
    """`SeparableConvolution2D(init=...)` was of both kernels."""
    if call.has("init"):
        call.give("depthwise_initializer", call.literal("init"))
        call.give("pointwise_initializer", call.take("init"))
        call.note("init is called depthwise_initializer and pointwise_initializer")


def forget_bias(call: Call) -> None:
    """`forget_bias_init="one"` is `unit_forget_bias=True`, and the default."""
    if call.has("forget_bias_init"):
        value = call.literal("forget_bias_init")
        if value is UNKNOWN:
            return
        one = value in ("one", "ones")
        call.take("forget_bias_init")
        call.give("unit_forget_bias", one)
        call.note("forget_bias_init is called unit_forget_bias")


def without_mode(call: Call) -> None:
    """`BatchNormalization(mode=0)` is the one that is left; Keras 1 had two others."""
    mode = call.literal("mode")
    is_of_keras1 = call.era.name == "keras1"
    # Under `onefit run` the layer itself takes Keras 1's modes: `normalization.with_mode`.
    if not call.has("mode") or mode is UNKNOWN or (is_of_keras1 and hasattr(call, "subject")):
        return
    call.take("mode")
    if mode in _MODES and is_of_keras1:
        call.write("call", _MODES[mode])
    elif mode != 0:
        kept = "BatchNormalization(mode=0), the one that Keras 2 and 3 have"
        raise refused(TypeError, "OF203", kept, f"mode={mode}", "Write the layer with keras.ops.")
    call.note("mode= means nothing any more")


def without_dropout(call: Call) -> None:
    """`Embedding(dropout=0.2)` had no effect from Keras 2 on."""
    if call.has("dropout"):
        call.take("dropout")
        call.note("Embedding's dropout= means nothing any more")


def padding_of_sides(call: Call) -> None:
    """`padding={"top_pad": 1}` names four sides that are two pairs today."""
    padding = call.literal("padding")
    if isinstance(padding, tuple | list) and len(padding) == 4:
        call.give("padding", call.express("({0}[:2], {0}[2:])", call.take("padding")))
        call.note("padding is two pairs")
    if isinstance(padding, dict):
        sides = [padding.get(f"{side}_pad", 0) for side in ("top", "bottom", "left", "right")]
        call.give("padding", ((sides[0], sides[1]), (sides[2], sides[3])))
        call.note("padding names no sides any more")


def padding_of_ends(call: Call) -> None:
    """`padding={"left_pad": 1}` names two ends that are a pair today."""
    padding = call.literal("padding")
    if isinstance(padding, dict):
        call.give("padding", (padding.get("left_pad", 0), padding.get("right_pad", 0)))
        call.note("padding names no ends any more")


def size_of_output(call: Call) -> None:
    """`Deconvolution2D(output_shape=...)` is what its strides and padding give."""
    if call.has("output_shape"):
        call.take("output_shape")
        call.note("output_shape= follows from strides and padding")


def implementation(call: Call) -> None:
    """`consume_less="gpu"` chose between ways that gave the same numbers."""
    if not call.has("consume_less"):
        return
    way = call.literal("consume_less")
    # A `SimpleRNN` of Keras 1 had masks for its inputs in the first of the three ways alone.
    is_other = call.era.name == "keras1" and call.target.endswith("SimpleRNN") and way != "cpu"
    if is_other and call.has("dropout"):
        if way is UNKNOWN:
            return
        call.take("dropout")
        call.note(f"dropout_W means nothing with consume_less={way!r}, as then")
    call.take("consume_less")
    call.note("consume_less= means nothing any more")


def _rule(names: str, *translations: Translate) -> tuple[Translated, ...]:
    return tuple(Translated(_layers(names), one, eras=BOTH_OLD) for one in translations)


_POOLING2 = "MaxPooling2D AveragePooling2D MaxPooling3D AveragePooling3D"
_CONVOLUTIONS2 = "Conv2D SeparableConv2D Conv2DTranspose ConvLSTM2D"
RULES: tuple[Rule, ...] = (
    *_rule("Dense", renamed(("output_dim", "units"), *_KERNEL)),
    *_rule("Dropout GaussianDropout SpatialDropout1D", renamed(("p", "rate"))),
    *_rule("SpatialDropout2D SpatialDropout3D", renamed(("p", "rate"))),
    *_rule("GaussianNoise", renamed(("sigma", "stddev"))),
    *_rule("PReLU", renamed(("init", "alpha_initializer"))),
    *_rule(
        "Embedding",
        renamed(
            ("init", "embeddings_initializer"),
            ("W_regularizer", "embeddings_regularizer"),
            ("W_constraint", "embeddings_constraint"),
        ),
    ),
    # In Keras 1 it leaves out words: `stand_ins/word_dropout.py`.
    Translated(_layers("Embedding"), without_dropout, eras=frozenset({"keras2"})),
    *_rule(
        "MaxPooling1D AveragePooling1D",
        renamed(("pool_length", "pool_size"), ("stride", "strides"), ("border_mode", "padding")),
    ),
    *_rule(_POOLING2, renamed(("border_mode", "padding")), data_format),
    *_rule("GlobalMaxPooling2D GlobalAveragePooling2D", data_format),
    *_rule("GlobalMaxPooling3D GlobalAveragePooling3D", data_format),
    *_rule("UpSampling1D", renamed(("length", "size"))),
    *_rule("UpSampling2D UpSampling3D Cropping2D Cropping3D ZeroPadding3D", data_format),
    *_rule("ZeroPadding2D", data_format, padding_of_sides),
    *_rule("SpatialDropout2D SpatialDropout3D", data_format),
    *_rule(
        "Conv1D",
        renamed(("filter_length", "kernel_size"), ("subsample_length", "strides"), *_CONVOLUTION),
        length_and_dim,
    ),
    # Before the next rule gives `init` the name of a kernel that this layer has not.
    *_rule("SeparableConv2D", both_kernels),
    *_rule(
        _CONVOLUTIONS2,
        # `ConvLSTM2D` is one of these, so they have the arguments of recurrent layers, too.
        renamed(*_CONVOLUTION, *_RECURRENT[1:6]),
        data_format,
        kernel_size("nb_row", "nb_col"),
    ),
    *_rule("Conv2DTranspose", size_of_output),
    *_rule("ZeroPadding1D", padding_of_ends),
    *_rule("ConvLSTM2D", forget_bias),
    *_rule("Conv3D", renamed(*_CONVOLUTION), data_format),
    *_rule("Conv3D", kernel_size("kernel_dim1", "kernel_dim2", "kernel_dim3")),
    *_rule("LSTM GRU SimpleRNN", renamed(*_RECURRENT), length_and_dim, forget_bias, implementation),
    *_rule(
        "BatchNormalization",
        renamed(("beta_init", "beta_initializer"), ("gamma_init", "gamma_initializer")),
        without_mode,
    ),
    Translated(("keras.constraints.MaxNorm",), renamed(("m", "max_value")), eras=BOTH_OLD),
    Translated(
        ("keras.constraints.MinMaxNorm",),
        renamed(("low", "min_value"), ("high", "max_value")),
        eras=BOTH_OLD,
    ),
    Translated(("keras.layers.InputLayer",), renamed(("input_dtype", "dtype")), eras=BOTH_OLD),
    Translated(
        ("keras.layers.Input", "keras.Input"), renamed(("input_dtype", "dtype")), eras=BOTH_OLD
    ),
    Translated(
        ("keras.src.models.functional.Functional",),
        renamed(("input", "inputs"), ("output", "outputs")),
        eras=BOTH_OLD,
    ),
    Translated(("keras.Model.fit",), renamed(("nb_epoch", "epochs")), eras=BOTH_OLD),
    # Keras 1's default of `nb_epoch`; it has been 1 since Keras 2.
    Translated(("keras.Model.fit",), defaults(epochs=10), "OF205", frozenset({"keras1"})),
)
