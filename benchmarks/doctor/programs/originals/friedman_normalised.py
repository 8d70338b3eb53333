"""Friedman's function with a Normalization layer and batch normalization."""

import keras
from keras import layers
from sklearn.datasets import make_friedman1
from sklearn.metrics import r2_score
from sklearn.preprocessing import StandardScaler

x, y = make_friedman1(1500, n_features=8, noise=0.5, random_state=9)
y = StandardScaler().fit_transform(y.reshape(-1, 1))
x_train, x_test, y_train, y_test = x[:1200], x[1200:], y[:1200], y[1200:]

normalize = layers.Normalization()
normalize.adapt(x_train)
model = keras.Sequential(
    [
        layers.Input((8,)),
        normalize,
        layers.Dense(48, activation="relu"),
        layers.BatchNormalization(),
        layers.Dense(24, activation="relu"),
        layers.Dense(1),
    ]
)
model.compile("adam", "mean_squared_error", metrics=["mean_absolute_error"])
model.fit(x_train, y_train, batch_size=64, epochs=60, validation_data=(x_test, y_test), verbose=0)

score = r2_score(y_test, model.predict(x_test, verbose=0))
chance = 0.0
print("R2", round(score, 3))
