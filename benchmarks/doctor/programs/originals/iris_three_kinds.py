"""The iris flowers, shuffled, with a validation split."""

import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from sklearn.datasets import load_iris
from sklearn.utils import shuffle

x, y = load_iris(return_X_y=True)
x, y = shuffle(x, y, random_state=0)
x_train, y_train = x[:110], y[:110]
x_test, y_test = x[110:], y[110:]

model = Sequential()
model.add(Dense(16, input_dim=4, activation="relu"))
model.add(Dense(16, activation="relu"))
model.add(Dense(3, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=120, batch_size=8, verbose=0)

score = (model.predict(x_test, verbose=0).argmax(axis=-1) == y_test).mean()
chance = np.bincount(y_test).max() / len(y_test)
print(f"{score:.2%} right")
