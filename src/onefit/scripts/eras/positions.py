"""The order of arguments, where an old Keras had another one than Keras 3.

Written down from the signatures of the releases, which tests/scripts/eras/signatures has; a test
compares.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from onefit.scripts.eras.era import Era

_COMPILE = "optimizer loss metrics loss_weights sample_weight_mode weighted_metrics target_tensors"
_KERAS2 = {
    "keras.Model.compile": _COMPILE,
    "keras.Model.load_weights": "filepath by_name skip_mismatch reshape",
    "keras.Model.save": "filepath overwrite include_optimizer",
    "keras.Model.fit": "x y batch_size epochs verbose callbacks validation_split validation_data "
    "shuffle class_weight sample_weight initial_epoch steps_per_epoch validation_steps",
    "keras.Model.evaluate": "x y batch_size verbose sample_weight steps",
    "keras.callbacks.ModelCheckpoint": "filepath monitor verbose save_best_only save_weights_only "
    "mode period",
    "keras.callbacks.LambdaCallback": "on_epoch_begin on_epoch_end on_batch_begin on_batch_end "
    "on_train_begin on_train_end",
    "keras.callbacks.TensorBoard": "log_dir histogram_freq batch_size write_graph write_grads "
    "write_images embeddings_freq embeddings_layer_names embeddings_metadata embeddings_data "
    "update_freq",
    "keras.callbacks.ReduceLROnPlateau": "monitor factor patience verbose mode min_delta cooldown "
    "min_lr",
    "keras.optimizers.SGD": "lr momentum decay nesterov",
    "keras.optimizers.RMSprop": "lr rho epsilon decay",
    "keras.optimizers.Adagrad": "lr epsilon decay",
    "keras.optimizers.Adadelta": "lr rho epsilon decay",
    "keras.optimizers.Adam": "lr beta_1 beta_2 epsilon decay amsgrad",
    "keras.optimizers.Adamax": "lr beta_1 beta_2 epsilon decay",
    "keras.optimizers.Nadam": "lr beta_1 beta_2 epsilon schedule_decay",
    "keras.layers.Input": "shape batch_shape name dtype sparse tensor",
    "keras.Input": "shape batch_shape name dtype sparse tensor",
    "keras.layers.InputLayer": "input_shape batch_size batch_input_shape dtype input_tensor sparse "
    "name",
    "keras.layers.dot": "inputs axes normalize",
    "keras.regularizers.L1": "l",
    "keras.regularizers.L2": "l",
    # Keras 2 still took `Conv2D(32, 3, 3)` as Keras 1 did: two integers behind the filters are the
    # sides of the kernel (keras/legacy/interfaces.py), and never a size and strides.
    "keras.layers.Conv2D": "filters nb_row nb_col",
    "keras.layers.Conv2DTranspose": "filters nb_row nb_col",
    "keras.layers.Conv3D": "filters kernel_dim1 kernel_dim2 kernel_dim3",
    "keras.layers.SeparableConv2D": "filters nb_row nb_col",
    "keras.layers.ConvLSTM2D": "filters nb_row nb_col",
    # Keras 2.2.5 put `dilation_rate` before the activation: `by_kinds` tells them apart.
    "keras.layers.DepthwiseConv2D": "kernel_size strides padding depth_multiplier data_format "
    "activation use_bias depthwise_initializer bias_initializer depthwise_regularizer "
    "bias_regularizer activity_regularizer depthwise_constraint bias_constraint",
    "keras.layers.Conv3DTranspose": "filters kernel_size strides padding output_padding "
    "data_format activation use_bias kernel_initializer bias_initializer kernel_regularizer "
    "bias_regularizer activity_regularizer kernel_constraint bias_constraint",
}
_KERAS1 = {
    "keras.layers.Dense": "output_dim init activation",
    "keras.layers.Embedding": "input_dim output_dim init input_length",
    "keras.layers.Conv1D": "nb_filter filter_length init activation",
    "keras.layers.Conv2D": "nb_filter nb_row nb_col init activation",
    "keras.layers.Conv2DTranspose": "nb_filter nb_row nb_col output_shape init activation",
    "keras.layers.LSTM": "output_dim init inner_init forget_bias_init activation inner_activation",
    "keras.layers.GRU": "output_dim init inner_init activation inner_activation",
    "keras.layers.SimpleRNN": "output_dim init inner_init activation",
    "keras.layers.MaxPooling1D": "pool_length stride border_mode",
    "keras.layers.Dropout": "p",
    "keras.constraints.MaxNorm": "m axis",
    "keras.Model.fit": "x y batch_size nb_epoch verbose callbacks validation_split validation_data "
    "shuffle class_weight sample_weight initial_epoch",
    "keras.Model.compile": "optimizer loss metrics loss_weights sample_weight_mode",
    "keras.callbacks.ModelCheckpoint": "filepath monitor verbose save_best_only save_weights_only "
    "mode",
    "keras.callbacks.TensorBoard": "log_dir histogram_freq write_graph write_images",
    "keras.layers.InputLayer": "input_shape batch_input_shape input_dtype input_tensor sparse name",
    "keras.callbacks.ReduceLROnPlateau": "monitor factor patience verbose mode epsilon cooldown "
    "min_lr",
}
_TF2 = {
    "keras.Model.compile": "optimizer loss metrics loss_weights weighted_metrics run_eagerly "
    "steps_per_execution jit_compile",
    # Up to TensorFlow 2.11 `include_optimizer` stood before the format: `by_old_places` tells them
    # apart.
    "keras.Model.save": "filepath overwrite save_format format",
    "keras.saving.save_model": "model filepath overwrite save_format format",
    "keras.Model.save_weights": "filepath overwrite save_format",
    "keras.Model.load_weights": "filepath skip_mismatch by_name options",
    "keras.layers.Input": "shape batch_size name dtype sparse tensor ragged",
    "keras.Input": "shape batch_size name dtype sparse tensor ragged",
    "keras.layers.InputLayer": "input_shape batch_size dtype input_tensor sparse name ragged",
    "keras.layers.Layer": "trainable name dtype dynamic",
    "keras.losses.Loss": "reduction name",
    "keras.metrics.Metric": "name dtype",
    "keras.callbacks.LambdaCallback": "on_epoch_begin on_epoch_end on_batch_begin on_batch_end "
    "on_train_begin on_train_end",
    "keras.callbacks.ModelCheckpoint": "filepath monitor verbose save_best_only save_weights_only "
    "mode save_freq options initial_value_threshold",
    "keras.layers.dot": "inputs axes normalize",
}
# Orders that Keras 2 took over from Keras 1 are written down once.
_OF = {"keras1": _KERAS2 | _KERAS1, "keras2": _KERAS2, "tf2": _TF2}


def positions(
    target: str, era: Era, original: Callable[..., Any], has_subject: bool
) -> tuple[str, ...]:
    """The names of the arguments that a call may give without a name, in the era's order.

    Args:
        target: The full name of what is called.
        era: The script's era.
        original: What is called in Keras 3; its order holds where the era's was the same.
        has_subject: Whether the first argument is the object itself.

    >>> positions("keras.optimizers.SGD", Era("keras2"), print, False)
    ('lr', 'momentum', 'decay', 'nesterov')
    """
    known = _OF.get(era.name, {}).get(target)
    if known is not None:
        return tuple(known.split())
    parameters = list(inspect.signature(original).parameters.values())[has_subject:]
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(one.name for one in parameters if one.kind in kinds)
