"""Three classes of wine from thirteen measurements."""

import numpy as np
from keras import Sequential
from keras.layers import Dense, Input
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

x, y = load_wine(return_X_y=True)
x = StandardScaler().fit_transform(x)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=0)

model = Sequential([Input((13,)), Dense(16, activation="relu"), Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=60, batch_size=16, verbose=0)

score = np.mean(model.predict(x_test, verbose=0).argmax(axis=1) == y_test)
chance = np.bincount(y_test).max() / len(y_test)
print(f"accuracy {score:.3f}; always the same answer: {chance:.3f}")
