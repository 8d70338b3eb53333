"""How a disease goes on after a year, from ten measurements; the target is scaled."""

from keras import Input, Sequential
from keras.layers import Dense
from sklearn.datasets import load_diabetes
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

x, y = load_diabetes(return_X_y=True, scaled=False)
x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=2)
scaler = StandardScaler().fit(x_train)
x_train = scaler.transform(x_train)
x_test = scaler.transform(x_test)
mean, deviation = y_train.mean(), y_train.std()
y_train = (y_train - mean) / deviation
y_test = (y_test - mean) / deviation

model = Sequential([Input((10,)), Dense(16, activation="relu"), Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
model.fit(x_train, y_train, epochs=40, batch_size=16, verbose=0)

score = r2_score(y_test, model.predict(x_test, verbose=0)[:, 0])
chance = 0.0
print(f"R2 {score:.2f}")
