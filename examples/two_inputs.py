"""A functional model of two inputs and two outputs: the price of a flat, and whether it sells."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)
random = np.random.default_rng(0)

# A flat has four numbers and one of six districts.
numbers = random.normal(size=(1000, 4)).astype("float32")
district = random.integers(6, size=(1000, 1))
price = 3 + numbers @ [1.0, 0.5, 0.0, -0.5] + 0.4 * district[:, 0] + random.normal(0, 0.1, 1000)
sells = (numbers[:, 3] + 0.3 * district[:, 0] > 0.7).astype("float32")

number_input = keras.Input((4,), name="numbers")
district_input = keras.Input((1,), dtype="int32", name="district")
place = layers.Flatten()(layers.Embedding(6, 3)(district_input))
shared = layers.Dense(32, activation="relu")(layers.Concatenate()([number_input, place]))
model = keras.Model(
    {"numbers": number_input, "district": district_input},
    {
        "price": layers.Dense(1, name="price")(shared),
        "sells": layers.Dense(1, activation="sigmoid", name="sells")(shared),
    },
)
model.compile(
    optimizer="adam",
    loss={"price": "mse", "sells": "binary_crossentropy"},
    loss_weights={"price": 1.0, "sells": 2.0},
    metrics={"price": "mae", "sells": "accuracy"},
)
history = model.fit(
    {"numbers": numbers, "district": district},
    {"price": price, "sells": sells},
    epochs=40,
    batch_size=64,
    validation_split=0.2,
    verbose=0,
)

for name, values in sorted(history.history.items()):
    print(f"{name}: {values[0]:.4f} -> {values[-1]:.4f}")
first = model.predict({"numbers": numbers[:3], "district": district[:3]}, verbose=0)
for row in range(3):
    print(f"price {first['price'][row, 0]:.2f}, was {price[row]:.2f};", end=" ")
    print(f"sells {first['sells'][row, 0]:.2f}, was {sells[row]:.0f}")
