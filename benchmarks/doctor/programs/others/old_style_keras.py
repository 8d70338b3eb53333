"""A script of 2016, with names of that time."""

import numpy as np
from keras.layers import Activation, Dense, Dropout
from keras.models import Sequential
from keras.optimizers import RMSprop
from sklearn.datasets import load_digits

x, labels = load_digits(return_X_y=True)
x = x.astype("float32") / 16
y = np.eye(10)[labels]
model = Sequential()
model.add(Dense(128, input_shape=(64,)))
model.add(Activation("relu"))
model.add(Dropout(0.2))
model.add(Dense(128))
model.add(Activation("relu"))
model.add(Dropout(0.2))
model.add(Dense(10))
model.add(Activation("softmax"))
model.compile(loss="categorical_crossentropy", optimizer=RMSprop(), metrics=["accuracy"])
model.fit(x[:1400], y[:1400], batch_size=64, epochs=15, verbose=0)
score = model.evaluate(x[1400:], y[1400:], verbose=0)[1]
chance = 0.11
print("Test accuracy:", score)
