"""A wide and a deep path to one answer."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import make_classification
from sklearn.preprocessing import StandardScaler

x, y = make_classification(
    1600, n_features=20, n_informative=8, n_clusters_per_class=3, class_sep=1.2, random_state=14
)
x = StandardScaler().fit_transform(x)
x_train, x_test, y_train, y_test = x[:1200], x[1200:], y[:1200], y[1200:]

inputs = keras.Input((20,))
deep = layers.Dense(64, activation="relu")(inputs)
deep = layers.Dense(32, activation="relu")(deep)
joined = layers.concatenate([inputs, deep])
outputs = layers.Dense(1, activation="sigmoid")(joined)
model = keras.Model(inputs, outputs)
model.compile(
    optimizer=keras.optimizers.SGD(0.05, momentum=0.9),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
stop = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
model.fit(x_train, y_train, epochs=60, validation_split=0.2, callbacks=[stop], verbose=0)

score = np.mean((model.predict(x_test, verbose=0)[:, 0] > 0.5) == y_test)
chance = max(y_test.mean(), 1 - y_test.mean())
print("accuracy", score)
