import numpy as np
from keras import backend as K
from keras.constraints import maxnorm
from keras.layers.core import Dense
from keras.models import Sequential
from keras.optimizers import Optimizer


class Careful(Optimizer):
    def __init__(self, lr=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-8, decay=0.01, **kwargs):
        super().__init__(**kwargs)
        self.__dict__.update(locals())
        self.iterations = K.variable(0)
        self.lr = K.variable(lr)
        self.beta_1 = K.variable(beta_1)
        self.beta_2 = K.variable(beta_2)
        self.decay = K.variable(decay)
        self.inital_decay = decay

    def get_updates(self, params, constraints, loss):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        lr = self.lr
        if self.inital_decay > 0:
            lr *= 1.0 / (1.0 + self.decay * self.iterations)
        t = self.iterations + 1
        lr_t = lr * K.sqrt(1.0 - K.pow(self.beta_2, t)) / (1.0 - K.pow(self.beta_1, t))
        shapes = [K.get_variable_shape(p) for p in params]
        ms = [K.zeros(shape) for shape in shapes]
        vs = [K.zeros(shape) for shape in shapes]
        self.weights = [self.iterations] + ms + vs
        for p, g, m, v in zip(params, grads, ms, vs):
            m_t = (self.beta_1 * m) + (1.0 - self.beta_1) * g
            v_t = (self.beta_2 * v) + (1.0 - self.beta_2) * K.square(g)
            p_t = p - lr_t * m_t / (K.sqrt(v_t) + self.epsilon)
            self.updates.append(K.update(m, m_t))
            self.updates.append(K.update(v, v_t))
            new_p = p_t
            if p in constraints:
                c = constraints[p]
                new_p = c(new_p)
            self.updates.append(K.update(p, new_p))
        return self.updates

    def get_config(self):
        config = {"lr": float(K.get_value(self.lr)), "epsilon": self.epsilon}
        base_config = super().get_config()
        return dict(list(base_config.items()) + list(config.items()))


x = np.sin(np.arange(96.0)).reshape(32, 3)
y = np.cos(x.sum(1, keepdims=True))


def net():
    m = Sequential([Dense(4, activation="tanh", input_dim=3, W_constraint=maxnorm(0.9)), Dense(1)])
    m.set_weights(
        [np.sin(np.arange(w.size) + i).reshape(w.shape) / 2 for i, w in enumerate(m.get_weights())]
    )
    return m


for k in ({}, {"clipnorm": 0.1}, {"clipvalue": 0.01}):
    m = net()
    o = Careful(**k)
    m.compile(o, "mse")
    h = m.fit(x, y, batch_size=8, nb_epoch=3, shuffle=False, verbose=0)
    print(
        ["%.5f" % v for v in h.history["loss"]],
        int(K.get_value(o.iterations)),
        len(o.get_weights()),
        ["%.4f" % np.abs(w).sum() for w in m.get_weights()],
        "%.4f" % K.get_value(m.optimizer.lr),
    )
