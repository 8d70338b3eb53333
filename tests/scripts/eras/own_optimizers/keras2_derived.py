"""Optimizers that are derived from Keras's, or stand around one, and what they share and save."""

import keras
import numpy as np
from keras import backend as K
from keras import constraints
from keras.callbacks import LearningRateScheduler
from keras.layers import Dense
from keras.models import Sequential, load_model
from keras.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, Nadam, Optimizer, RMSprop

x = np.random.RandomState(1).rand(20, 3)
y = np.random.RandomState(2).rand(20, 1)


def net(constraint=None):
    draws = np.random.RandomState(0)
    model = Sequential([Dense(4, input_dim=3, activation="tanh", kernel_constraint=constraint)])
    model.add(Dense(1))
    model.set_weights([draws.uniform(-0.3, 0.3, one.shape) for one in model.get_weights()])
    return model


def fit(name, model, **given):
    h = model.fit(x, y, batch_size=6, epochs=2, shuffle=False, verbose=0, **given)
    sums = ["%.4f" % one.sum() for one in model.get_weights()]
    print(name, ["%.4f" % one for one in h.history["loss"]], sums)


# The gradients are changed; the formula is Keras's.
given = {
    SGD: dict(lr=0.05, momentum=0.9, nesterov=True, decay=0.1),
    Adam: dict(lr=0.05, amsgrad=True),
}
for base in (SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam):

    class Doubled(base):
        def get_gradients(self, loss, params):
            return [2.0 * one for one in super().get_gradients(loss, params)]

    model = net(constraints.max_norm(0.6))
    model.compile(Doubled(**given.get(base, dict(clipnorm=0.3))), "mse")
    fit(base.__name__, model)


class Accumulated(Adam):
    """Has Keras's formula make its step every other time, by an `update` of its own."""

    def __init__(self, every=2, **kwargs):
        self.every = every
        super().__init__(**kwargs)

    def get_updates(self, loss, params):
        sums = [K.zeros(K.int_shape(one)) for one in params]
        begins = K.equal(self.iterations % self.every, 0)
        ends = K.equal((self.iterations + 1) % self.every, 0)
        grads = super().get_gradients(loss, params)
        grads = [K.switch(begins, g, s + g) for g, s in zip(grads, sums)]
        self.get_gradients = lambda loss, params: [one / self.every for one in grads]
        update = K.update
        K.update = lambda old, new: update(old, K.switch(ends, new, old))
        try:
            updates = super().get_updates(loss, params)
        finally:
            K.update = update
        return updates + [K.update(s, g) for s, g in zip(sums, grads)]


model = net()
model.compile(Accumulated(lr=0.05), "mse")
fit("accumulated", model)


class Around(Optimizer):
    """Makes the step of another one, whose rate it has."""

    def __init__(self, optimizer, **kwargs):
        super().__init__(**kwargs)
        self.optimizer = keras.optimizers.get(optimizer)

    @property
    def lr(self):
        return self.optimizer.lr

    @property
    def iterations(self):
        return self.optimizer.iterations

    def get_updates(self, loss, params):
        self.updates = self.optimizer.get_updates(loss, params)
        self.weights = self.optimizer.weights
        return self.updates


model = net()
model.compile(Around(Adam(0.5)), "mse")
fit("around", model, callbacks=[LearningRateScheduler(lambda epoch: 0.02 / (epoch + 1))])
print("%.4f" % K.get_value(model.optimizer.lr), K.get_value(model.optimizer.iterations))


class Bounded(Optimizer):
    """Keeps the largest second moment, decays weights, and has no arguments but its own."""

    def __init__(self, lr=0.01, weight_decay=0.1):
        super().__init__()
        self.iterations = K.variable(0, dtype="int64", name="iterations")
        self.lr = K.variable(lr, name="lr")
        self.weight_decay = weight_decay

    def get_updates(self, *args, **kwargs):
        loss, params = kwargs["loss"], kwargs["params"]
        grads = self.get_gradients(loss, params)
        vs, tops = ([K.zeros(K.int_shape(one)) for one in params] for _ in range(2))
        self.weights = [self.iterations] + vs + tops
        self.updates = [K.update_add(self.iterations, 1)]
        for p, g, v, top in zip(params, grads, vs, tops):
            g = g + self.weight_decay * p
            v_t = 0.9 * v + 0.1 * K.square(g)
            top_t = K.maximum(top, v_t)
            self.updates += [K.update(v, v_t), K.update(top, top_t)]
            self.updates.append(K.update(p, p - self.lr * g / (K.sqrt(top_t) + 0.01)))
        return self.updates

    def get_config(self):
        own = {"lr": float(K.get_value(self.lr)), "weight_decay": self.weight_decay}
        return dict(list(super().get_config().items()) + list(own.items()))


model = net()
model.compile(Bounded(), "mse")
fit("bounded", model)
model.save("bounded.h5")
again = load_model("bounded.h5", custom_objects={"Bounded": Bounded})
print(K.get_value(again.optimizer.iterations))
fit("goes on", model)
fit("read", again)

# One for two models.
first, second = net(), net()
shared = Bounded(weight_decay=0.5)
first.compile(shared, "mse")
second.compile(shared, "mse")
for _ in range(3):
    print("%.4f %.4f" % (first.train_on_batch(x, y), second.train_on_batch(x, -y)))

# The method of one object.
plain = SGD(0.1)
of_keras = plain.get_gradients
plain.get_gradients = lambda loss, params: [
    K.clip(one, -0.01, 0.01) for one in of_keras(loss, params)
]
model = net()
model.compile(plain, "mse")
fit("of one object", model)
