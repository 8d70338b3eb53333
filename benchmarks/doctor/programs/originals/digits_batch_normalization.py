"""A convolutional network with batch normalization and dropout."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

x, y = load_digits(return_X_y=True)
x = x.reshape(-1, 8, 8, 1)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=7)

model = keras.Sequential()
model.add(layers.Input((8, 8, 1)))
model.add(layers.Rescaling(1 / 16))
model.add(layers.Conv2D(16, 3, padding="same", activation="relu"))
model.add(layers.BatchNormalization())
model.add(layers.MaxPooling2D())
model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dropout(0.2))
model.add(layers.Dense(10, activation="softmax"))
model.compile(
    loss="sparse_categorical_crossentropy",
    optimizer=keras.optimizers.Adam(learning_rate=5e-3),
    metrics=["sparse_categorical_accuracy"],
)
model.fit(x_train, y_train, batch_size=64, epochs=15, validation_split=0.1, verbose=0)

score = np.mean(model.predict(x_test, verbose=0).argmax(axis=1) == y_test)
chance = np.bincount(y_test).max() / len(y_test)
print("accuracy", score)
