"""A small convolutional network on handwritten digits of 8 x 8 grey values."""

import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(1)

digits = load_digits()
x, y = digits.images[..., None] / 16, digits.target
x_train, y_train, x_test, y_test = x[:1400], y[:1400], x[1400:], y[1400:]

model = keras.Sequential(
    [
        layers.Input((8, 8, 1)),
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.1),
        layers.Dense(10),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(0.1, momentum=0.9),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(x_train, y_train, batch_size=64, epochs=25, verbose=0)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"{model.count_params()} weights; test: loss {loss:.4f}, accuracy {accuracy:.4f}")
