"""OF201: modules that moved. Keras 3 has one module where Keras 1 and 2 had many files."""

from __future__ import annotations

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

_MOVED = {
    **dict.fromkeys(_LAYERS.split(), "layers legacy.layers"),
    **dict.fromkeys(_UTILS.split(), "utils"),
    **dict.fromkeys(_ENGINE.split(), "layers models saving"),
    **dict.fromkeys(_OPTIMIZERS.split(), "optimizers"),
    "optimizers.schedules.learning_rate_schedule": "optimizers.schedules",
    "optimizer_v2.learning_rate_schedule": "optimizers.schedules",
    "objectives": "losses",
    "datasets.data_utils": "utils",
    "preprocessing.text": f"{_PREPROCESSING}.text",
    "preprocessing.sequence": f"{_PREPROCESSING}.sequence",
    "preprocessing.image": f"{_PREPROCESSING}.image",
    "preprocessing.image_dataset": "utils",
    "preprocessing.timeseries": "utils",
    "backend.tensorflow_backend": "backend",
    "backend.theano_backend": "backend",
    "backend.common": "backend",
    "backend.load_backend": "backend",
    "backend_config": "backend",
    "initializations": "initializers",
    "initializers.initializers_v2": "initializers",
    "initializers.initializers_v1": "initializers",
    "callbacks.callbacks": "callbacks",
    "callbacks.tensorboard_v1": "callbacks",
    "callbacks.experimental": "callbacks",
    "losses.losses": "losses",
    "applications.mobilenetv2": "applications.mobilenet_v2",
    "applications.resnext": "applications.resnet",
    "mixed_precision.experimental": "mixed_precision",
    "experimental": "optimizers.schedules layers",
    "api": "",
    "api._v2.keras": "",
    "saving.hdf5_format": "saving",
    "wrappers.scikit_learn": "wrappers",
    "legacy": "layers",
    "legacy.interfaces": "layers",
    "datasets.cifar": "datasets",
}

MODULES = {old: tuple(new.split(" ")) for old, new in _MOVED.items()}
"""Names without the `keras.` before them; a name of an old module may be in any of the new ones."""
