"""Names, arguments and modules that only an old Keras had, and the era that each speaks for.

`"old"` is any of them: whether it is `keras2` or `tf2` then depends on which package is imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from onefit.scripts.eras import traces

ROOTS = (
    "tensorflow.python.keras",
    "tensorflow.contrib.keras",
    "tensorflow.compat.v1.keras",
    "tensorflow.keras",
    "keras",
)

OF_MODELS = ("layers.", "models.", "Model", "Sequential")
"""Where the names of layers and of models begin, below the package."""

MODULES_TODAY = ("preprocessing.image", "preprocessing.sequence")
"""Modules that moved in part: Keras 3 has them too."""

MODULES_AS_NAMES = ("layers.experimental", "optimizers.experimental", "optimizers.legacy")
"""Modules of tf.keras 2, and of the package `keras` since it was the same."""

MODULES = {
    "objectives": "keras1",
    "utils.visualize_util": "keras1",
    "utils.dot_utils": "keras1",
    "backend.theano_backend": "old",
    "backend.tensorflow_backend": "old",
    "wrappers.scikit_learn": "old",
}

_NAMES_OF_KERAS_1 = """
ActivityRegularizer AtrousConv1D AtrousConv2D AtrousConvolution1D AtrousConvolution2D
ConvRecurrent2D EigenvalueRegularizer Graph Highway L1L2Regularizer MaxoutDense Merge
ParametricSoftplus SReLU TimeDistributedDense WeightRegularizer activity_l1 activity_l1l2
activity_l2 asymmetric_spatial_2d_padding asymmetric_temporal_padding categorical_probas_to_classes
fbeta_score get_output_shape_for initializations l1l2 matthews_correlation merge objectives
probas_to_classes slice_X time_distributed_dense visualize_util
"""
_OLD_NAMES = """
AbstractRNNCell BatchNormalizationV1 BatchNormalizationV2 CuDNNGRU CuDNNLSTM Deconv2D Deconv3D
Deconvolution2D Deconvolution3D DenseFeatures GeneratorEnqueuer HDF5Matrix ImageDataGenerator
KerasClassifier KerasRegressor LocallyConnected1D LocallyConnected2D MeanRelativeError MeanTensor
OptimizerV2 OrderedEnqueuer PeepholeLSTMCell PreprocessingLayer RadialConstraint RandomHeight
RandomWidth SequenceEnqueuer SyncBatchNormalization TFOptimizer ThresholdedReLU TimeseriesGenerator
Tokenizer VersionAwareLayers _build_learning_rate _create_slots _decayed_lr _feed_inputs _get_hyper
_index_dict
_is_compiled _obtain_input_shape _serialize_hyperparameter _set_hyper adam_v2 add_metric add_update
batch_dot batch_get_value batch_set_value convert_all_kernels_in_model
convert_dense_weights_data_format evaluate_generator fit_generator generic_utils get_input_at
get_input_mask_at get_input_shape_at get_losses_for get_output_at get_output_mask_at
get_output_shape_at get_session get_updates get_updates_for get_value gradient_descent_v2
hashing_trick image_dim_ordering in_test_phase in_train_phase int_shape layer_from_config
learning_phase list_pictures make_sampling_table maxnorm model_from_yaml multi_gpu_model nonneg
np_utils optimizer_from_config permute_dimensions predict_classes predict_generator predict_proba
print_summary radial_constraint reset_metrics reset_states set_image_dim_ordering
set_learning_phase set_session set_value skipgrams tensorflow_backend text_to_word_sequence to_yaml
unitnorm vis_utils
"""
NAMES = dict.fromkeys(_NAMES_OF_KERAS_1.split(), "keras1") | dict.fromkeys(
    _OLD_NAMES.split(), "old"
)

_OF_MODULES = {
    "callbacks": "BaseLogger K callbacks csv json np os time warnings",
    "initializers": "normal one uniform zero",
    "layers": "Container Functional K Model Network Recurrent Sequential constraints copy "
    "get_source_inputs initializers load_model np regularizers save_model warnings",
    "losses": "KLD MAE MAPE MSE MSLE cosine cosine_proximity huber_loss kld "
    "kullback_leibler_divergence logcosh mae mape mse msle",
    "metrics": "KLD MAE MAPE MSE MSLE cosine cosine_proximity f1score fmeasure fscore kld "
    "kullback_leibler_divergence logcosh mae mape mean_absolute_error mean_squared_error mse msle "
    "precision recall",
    "mixed_precision": "set_policy",
    "models": "Functional Input InputLayer K Layer copy json layers load_weights "
    "model_from_config np optimizers os slice_arrays warnings",
    "optimizers": "ExponentialDecay K LearningRateSchedule Optimizer_v2 adadelta adagrad adam "
    "adamax clip_norm copy nadam rmsprop sgd",
    "preprocessing.image": "apply_transform flip_axis transform_matrix_offset_center",
    "saving": "load_weights_from_hdf5_group load_weights_from_hdf5_group_by_name "
    "save_weights_to_hdf5_group",
    "utils": "Layer accuracy ask_to_proceed_with_overwrite binary_logloss clip_norm "
    "conv_input_length conv_output_length convert_kernel count_params count_total_params "
    "deconv_length func_dump func_load get_from_module get_test_data has_arg is_all_none "
    "keras_test load_array make_batches multi_gpu multiclass_logloss normalize_padding "
    "normalize_data_format normalize_tuple object_list_uid plot save_array slice_arrays to_list "
    "unpack_singleton validate_file",
}
NAMES_OF = {module: frozenset(names.split()) for module, names in _OF_MODULES.items()}
"""Names that only count with their module: elsewhere they are anything."""

KEPT_BY_TENSORFLOW = frozenset({"initializers", "losses", "metrics"})
"""Modules whose names of `NAMES_OF` are still those of `tf.keras`."""

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
# Keras 3 has these, too: they count beside arguments of Keras 1 only, as signs of Keras 2.
_ARGUMENTS_OF_KERAS_2 = """
data_format kernel_initializer kernel_regularizer recurrent_dropout steps_per_epoch
"""
ARGUMENTS = (
    dict.fromkeys(_ARGUMENTS_OF_KERAS_1.split(), "keras1")
    | dict.fromkeys(_OLD_ARGUMENTS.split(), "old")
    | dict.fromkeys(_ARGUMENTS_OF_KERAS_2.split(), "keras2")
)

METHODS = frozenset(
    {
        *("compile", "evaluate", "evaluate_generator", "fit", "fit_generator"),
        *("predict", "predict_generator", "test_on_batch", "train_on_batch"),
    }
)
"""Methods of a model whose names scripts give to functions of their own, too."""

SINCE_KERAS_2 = frozenset(
    {
        ("fit", "epochs"),
        ("fit_generator", "epochs"),
        ("fit_generator", "steps_per_epoch"),
        ("fit_generator", "validation_steps"),
    }
)
"""Arguments of methods that Keras 1 refused, and every later Keras has."""

_OPTIMIZERS = "SGD RMSprop Adagrad Adadelta Adam Adamax Nadam Ftrl sgd rmsprop adam"
OPTIMIZERS = frozenset(_OPTIMIZERS.split())
OF_OPTIMIZERS = frozenset({"lr", "decay"})
"""What an optimizer had; of other things it is anything (`args.lr`)."""

OF_LAYERS = frozenset({"input_shape", "output_shape"})
"""What a layer had, and in Keras 3 only a model has."""

LISTS_OF_WEIGHTS = frozenset(
    f"{dash}{trained}trainable_weights" for dash in ("", "_") for trained in ("", "non_")
)
"""What a layer of Keras 1 and 2 could be told, `self.trainable_weights = [self.w]`."""

_LAYERS = "Dense Convolution1D Convolution2D Convolution3D Conv2D LSTM GRU SimpleRNN Embedding"
_FIRST_LAYERS = f"{_LAYERS} Conv1D Conv3D ConvLSTM2D Bidirectional TimeDistributed Masking"
ARGUMENTS_OF = {
    **{(name, argument): "old" for name in _OPTIMIZERS.split() for argument in ("lr", "decay")},
    **{(name, argument): "keras1" for name in _LAYERS.split() for argument in ("init", "bias")},
    # Not of `Embedding`, the last one, which has it to this day.
    **{(name, "output_dim"): "keras1" for name in _LAYERS.split()[:-1]},
    **{(name, "batch_size"): "old" for name in _FIRST_LAYERS.split()},
    ("Dense", "units"): "keras2",
    ("Dropout", "p"): "keras1",
    ("Dropout", "rate"): "keras2",
    ("Embedding", "input_length"): "old",
    ("InputLayer", "input_shape"): "old",
    ("LSTM", "implementation"): "old",
    ("LSTM", "input_length"): "old",
    ("LeakyReLU", "alpha"): "old",
    ("Model", "input"): "keras1",
    ("Model", "inputs"): "keras2",
    ("Model", "output"): "keras1",
    ("Model", "outputs"): "keras2",
    ("ModelCheckpoint", "period"): "old",
    ("ReduceLROnPlateau", "epsilon"): "old",
    ("TensorBoard", "batch_size"): "old",
    ("add_loss", "inputs"): "old",
    ("add_metric", "aggregation"): "old",
    ("apply_gradients", "experimental_aggregate_gradients"): "old",
    ("apply_gradients", "skip_gradients_aggregation"): "old",
    ("TensorBoard", "write_grads"): "old",
    ("fit", "workers"): "old",
    ("load_weights", "by_name"): "old",
    ("to_categorical", "dtype"): "old",
    ("image_dataset_from_directory", "smart_resize"): "old",
}
"""Arguments that speak for an era only where they are given to this class or function."""

METRICS = frozenset(
    {
        *("cosine", "cosine_proximity", "fmeasure", "kullback_leibler_divergence", "logcosh"),
        *("huber_loss", "matthews_correlation"),
    }
)
"""Losses and metrics that `compile` took by these words."""

SHORT = {
    "mean_absolute_error": "mae",
    "mean_squared_error": "mse",
    "mean_absolute_percentage_error": "mape",
    "mean_squared_logarithmic_error": "msle",
}
"""Metrics that were logged by another word than `compile` was given."""

FOR_PYTHON_2 = frozenset(["absolute_import", "division", "print_function", "unicode_literals"])
BACKENDS = frozenset({"cntk", "theano"})

CONVOLUTIONS = frozenset({"Convolution2D", "Conv2D", "Deconvolution2D", "AtrousConvolution2D"})

_BACKEND_TODAY = """
Variable backend clear_session config epsilon floatx get_uid image_data_format is_float_dtype
is_int_dtype is_keras_tensor result_type set_backend set_epsilon set_floatx
set_image_data_format standardize_dtype
"""
BACKEND_TODAY = frozenset(_BACKEND_TODAY.split())
"""What `keras.backend` has in Keras 3; every other name of it is an old one."""

_OF_TENSORFLOW_1 = """
ConfigProto GPUOptions InteractiveSession Session app contrib disable_eager_execution
disable_v2_behavior enable_eager_execution flags get_default_graph get_variable
global_variables_initializer initialize_all_variables layers log logging placeholder random_normal
random_uniform reset_default_graph set_random_seed to_float to_int32 to_int64 truncated_normal
variable_scope
"""
OF_TENSORFLOW_1 = frozenset(_OF_TENSORFLOW_1.split())
"""What stood at the top of TensorFlow until 1.15: Keras 3 came long after."""
ARGUMENTS_OF_TENSORFLOW_1 = frozenset(
    ["keep_dims", "keep_prob", "reduction_indices", "squeeze_dims"]
)

SUFFIXES = {
    "save": (".keras", ".h5", ".hdf5"),
    "save_weights": (".weights.h5",),
    "ModelCheckpoint": (".keras", ".h5"),
}

# Patterns are texts here: `re` compiles one when it is first needed, which takes half a
# millisecond each, and most scripts need few of them.
_PLAIN = r"(?m)^\s*(?:from\s+|import\s+(?:[\w. ]+,\s*)*)keras\b"
_OF_TENSORFLOW = r"\btensorflow\b"

WORDS = frozenset(
    [
        *("acc", "val_acc", "experimental", "legacy", "engine", "contrib", "core", "noise"),
        *("convolutional", "recurrent", "embeddings", "normalization", "pooling", "wrappers"),
        *("advanced_activations", "layer_utils", "data_utils", "io_utils", "scikit_learn"),
        *(name for name in MODULES if "." not in name),
        *CONVOLUTIONS,
        *METRICS,
        # These are words of many scripts: `_OTHERS` looks for them behind TensorFlow's name.
        *(OF_TENSORFLOW_1 - {"app", "flags", "layers", "log", "logging"}),
        *ARGUMENTS_OF_TENSORFLOW_1,
        *NAMES,
        *ARGUMENTS,
        # An argument that Keras 3 has too is no reason to read a script.
        *(
            name
            for (_, name), era in ARGUMENTS_OF.items()
            if era != "keras2" and name not in ("batch_size", "dtype")
        ),
    ]
)
# These find lists given as data, names of files, and words that mean something beside others only.
# A match is no clue yet: it is the reason to read the syntax tree, which decides.
_OTHERS = (
    r"\.hdf5\b|tensorflow\.python|=\s*\[\s*-?[\d\[]|\.(?:fit|predict|evaluate)\(\s*\[|keras\.preprocessing"
    r"|\.save(?:_weights)?\(|ModelCheckpoint|\bbackend\b|\bclock\b|\bstateful\b"
    r"|\b(?:tf\.|from tensorflow import\b.*)(?:app|flags|layers|log|logging)\b"
    r"|to_categorical\([^()]*dtype|\.(?:in|out)put\b"
    r"|\.(?:lr|decay)\b|\bmetrics\s*=\s*[bruf]*['\"]|\bDense\(\s*\w+\.prod\("
    r"|\.add_(?:weight|variable)\(\s*['\"]|(?<!self)\.add_loss\(|\.train_on_batch\(|trainable_weights\s*\+?=[^=]"
    r"|\btraining=(?:True|False)\b"
    r"|\]\.(?:in|out)put_shape\b|\bget_layer\([^()]*\)\.(?:in|out)put_shape\b"
    r"|\bInput(?:Layer)?\(\s*(?:shape\s*=\s*)?\w+\s*[,)]"
    r"|\bdef call\(|\bclass \w+\([\w.]*Callback\)"
    r"|:0['\"]|__future__ import|\b(?:theano|cntk)\b|\[['\"](?:val_)?mean_"
    rf"|{traces.PATTERN}"
)

WEIGHT = r"/(?:\w*kernel|bias|embeddings|gamma|beta|moving_mean|moving_variance|alpha):0$"
"""How a weight's name ended, which Keras 3 calls by its last word alone."""

# What had other defaults, which no word of a script shows.
_CHANGED = r"\b(?:(?:Conv)?LSTM\w*|GRU\w*)\(|\b(?:[Aa]da(?:delta|grad|max)|[Nn]adam|hard_sigmoid)\b"
# The words of `silent_defaults.py` and `silent_meanings.py`.
_CHANGED_SINCE_TENSORFLOW_2 = (
    r"\b(?:ConvLSTM[123]D\(|[Nn]adam\b|hard_sigmoid\b|(?:train|test)_on_batch\(|l1_l2\(\s*\)"
    r"|(?:restore_best_weights|stateful|use_ema)\s*=\s*True|set_floatx\()"
    r"|\)\(.*\btraining\s*=\s*True"
)
# What came after Keras 2.3. Before, a `Sequential` began with a layer that was told its shape.
_OF_TODAY = (
    r"\bkeras\.(?:ops|random|saving|distribution|Variable)\b|from keras import .*\bops\b"
    r"|KERAS_BACKEND|\.keras['\"]|\.weights\.h5|\bset_random_seed\b|\bkeras_(?:hub|nlp|cv|tuner)\b"
    r"|\b(?:import|from) (?:jax|torch)\b|\b(?:Sequential\(\s*\[\s*|\.add\(\s*)[\w.]*\bInput\("
)

# Few of these were not in `tf.keras` 2.15.
_OF_TENSORFLOW_TODAY = (
    r"\bkeras\.(?:ops|random|distribution|Variable)\b|from keras import .*\bops\b|KERAS_BACKEND"
    r"|\.weights\.h5"
)

# By the last part, behind which the names stand however a script imports the module.
_NAMES_BY_LEAF = {module.rpartition(".")[2]: names for module, names in NAMES_OF.items()}
_OF_A_MODULE = rf"\b({'|'.join(_NAMES_BY_LEAF)})(?:\.(\w+)| import (\([^)]*|[^\n]*))"


def is_of_keras(text: str) -> bool:
    """Whether a text imports the package `keras`.

    >>> is_of_keras("from keras.layers import Dense"), is_of_keras("from tensorflow import keras")
    (True, False)
    >>> is_of_keras("import tensorflow as tf, keras")
    True
    """
    return re.search(_PLAIN, text) is not None


def is_of_tensorflow(text: str) -> bool:
    """Whether a text has the name of TensorFlow in it.

    >>> is_of_tensorflow("from tensorflow import keras")
    True
    """
    return re.search(_OF_TENSORFLOW, text) is not None


def is_undated(texts: Iterable[str]) -> bool:
    """Whether a script that shows nothing old may be for a Keras that computed something else.

    Args:
        texts: The script, and its own modules.

    >>> is_undated(["from keras.layers import LSTM\\nlayer = LSTM(32)"])
    True
    >>> is_undated(["import keras\\nkeras.Sequential([keras.Input((3, 2)), keras.layers.GRU(2)])"])
    False
    >>> is_undated(["from tensorflow.keras.layers import LSTM\\nlayer = LSTM(32)"])
    False
    >>> is_undated(["from tensorflow.keras.layers import Dense\\nDense(2, 'hard_sigmoid')"])
    True
    """
    whole = "\n".join(texts)
    if is_of_keras(whole):
        return bool(re.search(_CHANGED, whole)) and not re.search(_OF_TODAY, whole)
    is_changed = is_of_tensorflow(whole) and re.search(_CHANGED_SINCE_TENSORFLOW_2, whole)
    return bool(is_changed) and not re.search(_OF_TENSORFLOW_TODAY, whole)


def is_worth_reading(text: str) -> bool:
    """Whether a text has anything in it for which its syntax has to be looked at.

    >>> is_worth_reading("import keras; keras.optimizers.Adam(lr=0.1)")
    True
    >>> is_worth_reading("import keras; keras.optimizers.Adam(0.1)")
    False
    """
    if "keras" not in text:
        return False
    if not WORDS.isdisjoint(re.findall(r"[A-Za-z_]\w*", text)) or re.search(_OTHERS, text):
        return True
    for module, name, imported in re.findall(_OF_A_MODULE, text):
        if not _NAMES_BY_LEAF[module].isdisjoint([name, *re.findall(r"\w+", imported)]):
            return True
    return False
