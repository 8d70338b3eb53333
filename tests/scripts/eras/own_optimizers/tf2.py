import numpy as np
import tensorflow as tf
from tensorflow import keras

Base = getattr(keras.optimizers, "legacy", keras.optimizers).Optimizer
SGD = getattr(keras.optimizers, "legacy", keras.optimizers).SGD
Adam = getattr(keras.optimizers, "legacy", keras.optimizers).Adam


class Momentum(Base):
    def __init__(self, learning_rate=0.05, momentum=0.9, name="Momentum", **kwargs):
        super().__init__(name, **kwargs)
        self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))
        self._set_hyper("decay", self._initial_decay)
        self._set_hyper("momentum", momentum)

    def _create_slots(self, var_list):
        for var in var_list:
            self.add_slot(var, "momentum")

    @tf.function
    def _resource_apply_dense(self, grad, var):
        var_dtype = var.dtype.base_dtype
        lr_t = self._decayed_lr(var_dtype)
        momentum_var = self.get_slot(var, "momentum")
        momentum_hyper = self._get_hyper("momentum", var_dtype)
        momentum_var.assign(momentum_var * momentum_hyper - (1.0 - momentum_hyper) * grad)
        return var.assign_add(momentum_var * lr_t)

    def _resource_apply_sparse(self, grad, var):
        raise NotImplementedError

    def get_config(self):
        return {
            **super().get_config(),
            "learning_rate": self._serialize_hyperparameter("learning_rate"),
            "decay": self._serialize_hyperparameter("decay"),
            "momentum": self._serialize_hyperparameter("momentum"),
        }


class Lamb(Base):
    def __init__(
        self,
        learning_rate=0.01,
        beta_1=0.9,
        beta_2=0.99,
        epsilon=1e-6,
        rate=0.01,
        name="Lamb",
        **kwargs,
    ):
        super().__init__(name, **kwargs)
        self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))
        self._set_hyper("beta_1", beta_1)
        self._set_hyper("beta_2", beta_2)
        self._set_hyper("rate", rate)
        self._set_hyper("decay", self._initial_decay)
        self.epsilon = epsilon

    def _create_slots(self, var_list):
        for var in var_list:
            self.add_slot(var, "m")
        for var in var_list:
            self.add_slot(var, "v")

    def _prepare_local(self, device, dtype, apply_state):
        super()._prepare_local(device, dtype, apply_state)
        step = tf.cast(self.iterations + 1, dtype)
        b1, b2 = (
            tf.identity(self._get_hyper("beta_1", dtype)),
            tf.identity(self._get_hyper("beta_2", dtype)),
        )
        apply_state[(device, dtype)].update(
            dict(
                rate=tf.identity(self._get_hyper("rate", dtype)),
                b1=b1,
                b2=b2,
                p1=tf.pow(b1, step),
                p2=tf.pow(b2, step),
                epsilon=tf.convert_to_tensor(self.epsilon, dtype),
            )
        )

    def _resource_apply_dense(self, grad, var, apply_state=None):
        device, dtype = var.device, var.dtype.base_dtype
        c = (apply_state or {}).get((device, dtype)) or self._fallback_apply_state(device, dtype)
        m = self.get_slot(var, "m")
        m_t = m.assign(c["b1"] * m + (1 - c["b1"]) * grad, use_locking=self._use_locking)
        v = self.get_slot(var, "v")
        with tf.control_dependencies([m_t]):
            v_t = v.assign(
                c["b2"] * v + (1 - c["b2"]) * tf.square(grad), use_locking=self._use_locking
            )
        m_hat, v_hat = m_t / (1.0 - c["p1"]), v_t / (1.0 - c["p2"])
        g = m_hat / (tf.sqrt(v_hat) + c["epsilon"]) + c["rate"] * var
        w_norm, g_norm = tf.norm(var, ord=2), tf.norm(g, ord=2)
        ratio = tf.where(
            tf.greater(w_norm, 0), tf.where(tf.greater(g_norm, 0), w_norm / g_norm, 1.0), 1.0
        )
        var_update = var.assign_sub(ratio * c["lr_t"] * g, use_locking=self._use_locking)
        return tf.group(*[var_update, m_t, v_t])

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                n: self._serialize_hyperparameter(n)
                for n in ("learning_rate", "beta_1", "beta_2", "rate", "decay")
            }
        )
        return config


class Decoupled(Adam):
    def __init__(self, rate, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rate = rate

    def _resource_apply_dense(self, grad, var, apply_state=None):
        with tf.control_dependencies([var.assign_sub(self.rate * var)]):
            return super()._resource_apply_dense(grad, var, apply_state)

    def get_config(self):
        return {**super().get_config(), "rate": self.rate}


class Layerwise(SGD):
    def __init__(self, factors, **kwargs):
        super().__init__(**kwargs)
        self.factors = factors

    def _resource_apply_dense(self, grad, var, apply_state=None):
        for name, factor in self.factors.items():
            if name in var.name:
                grad = grad * factor
        return super()._resource_apply_dense(grad, var, apply_state)


class Newer(tf.keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.05, momentum=0.9, name="Newer", **kwargs):
        super().__init__(name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)
        self.momentum = momentum

    def build(self, var_list):
        super().build(var_list)
        if hasattr(self, "_built") and self._built:
            return
        self.momentums = []
        for var in var_list:
            self.momentums.append(
                self.add_variable_from_reference(model_variable=var, variable_name="m")
            )
        self._built = True

    def update_step(self, gradient, variable):
        lr = tf.cast(self.learning_rate, variable.dtype)
        var_key = self._var_key(variable)
        m = self.momentums[self._index_dict[var_key]]
        m.assign(self.momentum * m - (1 - self.momentum) * gradient)
        variable.assign_add(lr * m)

    def get_config(self):
        return {
            **super().get_config(),
            "learning_rate": self._serialize_hyperparameter(self._learning_rate),
            "momentum": self.momentum,
        }


x = np.sin(np.arange(96.0)).reshape(32, 3).astype("float32")
y = np.cos(x.sum(1, keepdims=True))


def net(most=None):
    limit = most and keras.constraints.MaxNorm(most)
    m = tf.keras.Sequential(
        [
            tf.keras.layers.Dense(
                4, activation="tanh", input_shape=(3,), name="first", kernel_constraint=limit
            ),
            tf.keras.layers.Dense(1, name="last"),
        ]
    )
    m.set_weights(
        [np.sin(np.arange(w.size) + i).reshape(w.shape) / 2 for i, w in enumerate(m.get_weights())]
    )
    return m


schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 5, 0.5)
for o in (
    Momentum(),
    Momentum(lr=0.2, decay=0.1, momentum=0.5),
    Momentum(clipnorm=0.1),
    Momentum(schedule),
    Lamb(),
    Decoupled(0.01, learning_rate=0.02),
    Layerwise({"last": 0.1}, learning_rate=0.1, momentum=0.9),
):
    m = net(None if isinstance(o, Momentum) else 0.9)
    m.compile(o, "mse")
    h = m.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
    print(
        type(o).__name__,
        ["%.5f" % v for v in h.history["loss"]],
        int(o.iterations),
        ["%.4f" % np.abs(w).sum() for w in m.get_weights()],
    )
m = net()
o = Lamb()
for _ in range(4):
    with tf.GradientTape() as t:
        loss = tf.reduce_mean((m(x) - y) ** 2)
    g = t.gradient(loss, m.trainable_variables)
    o.apply_gradients(zip(g, m.trainable_variables))
    print("%.5f" % float(loss))
print(
    sorted(
        (k, round(v, 4) if isinstance(v, float) else v)
        for k, v in Lamb().get_config().items()
        if k in ("learning_rate", "beta_1", "rate", "decay", "name")
    )
)
m = net()
m.compile(Momentum(), "mse")
m.fit(x, y, verbose=0, shuffle=False)
m.save("own.h5")
n = keras.models.load_model("own.h5", custom_objects={"Momentum": Momentum})
print(
    [
        "%.5f" % one.fit(x, y, verbose=0, shuffle=False, batch_size=8).history["loss"][0]
        for one in (m, n)
    ]
)
m.optimizer.learning_rate = 0.0
w = m.get_weights()
m.train_on_batch(x, y)
print(all((a == b).all() for a, b in zip(w, m.get_weights())))
for k in ({}, {"clipnorm": 0.1}, {"weight_decay": 0.01}):
    m = net()
    o = Newer(**k)
    m.compile(o, "mse")
    h = m.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
    print(
        ["%.5f" % v for v in h.history["loss"]],
        int(o.iterations),
        ["%.4f" % np.abs(w).sum() for w in m.get_weights()],
        "%.4f" % float(m.optimizer.learning_rate),
    )
print(o.get_config()["learning_rate"], o.get_config()["momentum"])
m = net()
o = Newer(schedule)
for _ in range(4):
    with tf.GradientTape() as t:
        loss = tf.reduce_mean((m(x) - y) ** 2)
    g = t.gradient(loss, m.trainable_variables)
    o.apply_gradients(zip(g, m.trainable_variables))
    print("%.5f" % float(loss))
