"""A callback of one's own: it prints, keeps the best weights, lowers the rate and stops."""

import keras
import numpy as np

keras.utils.set_random_seed(1)


class Coach(keras.callbacks.Callback):
    """Halves the learning rate when the loss stands still, and stops when that has no use."""

    def on_train_begin(self, logs=None):
        self.best, self.weights, self.patience = float("inf"), None, 0

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < 0.99 * self.best:
            self.best, self.weights, self.patience = logs["val_loss"], self.model.get_weights(), 0
            return
        self.patience += 1
        rate = float(self.model.optimizer.learning_rate)
        if self.patience == 3:
            print(f"epoch {epoch + 1}: val_loss {logs['val_loss']:.4f}, rate {rate:.4f} halved")
            self.model.optimizer.learning_rate = rate / 2
        if self.patience == 6:
            print(f"epoch {epoch + 1}: stop")
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)


random = np.random.default_rng(0)
x = random.uniform(-3, 3, size=(400, 1))
y = np.sin(x) + random.normal(0, 0.1, size=x.shape)

model = keras.Sequential(
    [
        keras.layers.Input((1,)),
        keras.layers.Dense(16, activation="tanh"),
        keras.layers.Dense(16, activation="tanh"),
        keras.layers.Dense(1),
    ]
)
model.compile(keras.optimizers.Adam(0.02), "mse")
coach = Coach()
history = model.fit(x, y, epochs=200, validation_split=0.25, callbacks=[coach], verbose=0)

print(f"{len(history.epoch)} epochs, best val_loss {coach.best:.4f}")
print(f"again: {model.evaluate(x[300:], y[300:], verbose=0):.4f}")
