"""What is computed of networks for a report, beside scikit-learn and stock Keras."""

import base64

import keras
import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix, mean_absolute_error, r2_score

import onefit
from onefit.inspection import watch
from onefit.inspection.answers import answers
from onefit.inspection.pictures import picture_shape
from onefit.inspection.replay import undisturbed
from onefit.inspection.rows import Rows, rows
from onefit.inspection.views import calibration, views
from onefit.inspection.watch import WATCH
from onefit.reports import to_html
from onefit.runs import journal
from onefit.training.host import switches
from onefit.training.host.stock import FIT


def net(inputs, outputs, activation, loss, **compiled):
    model = keras.Sequential(
        [keras.layers.Input((inputs,)), keras.layers.Dense(outputs, activation=activation)]
    )
    model.compile("adam", loss, **compiled)
    return model


def weights(model):
    return [np.array(variable.value) for variable in model.weights]


@pytest.fixture(scope="module")
def three():
    """A classifier of three classes that is sometimes right, and its rows."""
    keras.utils.set_random_seed(2)
    x = np.random.RandomState(0).normal(size=(300, 5)).astype("float32")
    model = net(5, 3, "softmax", "sparse_categorical_crossentropy")
    return model, x, np.random.RandomState(1).randint(0, 3, 300)


def test_confusion_and_mistakes_are_those_of_scikit_learn(three):
    model, x, y = three
    told = model.predict(x, verbose=0)
    found = views(model, rows(x, y), ["a", "b", "c"])
    assert found.confusion.counts == confusion_matrix(y, told.argmax(1)).tolist()
    assert found.mistakes.count == np.sum(told.argmax(1) != y)
    sure = [one.sure for one in found.mistakes.surest]
    wrong = told.max(1)[told.argmax(1) != y]
    assert sure == pytest.approx(sorted(wrong, reverse=True)[: len(sure)])
    first = found.mistakes.surest[0]
    assert first.true == "abc"[y[first.row]] and first.answer == "abc"[told[first.row].argmax()]
    assert found.mistakes.names == ["x1", "x2", "x3", "x4", "x5"]


def test_calibration_is_that_of_scikit_learn(three):
    model, x, y = three
    found = calibration(answers(model, Rows(x, y))[0])
    told = model.predict(x, verbose=0)
    right, sure = calibration_curve(told.argmax(1) == y, told.max(1), n_bins=10)
    np.testing.assert_allclose(found.right, right)
    np.testing.assert_allclose(found.sure, sure, rtol=1e-6)
    shares = np.array(found.rows) / len(y)
    assert found.error == pytest.approx(np.sum(shares * np.abs(right - sure)))


@pytest.mark.parametrize("form", ["numbers", "column", "rows with a one", "logits", "function"])
def test_targets_and_outputs_come_in_many_forms(form):
    keras.utils.set_random_seed(3)
    x, y = np.random.RandomState(0).normal(size=(60, 4)), np.arange(60) % 3
    loss, activation = "sparse_categorical_crossentropy", "softmax"
    if form == "logits":
        loss, activation = keras.losses.SparseCategoricalCrossentropy(from_logits=True), None
    if form == "function":
        loss = keras.losses.sparse_categorical_crossentropy
    if form == "rows with a one":
        loss = "categorical_crossentropy"
    model = net(4, 3, activation, loss)
    given = {"column": y[:, None], "rows with a one": np.eye(3)[y]}.get(form, y)
    told = answers(model, rows(x, given))[0]
    assert told.task == "classes" and told.true.tolist() == y.tolist()
    np.testing.assert_allclose(told.told.sum(1), 1, rtol=1e-5)
    assert told.classes.tolist() == model.predict(x, verbose=0).argmax(1).tolist()


def test_numbers_are_judged_as_by_scikit_learn():
    x = np.random.RandomState(0).normal(size=(1200, 3))
    y = x @ [1.0, 2.0, 3.0]
    model = net(3, 1, None, "mse")
    found = views(model, rows(x, y)).scatter
    told = model.predict(x, verbose=0)[:, 0]
    assert found.explained == pytest.approx(r2_score(y, told), rel=1e-5)
    assert found.mean_error == pytest.approx(mean_absolute_error(y, told), rel=1e-5)
    assert found.rows == 1200 and len(found.true) == len(found.predicted) == 400


@pytest.mark.parametrize(
    ("model", "y"),
    [
        (lambda: net(4, 1, None, "hinge"), np.ones(20)),
        (lambda: net(4, 3, "softmax", "sparse_categorical_crossentropy"), np.full(20, 7)),
        (lambda: net(4, 3, "softmax", "sparse_categorical_crossentropy"), None),
    ],
)
def test_what_cannot_be_judged_says_so(model, y):
    found = views(model(), rows(np.ones((20, 4)), y))
    assert found.remarks and found.confusion is None and found.scatter is None


def test_several_outputs_are_looked_at_one_by_one():
    keras.utils.set_random_seed(4)
    inputs = keras.Input((3,))
    size = keras.layers.Dense(1, name="size")(inputs)
    kind = keras.layers.Dense(2, activation="softmax", name="kind")(inputs)
    model = keras.Model(inputs, {"size": size, "kind": kind})
    model.compile("sgd", {"size": "mse", "kind": "sparse_categorical_crossentropy"})
    x = np.random.RandomState(0).normal(size=(200, 3))
    y = {"size": x[:, 0] + 1, "kind": (x[:, 1] > 0).astype(int)}
    found = {one.name: one for one in views(model, rows(x, y), {"kind": ["no", "yes"]}).outputs}
    told = model.predict(x, verbose=0)
    assert found["size"].scatter.explained == pytest.approx(r2_score(y["size"], told["size"][:, 0]))
    expected = confusion_matrix(y["kind"], told["kind"].argmax(1)).tolist()
    assert found["kind"].confusion.counts == expected
    assert found["kind"].confusion.labels == ["no", "yes"]
    page = to_html(onefit.report(model, x, y).report)
    assert "Answers: size" in page and "Answers: kind" in page


def test_several_labels_or_numbers_a_row_are_looked_at_one_by_one():
    x = np.random.RandomState(0).normal(size=(200, 4))
    labels = (x[:, :3] > 0).astype(int)
    model = net(4, 3, "sigmoid", "binary_crossentropy")
    told = model.predict(x, verbose=0)
    found = views(model, rows(x, labels), ["a", "b", "c"]).outputs
    assert [one.name for one in found] == ["a", "b", "c"]
    for place, one in enumerate(found):
        expected = confusion_matrix(labels[:, place], told[:, place] > 0.5).tolist()
        assert one.confusion.counts == expected
    model = net(4, 8, None, "mse")
    y = np.random.RandomState(1).normal(size=(200, 8))
    told = model.predict(x, verbose=0)
    found = views(model, rows(x, y)).outputs
    for place, one in enumerate(found):
        assert one.scatter.explained == pytest.approx(r2_score(y[:, place], told[:, place]))
    assert len(found) == 6 and "The other 2 numbers" in found[-1].remarks[0]


def test_which_tables_are_pictures():
    digits = load_digits().data
    random = np.random.RandomState(0)
    assert picture_shape(digits) == (8, 8) and picture_shape(digits.reshape(-1, 8, 8)) == (8, 8)
    assert picture_shape(np.zeros((9, 12, 10, 1))) == (12, 10)
    steps = random.normal(size=(500, 64))
    for table in (steps, np.sort(steps), np.cumsum(steps, 1), steps[:, :1] + np.zeros(64)):
        assert picture_shape(table) is None
    assert picture_shape(random.normal(size=(500, 63))) is None


def test_pictures_hold_the_pixels_of_the_row_and_the_filters_of_the_layer():
    x, y = load_digits(return_X_y=True)
    model = net(64, 10, "softmax", "sparse_categorical_crossentropy")
    found = views(model, rows(x, y))
    one = found.mistakes.surest[0]
    pixels = np.frombuffer(base64.b64decode(one.picture.pixels), "uint8")
    np.testing.assert_array_equal(pixels, np.round(255 * x[one.row] / 16))
    assert (found.filters.count, found.filters.pictures[0].width) == (10, 8)


def with_dropout():
    """A network that is not built before its training, and draws in it."""
    layers = keras.layers
    model = keras.Sequential(
        [layers.Dense(3, "relu"), layers.Dropout(0.3), layers.Dense(1, "sigmoid")]
    )
    model.compile("adam", "binary_crossentropy")
    return model


@pytest.fixture(scope="module")
def watched():
    """A training that was watched, with its History; the switches as they were."""
    keras.utils.set_random_seed(4)
    x = np.random.RandomState(0).normal(size=(50, 2)).astype("float32")
    y = (x[:, 0] > x[:, 1]).astype("float32")
    model = with_dropout()
    with onefit.installed(watch=True):
        history = model.fit(x, y, epochs=6, verbose=0)
    return model, x, y, history


def test_the_states_of_a_training_are_those_that_stock_keras_goes_through(watched):
    model, x, y, history = watched
    before = weights(model), np.random.get_state()[1].tolist(), journal.total().verbs
    page = onefit.report(model, x, y, history=history)
    plane = page.report.views[0].plane
    assert plane.same is True and plane.epochs == list(range(7))
    after = weights(model), np.random.get_state()[1].tolist(), journal.total().verbs
    assert all(map(np.array_equal, before[0], after[0])) and before[1:] == after[1:]
    assert model.history is history
    axis = (np.arange(plane.size) + 0.5) / plane.size
    across, upward = (low + (high - low) * axis for low, high in (plane.x, plane.y))
    grid = np.stack(np.meshgrid(across, upward), -1).reshape(-1, 2)
    for epochs in (0, 2, 6):
        keras.utils.set_random_seed(4)
        again = with_dropout()
        FIT(again, x, y, epochs=epochs, verbose=0)
        frame = np.frombuffer(base64.b64decode(plane.frames[epochs]), "uint8")
        told = again.predict(grid, verbose=0)[:, 0]
        np.testing.assert_allclose(frame / 255, told, atol=0.51 / 255 + 1e-6)
        kernel = weights(again)[0].ravel()
        np.testing.assert_allclose(plane.weights[epochs][0][: kernel.size], kernel, rtol=6e-3)


def test_a_training_that_goes_another_way_is_not_shown_as_this_one(watched):
    model, x, y, history = watched
    training = WATCH.of(history)
    kept, training.given["x"] = training.given["x"], x[::-1].copy()
    try:
        plane = onefit.report(model, x, y, history=history).report.views[0].plane
    finally:
        training.given["x"] = kept
    assert plane.same is False and plane.epochs == [6] and len(plane.frames) == 1


def test_a_report_needs_neither_watching_nor_data(tmp_path, three):
    model, x, y = three
    page = onefit.report(model, history={"loss": [2.0, 1.0]}, path=tmp_path / "a.html")
    assert page.report.run.fits[0].epochs == 2 and "softmax" in (tmp_path / "a.html").read_text()
    page = onefit.report(model, x, y, validation_data=(x[:40], y[:40]))
    assert page.report.views[0].judged_on == "validation" and page.report.views[0].rows == 40
    with pytest.raises(TypeError, match="Expected arrays"):
        onefit.report(model, iter([x]), y)


def test_a_watched_training_is_judged_on_its_own_validation():
    keras.utils.set_random_seed(6)
    x, y = np.random.RandomState(0).normal(size=(40, 3)), np.arange(40) % 2
    model = net(3, 1, "sigmoid", "binary_crossentropy")
    with onefit.installed(watch=True):
        history = model.fit(x, y, validation_split=0.25, verbose=0)
    found = onefit.report(model, x, y, history=history).report.views[0]
    told = model.predict(x[30:], verbose=0)[:, 0] > 0.5
    assert (found.judged_on, found.rows) == ("validation", 10)
    assert found.confusion.counts == confusion_matrix(y[30:], told).tolist()


def test_data_of_old_trainings_are_let_go(monkeypatch):
    monkeypatch.setattr(watch, "MOST_BYTES", 3000)
    model = net(10, 1, "sigmoid", "binary_crossentropy")

    def held():
        return [len(one.given["x"]) for one in WATCH.trainings if one.model is model]

    with onefit.installed(watch=True):
        model.fit(np.ones((10, 10)), np.ones(10), verbose=0)  # 880 bytes
        model.fit(np.ones((11, 10)), np.ones(11), verbose=0)
        assert held() == [10, 11]
        model.fit(np.ones((20, 10)), np.ones(20), verbose=0)
        assert held() == [11, 20]
        model.fit(np.ones((90, 10)), np.ones(90), verbose=0)
        assert held() == [90], "the latest is kept, whatever its size"
        batches = ((np.ones((4, 10)), np.ones(4)) for _ in range(9))
        model.fit(batches, steps_per_epoch=2, shuffle=False, verbose=0)
    assert WATCH.trainings[-1].begin is None, "a generator can be read once"


def test_names_of_a_table_are_shown(three):
    pandas = pytest.importorskip("pandas")
    model, x, y = three
    found = onefit.report(model, pandas.DataFrame(x, columns=list("pqrst")), y)
    assert found.report.views[0].mistakes.names == list("pqrst")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"class_names": ["a"]}, r"Expected 3 class names.*Received 1: 'a'.*order of its number"),
        ({"class_names": list("abcd")}, r"Expected 3 class names.*Received 4"),
        ({"class_names": "abc"}, r"class_names to be a list of names\. Received: 'abc'"),
        ({"class_names": {"b": ["a"]}}, r"names of outputs.*Received: 'b'"),
        ({"feature_names": ["a"]}, r"Expected 5 feature names.*Received 1: 'a'"),
        ({"feature_names": "abcde"}, r"feature_names to be a list of names"),
    ],
    ids=["few", "many", "text", "unknown output", "few columns", "text for columns"],
)
def test_names_are_as_many_as_there_are_or_an_error(three, given, told, tmp_path, monkeypatch):
    model, x, y = three
    monkeypatch.setattr("onefit.inspection.report.views", lambda *_: pytest.fail("computed"))
    with pytest.raises(ValueError, match=told):
        onefit.report(model, x, y, path=tmp_path / "a.html", **given)
    assert not list(tmp_path.iterdir())


def test_names_fit_the_task():
    binary, number = net(2, 1, "sigmoid", "binary_crossentropy"), net(2, 1, None, "mse")
    x, y = np.zeros((4, 2)), np.array([0, 1, 0, 1])
    with pytest.raises(ValueError, match="Expected 2 class names"):
        onefit.report(binary, x, y, class_names=["a"])
    with pytest.raises(ValueError, match="predicts a number"):
        onefit.report(number, x, y, class_names=["a"])
    with pytest.raises(ValueError, match="a table of shape"):
        onefit.report(number, np.zeros((4, 2, 2)), y, feature_names=["a", "b"])
    page = onefit.report(binary, x, y, class_names=np.array(["a", "b"]), feature_names=x[0] > 0)
    assert page.report.views[0].confusion.labels == ["a", "b"], "scikit-learn gives arrays"


def test_a_mistake_has_its_number_among_all_rows():
    model = net(1, 1, "sigmoid", "binary_crossentropy")
    model.set_weights([np.ones((1, 1)), np.zeros(1)])
    x = np.full((45_000, 1), -1.0)
    x[30_000] = 9.0  # of so many rows, each third is looked at
    found = views(model, rows(x, np.zeros(45_000)))
    assert found.mistakes.count == 1 and found.mistakes.surest[0].row == 30_000


def test_the_switches_of_install_are_in_force_again_after_a_report():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with onefit.installed(strict=True):
        with undisturbed(model):
            assert not switches.CURRENT.strict
        assert switches.CURRENT.strict
    with switches.here(switches.Options(strict=True)):
        assert switches.CURRENT.strict


@pytest.mark.parametrize("loss", ["mse", "binary_crossentropy", "sparse_categorical_crossentropy"])
def test_a_network_that_diverged_has_a_report_that_counts_none_of_its_answers(loss):
    units, activation = {"m": (1, None), "b": (1, "sigmoid"), "s": (3, "softmax")}[loss[0]]
    model = net(2, units, activation, loss)
    model.set_weights([np.full_like(one, np.nan) for one in weights(model)])
    x = np.random.RandomState(0).normal(size=(200, 2))
    page = onefit.report(model, x, (x[:, 0] > 0).astype(int))
    found = page.report.views[0]
    assert found.remarks == ["Left out: 200 rows with a NaN or an infinite number."]
    assert found.confusion is found.calibration is found.mistakes is found.scatter is None
    assert "Left out: 200 rows" in to_html(page.report)


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_rows_without_a_finite_number_are_left_out_and_the_others_judged(odd):
    x = np.random.RandomState(0).normal(size=(200, 2))
    y = x @ [1.0, -2.0]
    x[3, 0] = y[5] = odd
    kept = np.delete(np.arange(200), [3, 5])
    model = net(2, 1, None, "mse")
    page = onefit.report(model, x, y)
    found = page.report.views[0]
    told = model.predict(x[kept], verbose=0)[:, 0]
    assert found.scatter.rows == 198 and found.remarks[0].startswith("Left out: 2 rows")
    assert found.scatter.mean_error == pytest.approx(mean_absolute_error(y[kept], told))
    assert found.scatter.explained == pytest.approx(r2_score(y[kept], told))
    drawn = [*found.plane.x, *found.plane.y, found.plane.low, found.plane.high]
    assert np.isfinite(drawn).all() and np.isfinite(found.plane.points).all()
    assert len(found.plane.points) == 198 and "Left out: 2 rows" in to_html(page.report)


def test_a_mistake_behind_a_row_that_was_left_out_keeps_its_number():
    model = net(1, 1, "sigmoid", "binary_crossentropy")
    model.set_weights([np.ones((1, 1)), np.zeros(1)])
    x = np.full((120, 1), -1.0)
    x[7], x[80] = np.nan, 9.0
    found = views(model, rows(x, np.zeros(120)))
    assert np.sum(found.confusion.counts) == 119
    assert [one.row for one in found.mistakes.surest] == [80]


def test_rows_are_counted_where_not_all_of_them_are_looked_at():
    x = np.linspace(-1, 1, 45_001).reshape(-1, 1)
    model = net(1, 1, None, "mse")
    page = onefit.report(model, x, x, history={"loss": [0.1]})
    found, written = page.report.views[0], to_html(page.report)
    assert page.report.run.fits[0].rows == found.whole == 45_001 and found.rows == 15_001
    assert "15,001 of 45,001 rows" in written
    assert f"How many of {len(found.scatter.true)} rows" in written


def test_an_epoch_of_a_network_that_diverged_at_the_end_keeps_its_colours():
    from onefit.inspection.plane import plane
    from onefit.inspection.replay import Replay, copied

    x = np.random.RandomState(0).normal(size=(50, 2))
    model = net(2, 1, None, "mse")
    good = copied(model)
    model.set_weights([np.full_like(one, np.nan) for one in weights(model)])
    seen = plane(model, rows(x, x[:, 0]), Replay([1, 2], [good, copied(model)]))
    first, last = (np.frombuffer(base64.b64decode(one), "uint8") for one in seen.frames)
    assert (seen.low, seen.high) == (x[:, 0].min(), x[:, 0].max())
    assert len(set(first)) > 100 and set(last) == {128}
