"""Digits with one layer of softmax, the baseline of every course."""

from keras.layers import Dense
from keras.models import Sequential
from keras.utils import to_categorical
from sklearn.datasets import load_digits

x, digits = load_digits(return_X_y=True)
x /= 16
y = to_categorical(digits)
model = Sequential([Dense(10, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
history = model.fit(x[:1500], y[:1500], epochs=30, batch_size=128, verbose=0)
score = model.evaluate(x[1500:], y[1500:], verbose=0)[1]
chance = 0.1
print("Test accuracy:", score)
