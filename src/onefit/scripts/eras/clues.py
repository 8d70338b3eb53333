"""Names, arguments and modules that only an old Keras had, and the era that each speaks for.

`"old"` is any of them: whether it is `keras2` or `tf2` then depends on which package is imported.
"""

from __future__ import annotations

import re

ROOTS = (
    "tensorflow.python.keras",
    "tensorflow.contrib.keras",
    "tensorflow.keras",
    "keras",
)

MODULES_TODAY = ("preprocessing.image", "preprocessing.sequence")
"""Modules that moved in part: Keras 3 has them too."""

MODULES_AS_NAMES = ("layers.experimental", "optimizers.experimental", "optimizers.legacy")

MODULES = {
    "objectives": "keras1",
    "utils.visualize_util": "keras1",
    "utils.dot_utils": "keras1",
    "backend.theano_backend": "old",
    "backend.tensorflow_backend": "old",
    "wrappers.scikit_learn": "old",
}

_NAMES_OF_KERAS_1 = """
ActivityRegularizer Graph Highway MaxoutDense Merge TimeDistributedDense WeightRegularizer
activity_l1 activity_l1l2 activity_l2 get_output_shape_for image_dim_ordering l1l2 merge objectives
set_image_dim_ordering visualize_util
"""
_OLD_NAMES = """
AtrousConvolution2D CuDNNGRU CuDNNLSTM Deconvolution2D HDF5Matrix ImageDataGenerator
KerasClassifier KerasRegressor LocallyConnected1D LocallyConnected2D RandomHeight RandomWidth
ThresholdedReLU TimeseriesGenerator Tokenizer adam_v2 batch_dot batch_get_value batch_set_value
evaluate_generator fit_generator generic_utils get_input_at get_output_at get_output_shape_at
get_session get_updates get_value gradient_descent_v2 hashing_trick in_train_phase int_shape
learning_phase make_sampling_table maxnorm model_from_yaml multi_gpu_model nonneg np_utils
permute_dimensions predict_classes predict_generator predict_proba print_summary reset_metrics
set_learning_phase set_session set_value skipgrams tensorflow_backend text_to_word_sequence to_yaml
unitnorm vis_utils
"""
NAMES = dict.fromkeys(_NAMES_OF_KERAS_1.split(), "keras1") | dict.fromkeys(
    _OLD_NAMES.split(), "old"
)

_ARGUMENTS_OF_KERAS_1 = """
U_regularizer W_constraint W_regularizer b_constraint b_regularizer border_mode concat_axis
consume_less dim_ordering dot_axes dropout_U dropout_W filter_length forget_bias_init
inner_activation inner_init max_q_size nb_col nb_epoch nb_feature nb_filter nb_row nb_val_samples
nb_worker pickle_safe pool_length samples_per_epoch show_accuracy subsample subsample_length
val_samples
"""
_OLD_ARGUMENTS = """
batch_input_shape max_queue_size reset_metrics sample_weight_mode save_format use_multiprocessing
"""
_ARGUMENTS_OF_KERAS_2 = """
data_format kernel_initializer kernel_regularizer recurrent_dropout steps_per_epoch
"""
ARGUMENTS = (
    dict.fromkeys(_ARGUMENTS_OF_KERAS_1.split(), "keras1")
    | dict.fromkeys(_OLD_ARGUMENTS.split(), "old")
    | dict.fromkeys(_ARGUMENTS_OF_KERAS_2.split(), "keras2")
)

_OPTIMIZERS = "SGD RMSprop Adagrad Adadelta Adam Adamax Nadam Ftrl sgd rmsprop adam"
_LAYERS = "Dense Convolution1D Convolution2D Convolution3D Conv2D LSTM GRU SimpleRNN Embedding"
_FIRST_LAYERS = f"{_LAYERS} Conv1D Conv3D ConvLSTM2D Bidirectional TimeDistributed Masking"
ARGUMENTS_OF = {
    **{(name, argument): "old" for name in _OPTIMIZERS.split() for argument in ("lr", "decay")},
    **{(name, argument): "keras1" for name in _LAYERS.split() for argument in ("init", "bias")},
    **{(name, "output_dim"): "keras1" for name in _LAYERS.split()[:-1]},
    **{(name, "batch_size"): "old" for name in _FIRST_LAYERS.split()},
    ("Dropout", "p"): "keras1",
    ("Embedding", "input_length"): "old",
    ("InputLayer", "input_shape"): "old",
    ("LSTM", "implementation"): "old",
    ("LSTM", "input_length"): "old",
    ("LeakyReLU", "alpha"): "old",
    ("Model", "input"): "keras1",
    ("Model", "output"): "keras1",
    ("ModelCheckpoint", "period"): "old",
    ("ReduceLROnPlateau", "epsilon"): "old",
    ("TensorBoard", "batch_size"): "old",
    ("TensorBoard", "write_grads"): "old",
    ("fit", "workers"): "old",
    ("load_weights", "by_name"): "old",
}
"""Arguments that speak for an era only where they are given to this class or function."""

METRICS = frozenset({"cosine", "cosine_proximity", "fmeasure", "kullback_leibler_divergence"})
"""Losses and metrics that `compile` took by these words."""

CONVOLUTIONS = frozenset({"Convolution2D", "Conv2D", "Deconvolution2D", "AtrousConvolution2D"})

_BACKEND_TODAY = """
Variable backend clear_session config epsilon floatx get_uid image_data_format is_float_dtype
is_int_dtype is_keras_tensor name_scope result_type set_backend set_epsilon set_floatx
set_image_data_format standardize_dtype
"""
BACKEND_TODAY = frozenset(_BACKEND_TODAY.split())
"""What `keras.backend` has in Keras 3; every other name of it is an old one."""

SUFFIXES = {
    "save": (".keras", ".h5", ".hdf5"),
    "save_weights": (".weights.h5",),
    "ModelCheckpoint": (".keras", ".h5"),
}

PLAIN = re.compile(r"^\s*(?:import|from)\s+keras\b", re.MULTILINE)
OF_TENSORFLOW = re.compile(r"\btensorflow\b")

WORDS = frozenset(
    [
        *("acc", "val_acc", "experimental", "legacy", "engine", "contrib", "core", "noise"),
        *("convolutional", "recurrent", "embeddings", "normalization", "pooling", "wrappers"),
        *("advanced_activations", "layer_utils", "data_utils", "io_utils", "scikit_learn"),
        *(name for name in MODULES if "." not in name),
        *CONVOLUTIONS,
        *METRICS,
        *NAMES,
        *ARGUMENTS,
        *(name for _, name in ARGUMENTS_OF if name != "batch_size"),
    ]
)
_OTHERS = re.compile(
    r"tensorflow\.python|=\s*\[\s*-?[\d\[]|\.(?:fit|predict|evaluate)\(\s*\[|keras\.preprocessing"
    r"|\.save(?:_weights)?\(|ModelCheckpoint|\bbackend\b|\bclock\b|\bstateful\b"
)


def is_worth_reading(text: str) -> bool:
    """Whether a text has anything in it for which its syntax has to be looked at.

    >>> is_worth_reading("import keras; keras.optimizers.Adam(lr=0.1)")
    True
    >>> is_worth_reading("import keras; keras.optimizers.Adam(0.1)")
    False
    """
    if "keras" not in text:
        return False
    return not WORDS.isdisjoint(re.findall(r"[A-Za-z_]\w*", text)) or bool(_OTHERS.search(text))
