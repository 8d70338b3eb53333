"""What is drawn of a population is what its histories and its table say."""

from __future__ import annotations

import sys

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
    with pytest.raises(onefit.PopulationError, match="a sweep of numbers"):
        folded.plot(kind="sweep")
    with pytest.raises(onefit.PopulationError, match="`kind`"):
        folded.plot(kind="pie")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "onefit\[plot\]"'):
        folded.plot()
