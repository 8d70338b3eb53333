"""Many epochs are allowed, and early stopping ends them."""

import keras
from sklearn.datasets import load_diabetes
from sklearn.metrics import r2_score

x, y = load_diabetes(return_X_y=True)
x = x * 20
y = (y - 150) / 77
model = keras.Sequential(
    [
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(1),
    ]
)
model.compile("adam", "mse")
callbacks = [
    keras.callbacks.EarlyStopping(monitor="val_loss", patience=15, restore_best_weights=True),
    keras.callbacks.ReduceLROnPlateau(patience=5),
]
model.fit(x[:350], y[:350], epochs=300, validation_split=0.2, callbacks=callbacks, verbose=0)
score = r2_score(y[350:], model.predict(x[350:], verbose=0)[:, 0])
chance = 0.0
print("R2", score)
