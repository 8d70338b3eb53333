"""One row in twelve is of the rare class: class weights, judged by balanced accuracy."""

import keras
from sklearn.datasets import make_classification
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

x, y = make_classification(
    2400, n_features=12, n_informative=5, weights=[0.93], class_sep=0.9, flip_y=0.0, random_state=5
)
x = StandardScaler().fit_transform(x)
x_train, x_test, y_train, y_test = train_test_split(x, y, stratify=y, random_state=0)

model = keras.Sequential(
    [
        keras.layers.Input((12,)),
        keras.layers.Dense(24, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
rare = (y_train == 0).sum() / (y_train == 1).sum()
weights = {0: 1.0, 1: float(rare)}
model.fit(x_train, y_train, epochs=25, batch_size=32, class_weight=weights, verbose=0)

score = balanced_accuracy_score(y_test, model.predict(x_test, verbose=0)[:, 0] > 0.5)
chance = 0.5
print("balanced accuracy", score)
