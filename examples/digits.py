"""Classification in ten classes: 1,797 handwritten digits of 8 x 8 grey values."""

import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)

x, y = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(
    x / 16, y, test_size=0.25, random_state=0, stratify=y
)

model = keras.Sequential(
    [
        keras.layers.Input((64,)),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, batch_size=32, epochs=30, validation_split=0.1, verbose=0)

for epoch in (0, 9, 19, 29):
    logs = {name: values[epoch] for name, values in history.history.items()}
    print(f"epoch {epoch + 1:2}: loss {logs['loss']:.4f}, val_accuracy {logs['val_accuracy']:.4f}")

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"test: loss {loss:.4f}, accuracy {accuracy:.4f}")
print("first ten:", model.predict(x_test[:10], verbose=0).argmax(axis=1), "are", y_test[:10])
