"""OF201: modules that moved. Keras 3 has one module where Keras 1 and 2 had many files."""

from __future__ import annotations

from onefit.scripts.eras.rule import Moved

_LAYERS = (
    "layers.advanced_activations layers.convolutional layers.convolutional_recurrent layers.core "
    "layers.cudnn_recurrent layers.embeddings layers.local layers.merge layers.noise "
    "layers.normalization layers.pooling layers.recurrent layers.wrappers layers.experimental "
    "layers.experimental.preprocessing layers.core.dense layers.containers "
    "layers.normalization.batch_normalization layers.preprocessing.image_preprocessing "
    "layers.convolutional.conv2d layers.reshaping layers.regularization layers.rnn layers.merging "
    "layers.attention layers.activation layers.activations layers.normalization_v2 "
    "legacy.layers layers.recurrent_v2 layers.dense_attention layers.preprocessing"
)
_UTILS = (
    "utils.np_utils utils.generic_utils utils.data_utils utils.io_utils utils.layer_utils "
    "utils.conv_utils utils.vis_utils utils.visualize_util utils.training_utils utils.tf_utils "
    "utils.multi_gpu_utils utils.test_utils utils.all_utils utils.image_utils "
    "utils.image_dataset utils.losses_utils utils.metrics_utils"
)
_ENGINE = (
    "engine engine.topology engine.training engine.base_layer engine.input_layer engine.network "
    "engine.saving engine.sequential engine.functional engine.input_spec engine.keras_tensor "
    "engine.data_adapter engine.training_utils engine.training_arrays engine.training_generator "
    "engine.training_v1 engine.base_layer_utils engine.base_layer_v1 engine.node "
    "models.sequential saving.save"
)
_OPTIMIZERS = (
    "optimizers.legacy optimizers.experimental optimizers.optimizer_v2 optimizers.optimizer_v1 "
    "optimizer_v2 optimizer_v2.adam optimizer_v2.gradient_descent optimizer_v2.rmsprop "
    "optimizer_v2.adagrad optimizer_v2.adadelta optimizer_v2.optimizer_v2 optimizer_v1 "
    "optimizers.optimizer_experimental optimizers.adam optimizers.sgd optimizers.rmsprop"
)
_PREPROCESSING = "_tf_keras.keras.preprocessing"

RULES = (
    *(Moved(name, "layers legacy.layers", "OF201") for name in _LAYERS.split()),
    *(Moved(name, "utils", "OF201") for name in _UTILS.split()),
    *(Moved(name, "layers models saving", "OF201") for name in _ENGINE.split()),
    *(Moved(name, "optimizers", "OF201") for name in _OPTIMIZERS.split()),
    Moved("optimizers.schedules.learning_rate_schedule", "optimizers.schedules", "OF201"),
    Moved("optimizer_v2.learning_rate_schedule", "optimizers.schedules", "OF201"),
    Moved("objectives", "losses", "OF201"),
    Moved("datasets.data_utils", "utils", "OF201"),
    Moved("preprocessing.text", f"{_PREPROCESSING}.text", "OF201"),
    Moved("preprocessing.sequence", f"{_PREPROCESSING}.sequence", "OF201"),
    Moved("preprocessing.image", f"{_PREPROCESSING}.image", "OF201"),
    Moved("preprocessing.image_dataset", "utils", "OF201"),
    Moved("preprocessing.timeseries", "utils", "OF201"),
    Moved("backend.tensorflow_backend", "backend", "OF201"),
    Moved("backend.theano_backend", "backend", "OF201"),
    Moved("backend.common", "backend", "OF201"),
    Moved("backend.load_backend", "backend", "OF201"),
    Moved("initializations", "initializers", "OF201"),
    Moved("initializers.initializers_v2", "initializers", "OF201"),
    Moved("initializers.initializers_v1", "initializers", "OF201"),
    Moved("callbacks.callbacks", "callbacks", "OF201"),
    Moved("callbacks.tensorboard_v1", "callbacks", "OF201"),
    Moved("callbacks.experimental", "callbacks", "OF201"),
    Moved("losses.losses", "losses", "OF201"),
    Moved("applications.mobilenetv2", "applications.mobilenet_v2", "OF201"),
    Moved("applications.resnext", "applications.resnet", "OF201"),
    Moved("mixed_precision.experimental", "mixed_precision", "OF201"),
    Moved("experimental", "optimizers.schedules layers", "OF201"),
    Moved("api", "", "OF201"),
    Moved("api._v2.keras", "", "OF201"),
    Moved("src", "", "OF201"),
    Moved("saving.hdf5_format", "saving", "OF201"),
    Moved("wrappers.scikit_learn", "wrappers", "OF201"),
    Moved("legacy", "layers", "OF201"),
    Moved("legacy.interfaces", "layers", "OF201"),
    Moved("datasets.cifar", "datasets", "OF201"),
)
"""Names without the `keras.` before them; a name of an old module may be in any of the new ones."""

MODULES = {rule.old: tuple(rule.new.split(" ")) for rule in RULES if rule.old != "src"}
