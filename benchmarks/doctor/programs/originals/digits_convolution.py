"""A small convolutional network on 8 by 8 digits."""

import keras
import numpy as np
from keras.layers import Conv2D, Dense, Flatten, Input, MaxPooling2D
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

images, labels = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1)
images = images / 16.0
x_train, x_test, y_train, y_test = train_test_split(images, labels, random_state=5)

model = keras.Sequential(
    [
        Input((8, 8, 1)),
        Conv2D(16, 3, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(32, activation="relu"),
        Dense(10, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.003),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, epochs=12, batch_size=32, validation_data=(x_test, y_test), verbose=0)
score = np.mean(np.argmax(model.predict(x_test, verbose=0), axis=1) == y_test)
chance = np.bincount(y_test).max() / len(y_test)
print("accuracy", score)
