"""Yes or no: is a tumour malignant? 569 of them, 30 measurements each."""

import keras
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(1)

x, y = load_breast_cancer(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(
    x, y, test_size=0.25, random_state=0, stratify=y
)

scale = keras.layers.Normalization()
scale.adapt(x_train)

model = keras.Sequential(
    [
        keras.layers.Input((30,)),
        scale,
        keras.layers.Dense(16, activation="relu", kernel_regularizer="l2"),
        keras.layers.BatchNormalization(),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    keras.optimizers.Adam(0.01),
    loss="binary_crossentropy",
    metrics=["accuracy", keras.metrics.AUC(name="auc")],
)
history = model.fit(
    x_train,
    y_train,
    epochs=100,
    validation_split=0.2,
    class_weight={0: 1.7, 1: 1.0},
    callbacks=[
        keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau(patience=4),
    ],
    verbose=0,
)

print(f"stopped after {len(history.epoch)} epochs")
print(f"best val_loss: {min(history.history['val_loss']):.4f}")
for name, value in model.evaluate(x_test, y_test, verbose=0, return_dict=True).items():
    print(f"test {name}: {value:.4f}")
benign = model.predict(x_test, verbose=0)[:, 0] > 0.5
print("confusion:", np.histogram2d(y_test, benign, bins=2)[0].astype(int).tolist())
