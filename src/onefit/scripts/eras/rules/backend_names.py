"""OF210: `keras.backend`, the functions that scripts call `K`, on JAX arrays."""

from __future__ import annotations

from onefit.scripts.eras.call import UNKNOWN, Call, Translate
from onefit.scripts.eras.deferred import Deferred
from onefit.scripts.eras.era import BOTH_OLD, OLD
from onefit.scripts.eras.rule import WRITTEN, Gone, Meaning, Rule, renamed
from onefit.scripts.eras.stand_ins import backend_modules
from onefit.scripts.eras.stand_ins.backend_name import old_backend

_OF_JAX = """
abs all any arange argmax argmin batch_dot batch_flatten batch_get_value batch_normalization
batch_set_value bias_add binary_crossentropy binary_focal_crossentropy cast cast_to_floatx
categorical_crossentropy categorical_focal_crossentropy clip concatenate constant conv1d conv2d
conv2d_transpose conv3d cos count_params ctc_batch_cost ctc_decode ctc_label_dense_to_sparse cumprod
cumsum depthwise_conv2d dot dropout dtype elu equal eval exp expand_dims eye flatten foldl foldr
gather get_value gradients greater greater_equal hard_sigmoid in_top_k int_shape is_sparse
l2_normalize less less_equal log map_fn max maximum mean min minimum moving_average_update
name_scope ndim not_equal one_hot ones ones_like permute_dimensions pool2d pool3d pow prod
random_bernoulli random_normal random_normal_variable random_uniform random_uniform_variable relu
repeat repeat_elements reset_uids reshape resize_images resize_volumes reverse rnn round
separable_conv2d set_value shape sigmoid sign sin softmax softplus softsign
sparse_categorical_crossentropy spatial_2d_padding spatial_3d_padding sqrt square squeeze stack std
stop_gradient sum switch tanh temporal_padding tile to_dense transpose truncated_normal update
update_add update_sub var variable zeros zeros_like
"""
_OF_ITS_TIME = """
_get_available_gpus
function get_session get_variable_shape identity in_test_phase in_train_phase is_placeholder
is_tensor learning_phase learning_phase_scope local_conv1d local_conv2d logsumexp
manual_variable_initialization normalize_batch_in_training normalize_data_format placeholder
print_tensor random_binomial set_learning_phase set_session slice symbolic_learning_phase
"""
DRAWING = ("dropout", "random_bernoulli", "random_normal", "random_uniform", "truncated_normal")
"""Functions that draw, whose numbers come from the layer in which they are called."""

_ALSO = "_BACKEND Function conv3d_transpose separable_conv1d"
_OF_KERAS_1 = "image_dim_ordering set_image_dim_ordering"
# Their arguments, or what these meant, were others in Keras 1: there `keras1_backend.py` has them.
_ARGUMENTS_OF_KERAS_1 = """
batch_get_value binary_crossentropy categorical_crossentropy conv1d conv2d conv3d expand_dims
one_hot pool2d pool3d random_binomial random_normal random_uniform resize_images resize_volumes
separable_conv2d sparse_categorical_crossentropy spatial_2d_padding spatial_3d_padding
temporal_padding
asymmetric_spatial_2d_padding asymmetric_temporal_padding atrous_conv2d deconv2d lesser lesser_equal
"""

_SAME = """
all any cast cos cumprod elu equal exp greater greater_equal less less_equal log max
mean min not_equal one_hot prod reshape round shape sigmoid sign sin softmax
softplus softsign square squeeze std stop_gradient sum tanh tile transpose var
"""
"""Functions that `keras.ops` has with the same arguments."""

_ORDERS = {"th": "channels_first", "tf": "channels_last"}


def of_today(call: Call) -> None:
    """Keras 1's arguments of convolutions and pools."""
    renamed(("x", "inputs"), ("border_mode", "padding"), ("filter_dilation", "dilation_rate"))(call)
    for name in ("image_shape", "filter_shape", "volume_shape"):
        if call.has(name):
            call.take(name)
    if call.has("dim_ordering"):
        order = _ORDERS.get(call.literal("dim_ordering"))
        if order is None:
            raise ValueError("its dim_ordering is not told")
        call.take("dim_ordering")
        call.give("data_format", order)


def convolution(name: str) -> Translate:
    """A convolution is `keras.ops.conv`, or one of its kin.

    Args:
        name: Its name in `keras.ops`.
    """

    def translate(call: Call) -> None:
        if call.literal("padding") in ("causal", UNKNOWN):
            raise ValueError("padding='causal' has no counterpart")
        of_today(call)
        if name == "depthwise_conv":
            renamed(("depthwise_kernel", "kernel"))(call)
        call.target = f"keras.ops.{name}"

    return translate


def pool(call: Call) -> None:
    """A pool is `keras.ops.max_pool` or `keras.ops.average_pool`."""
    mode = call.literal("pool_mode") if call.has("pool_mode") else "max"
    if mode not in ("max", "avg"):
        raise ValueError("its pool_mode is not told")
    if call.has("pool_mode"):
        call.take("pool_mode")
    of_today(call)
    # A window was moved by 1; those of `keras.ops` move by their own length.
    if not call.has("strides"):
        call.give("strides", 1)
    call.target = "keras.ops.max_pool" if mode == "max" else "keras.ops.average_pool"


def rectified(call: Call) -> None:
    """`K.relu` is `keras.ops.relu`, which takes no slope, threshold or largest value."""
    is_plain = not any(map(call.has, ("alpha", "max_value", "threshold")))
    call.target = "keras.ops.relu" if is_plain else "backend_definitions:old_relu"


def filled(name: str) -> Translate:
    """`K.zeros(shape)` is an array, where the script does not assign to it.

    Args:
        name: `"zeros"` or `"ones"`.
    """

    def translate(call: Call) -> None:
        if any(call.mentions(one) for one in ("update", "update_add", "update_sub", "set_value")):
            raise ValueError("it made a variable, which the script may assign to")
        if call.has("name"):
            call.take("name")
        call.target = f"keras.ops.{name}"

    return translate


_ORDERING = '("th" if keras.config.image_data_format() == "channels_first" else "tf")'
_CONSTANT = "keras.ops.convert_to_tensor({value}, dtype={dtype=keras.config.floatx()})"
_DEFINED = """
batch_normalization bias_add foldl foldr l2_normalize resize_images
sparse_categorical_crossentropy switch
"""
_WITH_CORNERS = "abs clip maximum minimum sqrt"
"""Functions that have other slopes in Keras 3, where JAX halves the gradient of equal numbers."""

_SOURCES: dict[str, str | Translate] = {
    **{name: f"keras.ops.{name}" for name in _SAME.split()},
    **{name: f"backend_definitions:{name}" for name in _DEFINED.split()},
    **{name: f"backend_definitions:old_{name}" for name in _WITH_CORNERS.split()},
    **{name: convolution("conv") for name in ("conv1d", "conv2d", "conv3d")},
    **{name: convolution("separable_conv") for name in ("separable_conv1d", "separable_conv2d")},
    "depthwise_conv2d": convolution("depthwise_conv"),
    **{name: pool for name in ("pool2d", "pool3d")},
    **{name: filled(name) for name in ("zeros", "ones")},
    **{name: "backend_definitions:padded" for name in ("spatial_2d_padding", "spatial_3d_padding")},
    **{name: f"local_layers:{name}" for name in ("local_conv1d", "local_conv2d")},
    "_get_available_gpus": "[]",
    "arange": 'keras.ops.arange({start}, {stop=None}, {step=1}, dtype={dtype="int32"})',
    "argmax": "keras.ops.argmax({x}, axis={axis=-1})",
    "argmin": "keras.ops.argmin({x}, axis={axis=-1})",
    "batch_flatten": "keras.ops.reshape({x}, (keras.ops.shape({x})[0], -1))",
    "batch_dot": "products:dot_of_rows",
    "binary_crossentropy": "entropies:binary_crossentropy",
    "categorical_crossentropy": "entropies:categorical_crossentropy",
    "hard_sigmoid": "activations:old_hard_sigmoid",
    "cast_to_floatx": "keras.ops.cast({x}, keras.config.floatx())",
    "batch_get_value": "[keras.ops.convert_to_numpy(one) for one in {tensors}]",
    "concatenate": "keras.ops.concatenate({tensors}, axis={axis=-1})",
    "count_params": "int(numpy.prod({x}.shape))",
    "constant": _CONSTANT,
    "cumsum": "keras.ops.cumsum({x}, axis={axis=0})",
    # As `K.dot`, over the last axis and the last but one; `matmul` takes tensors for stacks.
    "dot": "keras.ops.dot({x}, {y})",
    "dtype": "keras.backend.standardize_dtype({x}.dtype)",
    "eye": "keras.ops.eye({size})",
    "eval": "keras.ops.convert_to_numpy({x})",
    "expand_dims": "keras.ops.expand_dims({x}, {axis=-1})",
    "flatten": "keras.ops.reshape({x}, (-1,))",
    "gather": "keras.ops.take({reference}, {indices}, axis=0)",
    "get_variable_shape": "tuple({x}.shape)",
    "get_value": "keras.ops.convert_to_numpy({x})",
    "in_top_k": "keras.ops.in_top_k({targets}, {predictions}, {k})",
    "map_fn": "keras.ops.map({fn}, {elems})",
    "moving_average_update": "{x}.assign_sub(({x} - {value}) * "
    "(1 - keras.ops.cast({momentum}, {x}.dtype)))",
    "temporal_padding": "keras.ops.pad({x}, [(0, 0), tuple({padding=(1, 1)}), (0, 0)])",
    "identity": "keras.ops.multiply({x}, 1)",
    "int_shape": "tuple({x}.shape)",
    "is_tensor": "keras.ops.is_tensor",
    "logsumexp": "keras.ops.logsumexp",
    "ndim": "len({x}.shape)",
    "ones_like": "keras.ops.ones_like({x}, dtype={dtype=None})",
    "permute_dimensions": "keras.ops.transpose({x}, {pattern})",
    "pow": "keras.ops.power({x}, {a})",
    "relu": rectified,
    "repeat": "keras.ops.repeat(keras.ops.expand_dims({x}, 1), {n}, axis=1)",
    "repeat_elements": "keras.ops.repeat({x}, {rep}, axis={axis})",
    "reverse": "keras.ops.flip({x}, axis={axes})",
    "set_value": "{x}.assign({value})",
    "slice": "keras.ops.slice({x}, {start}, {size})",
    "stack": "keras.ops.stack({x}, axis={axis=0})",
    "update_add": "{x}.assign_add({increment})",
    "update_sub": "{x}.assign_sub({decrement})",
    "variable": "keras.Variable({value}, dtype={dtype=keras.config.floatx()})",
    "zeros_like": "keras.ops.zeros_like({x}, dtype={dtype=None})",
    "update": "{x}.assign({new_x})",
    "image_dim_ordering": _ORDERING,
}
"""What to write instead of a function."""


def ordering(call: Call) -> None:
    """`set_image_dim_ordering("th")` is `set_image_data_format("channels_first")`."""
    order = call.literal("dim_ordering")
    if order not in _ORDERS:
        raise ValueError("its argument is not told")
    call.take("dim_ordering")
    call.give("data_format", _ORDERS[order])
    call.target = "keras.config.set_image_data_format"


_SOURCES_OF_KERAS_1: dict[str, str | Translate] = {
    # What `_SOURCES` has for these takes the arguments of Keras 2 alone; its convolutions and pools
    # know those of Keras 1 as well (`of_today`).
    **dict.fromkeys(("resize_images", "spatial_2d_padding", "spatial_3d_padding"), ""),
    **dict.fromkeys(("sparse_categorical_crossentropy", "temporal_padding"), ""),
    "binary_crossentropy": "entropies:old_binary_crossentropy",
    "categorical_crossentropy": "entropies:old_categorical_crossentropy",
    "lesser": "keras.ops.less",
    "lesser_equal": "keras.ops.less_equal",
    "expand_dims": "keras.ops.expand_dims({x}, {axis=-1})",
}
KERAS1 = frozenset({"keras1"})
LATER = OLD - KERAS1


def _rule(name: str, eras: frozenset[str] = OLD) -> Gone:
    source = ordering if name == "set_image_dim_ordering" else _SOURCES.get(name, "")
    within = _CONSTANT if name == "variable" else ""
    return Gone(f"keras.backend.{name}", f"backend:{name}", source, "OF210", eras, within)


_TOLD = 'K.backend() is "tensorflow", the branch of the time'
NAMES = (*_OF_JAX.split(), *_OF_ITS_TIME.split(), *_ALSO.split())
RULES: tuple[Rule, ...] = (
    Meaning(
        "keras.backend.backend",
        lambda _: old_backend,
        _TOLD,
        "OF210",
        source="backend_name:old_backend",
    ),
    *(
        Meaning(
            f"keras.{home}.set_floatx",
            "number_widths:with_its_bits",
            "",
            source=Deferred("number_widths:of_source"),
        )
        for home in ("backend", "config")
    ),
    Gone("keras.backend.has_arg", "tools:has_arg", WRITTEN, "OF210"),
    *(_rule(name, LATER if name in _ARGUMENTS_OF_KERAS_1.split() else OLD) for name in NAMES),
    Gone("keras.backend.batch_dot", "products:batch_dot", WRITTEN, "OF210", BOTH_OLD),
    Gone("keras.backend.ctc_decode", "decodings:ctc_decode", "", "OF210", BOTH_OLD),
    *(_rule(name, BOTH_OLD) for name in _OF_KERAS_1.split()),
    *(
        Gone(
            f"keras.backend.{name}",
            f"keras1_backend:{name}",
            _SOURCES_OF_KERAS_1.get(name, _SOURCES.get(name, "")),
            "OF210",
            KERAS1,
        )
        for name in _ARGUMENTS_OF_KERAS_1.split()
    ),
    *(
        Gone(f"keras.backend.{name}", f"backend_modules:{name}", "", "OF210", BOTH_OLD)
        for name in backend_modules.NAMES
    ),
)
