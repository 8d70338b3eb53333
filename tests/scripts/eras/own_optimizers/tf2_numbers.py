import numpy as np
import tensorflow as tf
from tensorflow import keras

L = getattr(keras.optimizers, "legacy", keras.optimizers).Optimizer


class M(L):
    def __init__(self, learning_rate=0.05, beta=0.9, name="M", **kwargs):
        super().__init__(name, **kwargs)
        self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))
        self._set_hyper("beta", beta)

    def _create_slots(self, var_list):
        for var in var_list:
            self.add_slot(var, "m")

    def _resource_apply_dense(self, grad, var, apply_state=None):
        m = self.get_slot(var, "m")
        b = self._get_hyper("beta", var.dtype.base_dtype)
        m.assign(b * m - (1.0 - b) * grad)
        return var.assign_add(m * self._decayed_lr(var.dtype.base_dtype))

    def get_config(self):
        return {**super().get_config(), "beta": self._serialize_hyperparameter("beta")}


x = np.sin(np.arange(96.0)).reshape(32, 3).astype("float32")
y = np.cos(x.sum(1, keepdims=True))


def net():
    m = tf.keras.Sequential(
        [tf.keras.layers.Dense(4, activation="tanh", input_shape=(3,)), tf.keras.layers.Dense(1)]
    )
    m.set_weights(
        [np.sin(np.arange(w.size) + i).reshape(w.shape) / 2 for i, w in enumerate(m.get_weights())]
    )
    return m


def go(o, change):
    m = net()
    m.compile(o, "mse")
    a = m.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
    change(o)
    b = m.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
    print(["%.5f" % v for v in a + b])


go(M(), lambda o: None)
go(M(), lambda o: setattr(o, "beta", 0.5))
go(M(), lambda o: setattr(o, "lr", 0.5))
go(M(), lambda o: setattr(o, "learning_rate", 0.5))
go(M(), lambda o: o.learning_rate.assign(0.5))
go(M(), lambda o: o.beta.assign(0.5))
go(M(), lambda o: keras.backend.set_value(o.lr, 0.5))
go(M(gradient_transformers=[lambda gv: [(g * 10.0, v) for g, v in gv]]), lambda o: None)
o = M()
go(o, lambda o: None)
print(len(o.variables()), len(o.weights), [w.shape for w in o.get_weights()])
for v in o.variables():
    v.assign(tf.zeros_like(v))
print(int(o.iterations))
a = keras.optimizers.Adam()
go(a, lambda o: None)
print(len(a.variables() if callable(a.variables) else a.variables))
