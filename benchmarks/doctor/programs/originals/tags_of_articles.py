"""Several tags for an article at once: five sigmoids."""

import keras
import numpy as np
from sklearn.datasets import make_multilabel_classification
from sklearn.metrics import roc_auc_score

x, y = make_multilabel_classification(
    1500, n_features=30, n_classes=5, n_labels=2, random_state=6, length=60
)
x = (x - x.mean(axis=0)) / x.std(axis=0)
x_train, x_test, y_train, y_test = x[:1100], x[1100:], y[:1100], y[1100:]

model = keras.Sequential(
    [
        keras.layers.Input((30,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(5, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["binary_accuracy"])
model.fit(x_train, y_train, epochs=25, batch_size=32, verbose=0)

score = np.mean((model.predict(x_test, verbose=0) > 0.5) == y_test)
chance = np.maximum(y_test.mean(axis=0), 1 - y_test.mean(axis=0)).mean()
ranked = roc_auc_score(y_test, np.nan_to_num(model.predict(x_test, verbose=0)))
print(f"right {score:.3f}, constant {chance:.3f}, area {ranked:.3f}")
