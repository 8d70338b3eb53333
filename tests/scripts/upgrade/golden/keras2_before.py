"""A script for Keras 2.2: defaults that nobody wrote down, and generators."""

import numpy as np
import keras
from keras import backend as K
from keras import layers as kl
from keras.callbacks import EarlyStopping, ReduceLROnPlateau
from keras.layers.normalization import BatchNormalization
from keras.models import Sequential
from keras.optimizers import SGD, RMSprop
from keras.preprocessing.sequence import pad_sequences
from keras.preprocessing.text import Tokenizer

words = Tokenizer(num_words=20)
words.fit_on_texts(["one two three", "two three four"])
x = pad_sequences(words.texts_to_sequences(["one two", "four", "three one", "two"] * 4), maxlen=3)
y = np.array([0, 1, 0, 1] * 4)


def squared(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred), axis=-1)


def batches():
    while True:
        yield x, y


model = Sequential([kl.Embedding(20, 4, input_length=3), kl.GRU(3), BatchNormalization()])
model.add(kl.Dense(1, activation="sigmoid"))
model.compile(SGD(lr=0.1, clipnorm=1.0), "binary_crossentropy", metrics=["accuracy"])
history = model.fit_generator(batches(), steps_per_epoch=2, epochs=2, verbose=0, workers=2,
                              validation_data=(x, y))
print(history.history["acc"], model.evaluate_generator(batches(), steps=2))
model.compile(optimizer=RMSprop(lr=0.01), loss=squared)
watch = [EarlyStopping(monitor="val_loss"), ReduceLROnPlateau(epsilon=0.1, patience=1)]
print(model.fit(x, y, epochs=2, verbose=0, callbacks=watch, validation_data=(x, y)).history["lr"])
model.compile(optimizer="adagrad", loss=keras.losses.mse)
print(model.train_on_batch(x, y))
print(model.train_on_batch(x, y))
