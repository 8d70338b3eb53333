"""A script for Keras 1: its names, arguments and defaults."""

import time

import numpy as np
from keras.layers.convolutional import Convolution2D, MaxPooling2D  # two of many
from keras.layers.core import Activation, Dense, Dropout, Flatten
from keras.layers import Input, merge
from keras.models import Model, Sequential
from keras.optimizers import Adadelta
from keras.utils import np_utils
from keras import backend as K

nb_epoch = 2
start = time.clock()
x = np.random.rand(24, 6, 6, 1)
y = np_utils.to_categorical(np.arange(24) % 3, 3)

model = Sequential()
model.add(Convolution2D(2, 3, 3,
                        border_mode="same",  # so that the size stays
                        init="he_normal", input_shape=(6, 6, 1)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2), dim_ordering="tf"))
model.add(Dropout(p=0.25))
model.add(Flatten())
model.add(Dense(output_dim=3, W_regularizer="l2", activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adadelta", metrics=["accuracy"])
history = model.fit(x, y, nb_epoch=nb_epoch, batch_size=8, validation_split=0.25)
print(history.history["val_acc"], model.predict_classes(x[:4]), model.layers[0].output_shape)

left = Input(shape=(4,))
both = merge([Dense(3)(left), Dense(3)(left)], mode="sum")
other = Model(input=left, output=Dense(1)(both))
other.compile(Adadelta(lr=0.5), "mse")
print(other.fit(np.ones((4, 4)), np.ones(4), nb_epoch=1, verbose=0).history)
print(K.image_dim_ordering(), K.get_value(other.optimizer.lr))
