# Recorded with `keras.optimizers.legacy.Optimizer`, which is that class: from 2.6 on `compile` does
# not take those of `tensorflow.python.keras`.
import numpy as np
import tensorflow as tf
from tensorflow.python.framework import ops
from tensorflow.python.keras import backend_config
from tensorflow.python.keras.optimizer_v2 import optimizer_v2
from tensorflow.python.ops import (
    clip_ops,
    control_flow_ops,
    math_ops,
    state_ops,
)
from tensorflow.python.training import training_util  # noqa: F401
from tensorflow.python.util.tf_export import keras_export


@keras_export("keras.optimizers.Own")
class Own(optimizer_v2.OptimizerV2):
    _HAS_AGGREGATE_GRAD = True

    def __init__(self, learning_rate=0.01, beta=0.9, epsilon=None, name="Own", **kwargs):
        super().__init__(name, **kwargs)
        self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))
        self._set_hyper("beta", beta)
        self.epsilon = epsilon or backend_config.epsilon()

    def _create_slots(self, var_list):
        for var in var_list:
            self.add_slot(var, "m")

    def _resource_apply_dense(self, grad, var, apply_state=None):
        dtype = var.dtype.base_dtype
        lr = self._decayed_lr(dtype)
        beta = self._get_hyper("beta", dtype)
        step = math_ops.cast(self.iterations + 1, dtype)
        m = self.get_slot(var, "m")
        m_t = state_ops.assign(m, beta * m + (1.0 - beta) * grad, use_locking=self._use_locking)
        with ops.control_dependencies([m_t]):
            hat = m_t / (1.0 - math_ops.pow(beta, step))
            update = math_ops.sign(hat) * 0.1 + hat / (
                math_ops.sqrt(math_ops.square(grad)) + self.epsilon
            )
            new = state_ops.assign_sub(
                var, lr * clip_ops.clip_by_value(update, -1.0, 1.0), use_locking=self._use_locking
            )
        return control_flow_ops.group(*[new, m_t])

    def _resource_apply_sparse(self, grad, var, indices, apply_state=None):
        raise NotImplementedError

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "learning_rate": self._serialize_hyperparameter("learning_rate"),
                "beta": self._serialize_hyperparameter("beta"),
                "epsilon": self.epsilon,
            }
        )
        return config


x = np.sin(np.arange(32.0)).reshape(8, 4).astype("float32")
y = np.cos(np.arange(8.0)).reshape(8, 1).astype("float32")
small = tf.keras.initializers.Constant(0.1)
model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(3, "tanh", kernel_initializer=small, input_shape=(4,)),
        tf.keras.layers.Dense(1, kernel_initializer="ones"),
    ]
)
model.compile(Own(0.05), "mse")
h = model.fit(x, y, epochs=4, batch_size=4, shuffle=False, verbose=0)
print([round(float(v), 6) for v in h.history["loss"]])
print(np.round(model.get_weights()[0].ravel(), 5).tolist())
