"""A model as a class of one's own."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import make_blobs


class Classifier(keras.Model):
    """Two dense layers and a dropout between."""

    def __init__(self, classes):
        super().__init__()
        self.hidden = layers.Dense(32, activation="relu")
        self.dropout = layers.Dropout(0.1)
        self.last = layers.Dense(classes, activation="softmax")

    def call(self, inputs, training=False):
        return self.last(self.dropout(self.hidden(inputs), training=training))


x, y = make_blobs(800, n_features=4, centers=4, cluster_std=2.5, random_state=1)
x = (x - x.mean(0)) / x.std(0)
model = Classifier(4)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:600], y[:600], epochs=30, verbose=0)
score = np.mean(model.predict(x[600:], verbose=0).argmax(1) == y[600:])
chance = 0.3
print(score)
