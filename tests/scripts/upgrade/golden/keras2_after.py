"""A script for Keras 2.2: defaults that nobody wrote down, and generators."""

from keras import ops
import numpy as np
import keras
from keras import layers as kl
from keras.callbacks import EarlyStopping, ReduceLROnPlateau
from keras.models import Sequential
from keras.optimizers import SGD
from keras.preprocessing.sequence import pad_sequences
from keras.src.legacy.preprocessing.text import Tokenizer


@keras.saving.register_keras_serializable("onefit")
def old_hard_sigmoid(x):
    """`clip(0.2 * x + 0.5, 0, 1)`, as Keras 1 and 2 computed it."""
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def counted(original):
    """A layer counts the updates of its averages, beside its weights."""

    def build(self, input_shape):
        original(self, input_shape)
        self.updates_done = keras.random.SeedGenerator(seed=0, name="updates_done")

    return build


def _size(self, inputs):
    """How many numbers a mean is taken of."""
    axis = self.axis % len(inputs.shape)
    size = 1.0
    for place, length in enumerate(ops.shape(inputs)):
        if place != axis:
            size = size * ops.cast(length, "float32")
    return size


def of_keras2(original):
    """The averages forgot their first values at once, and kept the variance of a sample."""

    def call(self, inputs, training=None, mask=None):
        if not (training and self.trainable):
            return original(self, inputs, training=training, mask=mask)
        before = [ops.convert_to_tensor(one) for one in (self.moving_mean, self.moving_variance)]
        outputs = original(self, inputs, training=training, mask=mask)
        done = ops.cast(self.updates_done.next()[1], "float32")
        kept = self.momentum * (1.0 - ops.power(self.momentum, done))
        whole = 1.0 - ops.power(self.momentum, done + 1.0)
        size = _size(self, inputs)
        mean, variance = self._moments(ops.cast(inputs, "float32"), None)
        variance = variance * size / (size - (1.0 + self.epsilon))
        if len(inputs.shape) == 4:
            variance = variance * size / (size - 1.0)
        share = 1.0 - self.momentum
        self.moving_mean.assign((before[0] * kept + mean * share) / whole)
        self.moving_variance.assign((before[1] * kept + variance * share) / whole)
        return outputs

    return call


def never_frozen(original):
    """The averages move whatever the layer's flag says, and count masked steps, as in Keras 1."""

    def call(self, inputs, training=None, mask=None):
        # Not `trainable`, which sets the flags of the layer's variables, too.
        flag, self._trainable = self._trainable, True
        try:
            return original(self, inputs, training=training)
        finally:
            self._trainable = flag

    return call


def by_its_batch(original):
    """A frozen layer went on to normalize each batch by itself; its averages stood still."""
    moving = never_frozen(original)

    def call(self, inputs, training=None, mask=None):
        if not training:
            return original(self, inputs, training=training, mask=mask)
        if vars(self).get("_moves", self.trainable):
            return moving(self, inputs, training=training, mask=mask)
        mean, variance = self._moments(ops.cast(inputs, "float32"), None)
        return ops.batch_normalization(
            inputs, mean, variance, self.axis, self.beta, self.gamma, self.epsilon
        )

    return call


@keras.saving.register_keras_serializable("onefit")
class BatchNormalization(keras.layers.BatchNormalization):
    """BatchNormalization as Keras 2.2 computed it."""

    build = counted(keras.layers.BatchNormalization.build)
    call = by_its_batch(of_keras2(keras.layers.BatchNormalization.call))


def rmsprop(original):
    """Keras 2 added epsilon to the root, Keras 3 adds it below the root."""

    def update_step(self, gradient, variable, learning_rate):
        if self.momentum > 0:
            return original(self, gradient, variable, learning_rate)
        lr = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        index = self._get_variable_index(variable)
        velocity = self._velocities[index]
        self.assign(velocity, self.rho * velocity + (1 - self.rho) * ops.square(gradient))
        square = ops.convert_to_tensor(velocity)
        if self.centered:
            mean = self._average_gradients[index]
            self.assign(mean, self.rho * mean + (1 - self.rho) * gradient)
            square = square - ops.square(mean)
        self.assign_sub(variable, lr * gradient / (ops.sqrt(square) + self.epsilon))

    return update_step


@keras.saving.register_keras_serializable("onefit")
class RMSprop(keras.optimizers.RMSprop):
    """RMSprop as Keras 2.2 computed it."""

    update_step = rmsprop(keras.optimizers.RMSprop.update_step)


def adagrad(_):
    """Keras 2 added epsilon to the root, Keras 3 adds it below the root."""

    def update_step(self, gradient, variable, learning_rate):
        lr = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        accumulator = self._accumulators[self._get_variable_index(variable)]
        self.assign_add(accumulator, ops.square(gradient))
        self.assign_sub(variable, lr * gradient / (ops.sqrt(accumulator) + self.epsilon))

    return update_step


@keras.saving.register_keras_serializable("onefit")
class Adagrad(keras.optimizers.Adagrad):
    """Adagrad as Keras 2.2 computed it."""

    update_step = adagrad(keras.optimizers.Adagrad.update_step)


words = Tokenizer(num_words=20)
words.fit_on_texts(["one two three", "two three four"])
x = pad_sequences(words.texts_to_sequences(["one two", "four", "three one", "two"] * 4), maxlen=3)
y = np.array([0, 1, 0, 1] * 4)


def squared(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)


def batches():
    while True:
        yield x, y


model = Sequential([kl.Embedding(20, 4, input_shape=(3,)), kl.GRU(3, recurrent_activation=old_hard_sigmoid, reset_after=False), BatchNormalization()])
model.add(kl.Dense(1, activation="sigmoid"))
model.compile(SGD(learning_rate=0.1, global_clipnorm=1.0), "binary_crossentropy", metrics=[keras.metrics.BinaryAccuracy(name="acc")])
history = model.fit(batches(), steps_per_epoch=2, epochs=2, verbose=0,
                              validation_data=(x, y))
print(history.history["acc"], model.evaluate(batches(), steps=2, verbose=0))
model.compile(optimizer=RMSprop(learning_rate=0.01), loss=squared, metrics=[])
watch = [EarlyStopping(monitor="val_loss"), ReduceLROnPlateau(min_delta=0.1, patience=1)]
print(model.fit(x, y, epochs=2, verbose=0, callbacks=watch, validation_data=(x, y)).history["learning_rate"])
model.compile(optimizer=Adagrad(learning_rate=0.01, initial_accumulator_value=0.0), loss=keras.losses.mean_squared_error, metrics=[])
model.reset_metrics()
print(model.train_on_batch(x, y))
model.reset_metrics()
print(model.train_on_batch(x, y))
