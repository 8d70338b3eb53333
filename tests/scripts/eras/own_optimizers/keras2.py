import keras
import numpy as np
from keras import backend as K
from keras.layers import Dense
from keras.legacy import interfaces
from keras.models import Sequential
from keras.optimizers import SGD, Adam, Optimizer


class Rectified(Optimizer):
    """Adam whose step waits until the variance can be told."""

    def __init__(self, lr=0.01, beta_1=0.9, beta_2=0.99, epsilon=None, decay=0.1, **kwargs):
        super().__init__(**kwargs)
        with K.name_scope(self.__class__.__name__):
            self.iterations = K.variable(0, dtype="int64", name="iterations")
            self.lr = K.variable(lr, name="lr")
            self.beta_1 = K.variable(beta_1, name="beta_1")
            self.beta_2 = K.variable(beta_2, name="beta_2")
            self.decay = K.variable(decay, name="decay")
        if epsilon is None:
            epsilon = K.epsilon()
        self.epsilon = epsilon
        self.initial_decay = decay

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        lr = self.lr
        if self.initial_decay > 0:
            lr = lr * (1.0 / (1.0 + self.decay * K.cast(self.iterations, K.dtype(self.decay))))
        t = K.cast(self.iterations, K.floatx()) + 1
        beta_1_t = K.pow(self.beta_1, t)
        beta_2_t = K.pow(self.beta_2, t)
        most = 2.0 / (1.0 - self.beta_2) - 1.0
        now = most - 2.0 * t * beta_2_t / (1.0 - beta_2_t)
        r = K.sqrt(K.relu(now - 4.0) * (now - 2.0) * most / ((most - 4.0) * (most - 2.0) * now))
        ms = [
            K.zeros(K.int_shape(p), dtype=K.dtype(p), name="m_%d" % i) for i, p in enumerate(params)
        ]
        vs = [
            K.zeros(K.int_shape(p), dtype=K.dtype(p), name="v_%d" % i) for i, p in enumerate(params)
        ]
        self.weights = [self.iterations] + ms + vs
        for p, g, m, v in zip(params, grads, ms, vs):
            m_t = self.beta_1 * m + (1.0 - self.beta_1) * g
            v_t = self.beta_2 * v + (1.0 - self.beta_2) * K.square(g)
            m_hat = m_t / (1.0 - beta_1_t)
            v_hat = K.sqrt(v_t / (1.0 - beta_2_t)) + self.epsilon
            step = K.switch(K.greater(now, 4.0), r * m_hat / v_hat, m_hat)
            self.updates.append(K.update(m, m_t))
            self.updates.append(K.update(v, v_t))
            new_p = p - lr * step
            if getattr(p, "constraint", None) is not None:
                new_p = p.constraint(new_p)
            self.updates.append(K.update(p, new_p))
        return self.updates

    def get_config(self):
        config = {
            "lr": float(K.get_value(self.lr)),
            "beta_1": float(K.get_value(self.beta_1)),
            "beta_2": float(K.get_value(self.beta_2)),
            "decay": float(K.get_value(self.decay)),
            "epsilon": self.epsilon,
        }
        base = super().get_config()
        return dict(list(base.items()) + list(config.items()))


class Accumulated(Optimizer):
    def __init__(self, lr=0.05, steps=2, momentum=0.5, **kwargs):
        super().__init__(**kwargs)
        self.iterations = K.variable(0, dtype="int64")
        self.lr = K.variable(lr)
        self.steps = steps
        self.momentum = K.variable(momentum)

    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        flag = K.cast(K.equal((self.iterations + 1) % self.steps, 0), K.floatx())
        sums = [K.zeros(K.int_shape(p)) for p in params]
        moments = [K.zeros(K.int_shape(p)) for p in params]
        self.weights = [self.iterations] + sums + moments
        for p, g, s, m in zip(params, grads, sums, moments):
            total = s + g
            velocity = self.momentum * m - self.lr * total / self.steps
            self.updates.append(K.update(s, (1 - flag) * total))
            self.updates.append(K.update(m, flag * velocity + (1 - flag) * m))
            self.updates.append((p, p + flag * velocity))
        return self.updates


class Layerwise(SGD):
    def __init__(self, lr, factors, **kwargs):
        super().__init__(lr=lr, **kwargs)
        self.factors = factors

    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        lr = self.lr
        if self.initial_decay > 0:
            lr = lr * (1.0 / (1.0 + self.decay * K.cast(self.iterations, K.dtype(self.decay))))
        moments = [K.zeros(K.int_shape(p)) for p in params]
        self.weights = [self.iterations] + moments
        for p, g, m in zip(params, grads, moments):
            factor = [f for name, f in self.factors.items() if name in p.name]
            rate = lr * factor[0] if factor else lr
            v = self.momentum * m - rate * g
            self.updates.append(K.update(m, v))
            self.updates.append(
                K.update(p, p + self.momentum * v - rate * g if self.nesterov else p + v)
            )
        return self.updates


class Also(Optimizer):
    def __init__(self, optimizer, more):
        super().__init__()
        self.optimizer, self.more = optimizer, more

    def get_updates(self, params, loss):
        updates = self.optimizer.get_updates(params=params, loss=loss)
        updates += self.more
        self.updates = updates
        return self.updates

    def get_config(self):
        return self.optimizer.get_config()


def filled(model):
    model.set_weights(
        [
            np.sin(np.arange(w.size) + i).reshape(w.shape) / 2
            for i, w in enumerate(model.get_weights())
        ]
    )
    return model


def net(name=""):
    return filled(
        Sequential(
            [
                Dense(
                    4,
                    activation="tanh",
                    input_shape=(3,),
                    name="first" + name,
                    kernel_constraint=keras.constraints.MaxNorm(0.9),
                ),
                Dense(1, name="last" + name, kernel_regularizer="l2"),
            ]
        )
    )


x = np.sin(np.arange(96.0)).reshape(32, 3)
y = np.cos(x.sum(1, keepdims=True))


def told(name, h):
    print(name, ["%.5f" % v for v in h.history["loss"]])


def fit(m, **k):
    return m.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0, **k)


for name, o in (
    ("rectified", Rectified()),
    ("clipped", Rectified(clipnorm=0.1)),
    ("accumulated", Accumulated()),
    ("layers", Layerwise(0.1, {"last": 0.1}, momentum=0.9, nesterov=True, decay=0.01)),
):
    m = net()
    m.compile(o, "mse")
    told(name, fit(m))
    print(
        int(K.get_value(o.iterations)),
        len(o.get_weights()),
        "%.4f" % K.get_value(o.lr),
        ["%.4f" % np.abs(w).sum() for w in m.get_weights()],
    )
m = net()
o = Rectified()
m.compile(o, "mse")
told("reduced", fit(m, callbacks=[keras.callbacks.LearningRateScheduler(lambda e: 0.1 / (e + 1))]))
print("%.4f" % K.get_value(m.optimizer.lr))
print(["%.5f" % m.train_on_batch(x, y) for _ in range(3)])
K.set_value(m.optimizer.lr, 0.0)
w = m.get_weights()
m.train_on_batch(x, y)
print(all((a == b).all() for a, b in zip(w, m.get_weights())))
K.set_value(m.optimizer.lr, 0.01)
m.save("own.h5")
n = keras.models.load_model("own.h5", custom_objects={"Rectified": Rectified})
told("goes on", fit(m))
told("loaded", fit(n))
target, m = net("t"), net()
more = [(a, 0.9 * a + 0.1 * b) for a, b in zip(target.weights, m.weights)]
m.compile(Also(Adam(lr=0.01), more), "mse")
told("also", fit(m))
print(["%.4f" % np.abs(v).sum() for v in target.get_weights()])
o = Rectified()
a, b = net(), net("b")
a.compile(o, "mse")
b.compile(o, "mse")
print(
    ["%.5f %.5f" % (a.train_on_batch(x, y), b.train_on_batch(x, y)) for _ in range(3)],
    int(K.get_value(o.iterations)),
)


class Noted(SGD):
    """SGD that keeps the mean of its weights."""

    def get_updates(self, loss, params):
        self.updates = super().get_updates(loss, params)
        self.means = [K.zeros(K.int_shape(p)) for p in params]
        for p, m in zip(params, self.means):
            self.updates.append(K.update(m, 0.9 * m + 0.1 * p))
        return self.updates


m = net()
o = Noted(lr=0.05, momentum=0.9, decay=0.1)
m.compile(o, "mse")
told("noted", fit(m))
print(["%.4f" % np.abs(K.get_value(v)).sum() for v in o.means])
# a function of the backend that steps
m = net()
o = Accumulated(0.1)
target = keras.layers.Input((1,))
loss = K.mean(K.square(m.output - target))
count = K.variable(0.0)
step = K.function(
    [m.input, target],
    [loss],
    updates=o.get_updates(loss, m.trainable_weights) + [(count, count + 2.0)],
)
print(["%.5f" % step([x, y])[0] for _ in range(5)], K.get_value(count))
