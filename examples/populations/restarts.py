"""The spread of 1,000 starts of one network: half of them never learn XOR.

python restarts.py [figure.svg]
"""

import sys

import numpy as np

import onefit

onefit.install()

import keras  # noqa: E402

x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
y = np.array([[0], [1], [1], [0]], "float32")

net = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(4, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
net.compile("adam", "binary_crossentropy", metrics=["accuracy"])

nets = onefit.fit_many(net, x, y, restarts=1000, epochs=1000, verbose=0)
right = np.round(4 * nets.history["accuracy"][:, -1]).astype(int)
for rows in (4, 3, 2, 1, 0):
    print(f"{rows} of 4 rows: {np.sum(right == rows):4} starts")
best = nets.best("loss", verbose=0)
print("the best:", np.round(best.predict(x, verbose=0)).ravel())


def figure(path):
    """Quantiles of the loss over the starts, epoch by epoch."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    loss = nets.history["loss"]
    epochs = np.arange(1, loss.shape[1] + 1)
    _, axes = plt.subplots(figsize=(6, 3.2), layout="constrained")
    for low, high, shade in ((5, 95, 0.15), (25, 75, 0.3)):
        edges = np.nanpercentile(loss, (low, high), axis=0)
        axes.fill_between(epochs, *edges, color="#2e86ab", alpha=shade, linewidth=0)
    axes.plot(epochs, np.nanmedian(loss, axis=0), color="#2e86ab", label="median of 1,000 starts")
    axes.plot(epochs, loss[nets.best_number("loss")], color="#d1495b", label="the best")
    axes.set(xlabel="epoch", ylabel="loss", xlim=(1, len(epochs)), ylim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    plt.savefig(path)


if __name__ == "__main__" and sys.argv[1:]:
    figure(sys.argv[1])
