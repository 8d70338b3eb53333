"""A script for Keras 1: its names, arguments and defaults."""

import keras
import time

import numpy as np
from keras.layers import Conv2D, MaxPooling2D  # two of many
from keras.layers import Activation, Dense, Dropout, Flatten
from keras.layers import Input
from keras.models import Model, Sequential
from keras.optimizers import Adadelta


def predict_classes(self, x, batch_size=32, verbose=0):
    """The most probable class of each row; of one output, whether it is above a half."""
    found = self.predict(x, batch_size=batch_size, verbose=verbose)
    if found.shape[-1] > 1:
        return found.argmax(axis=-1)
    return np.asarray(found > 0.5, "int32")


nb_epoch = 2
start = time.perf_counter()
x = np.random.rand(24, 6, 6, 1)
y = keras.utils.to_categorical(np.arange(24) % 3, 3)

model = Sequential()
model.add(Conv2D(2, (3, 3),
                        padding="same",  # so that the size stays
                        kernel_initializer=keras.initializers.VarianceScaling(scale=2.0, mode="fan_in", distribution="untruncated_normal"), input_shape=(6, 6, 1)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2), data_format="channels_last"))
model.add(Dropout(rate=0.25))
model.add(Flatten())
model.add(Dense(units=3, kernel_regularizer="l2", activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer=Adadelta(learning_rate=1.0, epsilon=1e-08), metrics=["acc"])
history = model.fit(x, y, epochs=nb_epoch, batch_size=8, validation_split=0.25)
print(history.history["val_acc"], predict_classes(model, x[:4]), model.layers[0].output.shape)

left = Input(shape=(4,))
both = keras.layers.add([Dense(3)(left), Dense(3)(left)])
other = Model(inputs=left, outputs=Dense(1)(both))
other.compile(Adadelta(learning_rate=0.5, epsilon=1e-08), "mse")
print(other.fit(np.ones((4, 4)), np.ones(4), epochs=1, verbose=0).history)
print(("th" if keras.config.image_data_format() == "channels_first" else "tf"), keras.ops.convert_to_numpy(other.optimizer.learning_rate))
