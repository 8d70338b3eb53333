"""Benign or malignant: thirty measurements, one sigmoid."""

import keras
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

data = load_breast_cancer()
x = StandardScaler().fit_transform(data.data)
y = data.target
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=1)

model = keras.Sequential()
model.add(keras.Input(shape=(30,)))
model.add(keras.layers.Dense(16, activation="relu"))
model.add(keras.layers.Dense(8, activation="relu"))
model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=40, batch_size=16, validation_split=0.1, verbose=0)

predicted = model.predict(x_test, verbose=0)[:, -1] > 0.5
score = np.mean(predicted == y_test)
chance = max(y_test.mean(), 1 - y_test.mean())
print("accuracy", score, "majority", chance)
