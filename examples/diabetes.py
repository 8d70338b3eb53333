"""A number: how far a disease went in a year, from ten measurements of 442 patients."""

import keras
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)

x, y = load_diabetes(return_X_y=True, as_frame=True)
x_train, x_test, y_train, y_test = train_test_split(x, y / 100, test_size=0.25, random_state=0)

model = keras.Sequential(
    [
        keras.layers.Input((10,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(1),
    ]
)
model.compile(
    keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(0.02, decay_steps=660)),
    loss="mse",
    metrics=["mae", "r2_score"],
)
history = model.fit(
    x_train, y_train, validation_data=(x_test, y_test), validation_freq=20, epochs=60, verbose=0
)

print("val_mae:", " ".join(f"{value:.3f}" for value in history.history["val_mae"]))
for name, value in model.evaluate(x_test, y_test, verbose=0, return_dict=True).items():
    print(f"test {name}: {value:.3f}")
for predicted, true in zip(model.predict(x_test.head(3), verbose=0)[:, 0], y_test.head(3)):
    print(f"predicted {100 * predicted:.0f}, was {100 * true:.0f}")
