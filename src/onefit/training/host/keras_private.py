"""Every private name of Keras on which onefit relies; other files take them from here.

Public names are used where there are some. What is below has none, in Keras 3.13 to 3.16. Where a
version lacks one of them, this import fails, and stock Keras runs instead (`faults.py`).

`ATTRIBUTES` are the private attributes of Keras's objects that are read or set in other files.
`tests/training/host/test_keras_private.py` says what is relied on, and finds what is missing here.
"""

from __future__ import annotations

# activations and cross-entropies of arrays, in whose place an old script has TensorFlow's
from keras.src.backend import nn as nn

# the variables' values within a scope, and the state of a session
from keras.src.backend.common import global_state as global_state
from keras.src.backend.common.stateless_scope import get_stateless_scope as get_stateless_scope
from keras.src.backend.common.stateless_scope import in_stateless_scope as in_stateless_scope

# the trainer whose methods are replaced, and what it iterates with
from keras.src.backend.jax import Variable as Variable
from keras.src.backend.jax import trainer as jax_trainer
from keras.src.backend.jax.trainer import JAXEpochIterator as JAXEpochIterator

# initialisers and the seeds that they draw
from keras.src.initializers.random_initializers import RandomInitializer as RandomInitializer

# the module in which `GaussianDropout` finds `math.sqrt`
from keras.src.layers.regularization import gaussian_dropout as gaussian_dropout
from keras.src.models.functional import Functional as Functional
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR as GLOBAL_SEED_GENERATOR

# how Keras reads what it is given
from keras.src.trainers.data_adapters import array_data_adapter as array_data_adapter
from keras.src.trainers.data_adapters import array_slicing as array_slicing
from keras.src.trainers.data_adapters import data_adapter_utils as data_adapter_utils
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter as ArrayDataAdapter

# a hook that does nothing, what is printed, how logs become Python numbers, how errors are cut
from keras.src.utils import io_utils as io_utils
from keras.src.utils import is_default as is_default
from keras.src.utils import traceback_utils as traceback_utils
from keras.src.utils.python_utils import pythonify_logs as pythonify_logs
from keras.src.utils.rng_utils import GLOBAL_RANDOM_SEED as GLOBAL_RANDOM_SEED

JAXTrainer = getattr(jax_trainer, "JAXTrainer", None) or jax_trainer.Trainer  # from Keras 3.16 on

# The private attributes of Keras's objects that other files read or set, by the object's kind.
ATTRIBUTES = {
    "model": (
        "_assert_compile_called",
        "_compile_config",
        "_compile_loss",
        "_compile_metrics",
        "_eval_epoch_iterator",
        "_flatten_layers",
        "_flatten_metrics_in_order",
        "_functional",
        "_get_metrics_result_or_logs",
        "_initial_epoch",
        "_inputs_struct",
        "_jax_state",
        "_jax_state_synced",
        "_loss_tracker",
        "_losses_override",
        "_metrics",
        "_nodes",
        "_non_trainable_variables",
        "_operations",
        "_purge_model_variables",
        "_seed_generators",
        "_should_eval",
        "_symbolic_build",
        "_trainable_variables",
    ),
    "layer": ("_inbound_nodes", "_outbound_nodes"),
    "tensor": ("_keras_history",),
    "losses": ("_flat_losses", "_user_loss", "_user_loss_weights"),
    "metrics": ("_flat_metrics", "_flat_weighted_metrics"),
    "metric": ("_direction", "_fn", "_fn_kwargs"),
    "optimizer": ("_inner_optimizers", "_learning_rate"),
    "variable": ("_initialize", "_initialize_with_initializer", "_value"),
    "initializer": ("_init_seed",),
    "seed generator": ("_initial_seed",),
    "iterator": ("_steps_seen",),
    "adapter": ("_batch_size", "_epoch", "_inputs", "_num_samples", "_shuffle"),
    "callback": ("_set_monitor_op", "_start", "_stop_batch"),
}
