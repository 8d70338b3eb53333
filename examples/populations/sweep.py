"""A sweep over learning rates with folds: the curve with its error band.

python sweep.py [figure.svg]
"""

import sys

from sklearn.datasets import load_breast_cancer

import onefit

onefit.install()

import keras  # noqa: E402

x, y = load_breast_cancer(return_X_y=True)
x = ((x - x.mean(0)) / x.std(0)).astype("float32")
y = y.astype("float32")

net = keras.Sequential(
    [
        keras.Input((30,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
net.compile("adam", "binary_crossentropy", metrics=["accuracy"])

rates = onefit.log_uniform(1e-4, 1e-1, n=12)
nets = onefit.fit_many(
    net, x, y, folds=5, stratify=True, sweep={"learning_rate": rates}, epochs=20, verbose=0
)
table = nets.table(over_folds=True)
for _, row in table.iterrows():
    loss, error = row["val_loss_mean"], row["val_loss_error"]
    print(f"learning rate {row['learning_rate']:.1e}: validation loss {loss:.3f} ± {error:.3f}")


def figure(path):
    """Validation loss over the learning rate, with the standard error over folds."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    mean, error = table["val_loss_mean"], table["val_loss_error"]
    _, axes = plt.subplots(figsize=(6, 3.2), layout="constrained")
    axes.fill_between(
        table["learning_rate"], mean - error, mean + error, color="#2e86ab", alpha=0.25, linewidth=0
    )
    axes.plot(table["learning_rate"], mean, "o-", color="#2e86ab")
    axes.set(xscale="log", xlabel="learning rate", ylabel="validation loss, mean over 5 folds")
    axes.spines[["top", "right"]].set_visible(False)
    plt.savefig(path)


if __name__ == "__main__" and sys.argv[1:]:
    figure(sys.argv[1])
