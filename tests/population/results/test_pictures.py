"""What is drawn of a population is what its histories and its table say."""

from __future__ import annotations

import itertools
import sys

import keras
import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from nets import rich_net, table

import onefit

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

X, Y = table(45)
RATES, SMOOTHING = [1e-3, 1e-2, 1e-1], [0.1, 0.3]


@pytest.fixture(autouse=True)
def without_a_window():
    matplotlib.use("agg")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def folded():
    return onefit.fit_many(rich_net(), X, Y, folds=3, restarts=2, epochs=4, verbose=0)


@pytest.fixture(scope="module")
def swept():
    sweep = {"learning_rate": RATES, "loss.label_smoothing": SMOOTHING}
    return onefit.fit_many(rich_net(), X, Y, folds=3, sweep=sweep, epochs=3, verbose=0)


def test_curves_are_median_band_and_best_member(folded):
    (axes,) = folded.plot().axes
    values = folded.history["val_loss"]
    lines = {line.get_label(): line.get_ydata() for line in axes.lines}
    np.testing.assert_allclose(lines["median of the networks"], np.median(values, 0))
    np.testing.assert_allclose(lines["training rows"], np.median(folded.history["loss"], 0))
    np.testing.assert_allclose(lines["best network"], values[values.min(1).argmin()])
    band = axes.collections[0].get_paths()[0].vertices[:, 1]
    low, high = np.quantile(values, [0.1, 0.9], axis=0)
    assert {*np.round(low, 6), *np.round(high, 6)} <= {*np.round(band, 6)}
    assert axes.get_title(loc="left") == "val_loss" and axes.get_xlabel() == "epoch"


def test_a_sweep_of_two_numbers_is_a_heat_map(swept):
    axes = swept.plot("val_accuracy", kind="sweep").axes[0]
    mean = swept.table(over_folds=True)["val_accuracy_mean"].to_numpy().reshape(3, 2)
    np.testing.assert_allclose(np.asarray(axes.images[0].get_array()), mean.T)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.001", "0.01", "0.1"]
    (frame,) = axes.patches
    column, row = frame.get_xy()
    assert mean[int(column + 0.5), int(row + 0.5)] == mean.max()


def test_a_sweep_of_one_number_has_errors_and_folds():
    nets = onefit.fit_many(
        rich_net(), X, Y, folds=3, sweep={"learning_rate": RATES}, epochs=3, verbose=0
    )
    curves, axes = nets.plot().axes
    told = nets.table(over_folds=True)
    (drawn,) = axes.containers
    np.testing.assert_allclose(drawn.lines[0].get_ydata(), told["val_loss_mean"])
    ends = np.asarray([line[:, 1] for line in drawn.lines[2][0].get_segments()])
    np.testing.assert_allclose(np.ptp(ends, axis=1) / 2, told["val_loss_error"])
    points = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) == 3]
    np.testing.assert_allclose(points[:3], nets.history["val_loss"][:, -1].reshape(3, 3))
    assert axes.get_xscale() == "log"
    assert curves.get_legend().get_texts()[0].get_text().startswith("learning_rate 0.")


def test_a_loaded_population_is_drawn_into_a_file(folded, tmp_path):
    folded.save(tmp_path / "nets.onefit")
    figure = onefit.load(tmp_path / "nets.onefit").plot(path=tmp_path / "nets.svg")
    assert (tmp_path / "nets.svg").read_text().count("<path") > 5
    (axes,) = figure.axes
    assert len(axes.lines[0].get_ydata()) == 4
    assert "plot" in dir(folded)


def test_what_cannot_be_drawn(folded, monkeypatch):
    with pytest.raises(onefit.PopulationError, match="a sweep of numbers or words"):
        folded.plot(kind="sweep")
    with pytest.raises(onefit.PopulationError, match="`kind`"):
        folded.plot(kind="pie")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "onefit\[plot\]"'):
        folded.plot()


def net(units=4, activation="relu", learning_rate=1e-2):
    layers = [keras.layers.Dense(units, activation), keras.layers.Dense(1)]
    made = keras.Sequential([keras.Input((5,)), *layers])
    made.compile(keras.optimizers.SGD(learning_rate), "mse")
    return made


ARGUMENTS = {"folds": 3, "epochs": 3, "verbose": 0}


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def overlap(figure, axis):
    """Whether numbers at an axis run into each other."""
    figure.canvas.draw()
    boxes = [one.get_window_extent() for one in axis.get_ticklabels(which="both") if one.get_text()]
    boxes = sorted((box.x0, box.x1) for box in boxes if box.width)
    return any(second[0] < first[1] for first, second in itertools.pairwise(boxes))


def test_what_diverged_is_marked_and_does_not_stretch_the_axis():
    sweep = {"learning_rate": [1e-3, 1e-2, 1e30]}
    nets = onefit.fit_many(net, X, Y, sweep=sweep, **ARGUMENTS)
    curves, axes = nets.plot().axes
    highest = nets.history["val_loss"][:6].max()
    assert curves.get_ylim()[1] < 2 * highest and axes.get_ylim()[1] < 2 * highest
    assert "learning_rate 1e+30 (3 of 3 diverged)" in labels(curves)
    (crosses,) = (line for line in axes.lines if line.get_label() == "diverged")
    np.testing.assert_allclose(crosses.get_xdata(), [1e30])


def test_numbers_at_an_axis_do_not_run_into_each_other():
    rates = np.geomspace(1.234e-3, 7.891e-2, 8).tolist()
    for sweep, axis in (({"learning_rate": rates}, "log"), ({"units": [2, 3, 5, 8]}, "linear")):
        figure = onefit.fit_many(net, X, Y, sweep=sweep, **ARGUMENTS).plot(kind="sweep")
        (axes,) = figure.axes
        assert axes.get_xscale() == axis and not overlap(figure, axes.xaxis)
    assert axes.get_xticks().tolist() == [2, 3, 5, 8]


def test_what_a_search_took_out_is_hollow():
    nets = onefit.search(
        net, X, Y, space={"units": onefit.integers(2, 16)}, trials=9, halving=3, **ARGUMENTS
    )
    (axes,) = nets.plot(kind="sweep").axes
    full, hollow = axes.containers
    assert len(full.lines[0].get_xdata()) == int(nets.finished.sum()) // 3
    assert hollow.lines[0].get_markerfacecolor() == "white"
    assert "not trained to the end" in labels(axes)
    (best,) = (line for line in axes.lines if line.get_markersize() == 8)
    assert best.get_xdata() == [nets.choose("val_loss").values["units"]]


def test_a_word_beside_a_number_has_colors():
    sweep = {"units": [2, 4], "activation": ["relu", "tanh"]}
    nets = onefit.fit_many(net, X, Y, sweep=sweep, **ARGUMENTS)
    (axes,) = nets.plot(kind="sweep").axes
    assert sorted(labels(axes)) == ["activation relu", "activation tanh"]
    mean = nets.table(over_folds=True).set_index("activation")["val_loss_mean"]
    for one in axes.containers:
        word = one.get_label().removeprefix("activation ")
        np.testing.assert_allclose(one.lines[0].get_ydata(), mean[word].to_numpy())
    assert len({one.lines[0].get_color() for one in axes.containers}) == 2


def test_words_alone_have_a_panel():
    nets = onefit.fit_many(net, X, Y, sweep={"activation": ["relu", "tanh"]}, **ARGUMENTS)
    curves, axes = nets.plot().axes
    order = [
        str(one) for one in nets.table(over_folds=True).sort_values("val_loss_mean").activation
    ]
    assert [label.get_text() for label in axes.get_xticklabels()] == order
    assert axes.get_xlabel() == "activation" and curves.get_xlabel() == "epoch"


def test_the_caption_says_what_is_drawn(folded, swept):
    figure = folded.plot()
    figure.canvas.draw()
    caption = next(text for text in figure.texts if text.get_text() == figure.get_supxlabel())
    reach = caption.get_window_extent()
    assert 0 <= reach.x0 < reach.x1 <= figure.bbox.width
    assert folded.plot().get_supxlabel().startswith("line: median of the networks")
    assert "mean" not in folded.plot().get_supxlabel()
    assert swept.plot(kind="sweep").get_supxlabel().startswith("mean over 3 folds")
    assert "sweep: mean over 3 folds" in swept.plot().get_supxlabel()


@pytest.mark.filterwarnings("error:All-NaN")
def test_curves_of_a_validation_that_begins_late_go_to_the_end():
    """Without a warning of NumPy's of the epochs before the first validation."""
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    net.compile("sgd", "mse")
    x = np.linspace(0, 1, 20).reshape(10, 2)
    nets = onefit.fit_many(
        net, x, x[:, 0], restarts=3, epochs=7, validation_data=(x, x[:, 0]), validation_freq=3
    )
    first = nets.plot("val_loss").axes[0].lines[0]
    drawn = first.get_xdata()[np.isfinite(first.get_ydata())]
    assert drawn.tolist() == [3, 4, 5, 6, 7]
