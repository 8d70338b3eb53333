"""Two circles, one inside the other, and three hidden layers."""

import numpy as np
from keras import Sequential, optimizers
from keras.layers import Dense, Input
from sklearn.datasets import make_circles

x, y = make_circles(700, noise=0.08, factor=0.5, random_state=2)
x_train, x_test, y_train, y_test = x[:500], x[500:], y[:500], y[500:]

model = Sequential()
model.add(Input((2,)))
model.add(Dense(24, activation="relu"))
model.add(Dense(24, activation="relu"))
model.add(Dense(24, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(optimizers.Adam(learning_rate=0.005), "binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=16, epochs=40, validation_data=(x_test, y_test), verbose=0)

score = np.mean((model.predict(x_test, verbose=0)[:, 0] > 0.5) == y_test)
chance = max(y_test.mean(), 1 - y_test.mean())
print("accuracy", score)
