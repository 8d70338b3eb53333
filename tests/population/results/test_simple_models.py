"""What simple models get, of every kind of target: by formulas, scikit-learn and Keras's losses."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap

import jax
import keras
import numpy as np
import pytest
from nets import table
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

import onefit
from onefit.population.results.constant_answers import FORMULAS, constant_answer
from onefit.reports.page import to_html

# Keras reads its variables in a way that NumPy 2 warns of
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

X, Y = table(90)
ROWS = np.random.RandomState(1)
NUMBERS = np.stack([3 * X[:, 0] + ROWS.randn(90), X[:, 1] ** 2], 1).astype("float32")
COUNTS = ROWS.poisson(np.exp(X[:, 0])).astype("float32")
LABELS = (X[:, :3] + ROWS.randn(90, 3) > 0.3).astype("float32")
WEIGHT = ROWS.uniform(0.1, 3, 90).astype("float32")
CLASSES = ROWS.choice(3, 90, p=[0.6, 0.3, 0.1])
HOT = np.eye(3, dtype="float32")[CLASSES]


def as_given(answers):
    return answers


def as_shares(answers):
    shares = np.exp(answers - answers.max())
    return shares / shares.sum()


def as_probabilities(answers):
    return 1 / (1 + np.exp(-answers))


OF_EACH = {
    "mean_squared_error": ({}, NUMBERS, as_given),
    "mean_absolute_error": ({}, NUMBERS, as_given),
    "mean_absolute_percentage_error": ({}, np.abs(NUMBERS) + 1, as_given),
    "mean_squared_logarithmic_error": ({}, np.abs(NUMBERS), as_given),
    "huber": ({"delta": 0.7}, NUMBERS, as_given),
    "log_cosh": ({}, NUMBERS, as_given),
    "poisson": ({}, COUNTS[:, None], np.exp),
    "binary_crossentropy": ({"label_smoothing": 0.1}, LABELS, as_probabilities),
    "categorical_crossentropy": ({"label_smoothing": 0.2}, HOT, as_shares),
    "sparse_categorical_crossentropy": ({"ignore_class": 1}, CLASSES[:, None], as_shares),
    "hinge": ({}, LABELS, as_given),
    "squared_hinge": ({}, 2 * LABELS - 1, as_given),
}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
def test_no_constant_has_a_smaller_loss_by_keras(name, weighted):
    settings, y, shaped = OF_EACH[name]
    weight = WEIGHT if weighted else np.ones(90, "float32")
    kind = "".join(part.title() for part in name.split("_"))
    loss = getattr(keras.losses, kind)(**settings)

    of_rows = jax.jit(lambda rows: loss(y, rows, sample_weight=weight))

    def value(answer):
        rows = np.broadcast_to(answer, (90, np.size(answer))).astype("float32")
        return float(np.asarray(of_rows(rows)))

    more = {**settings, "classes": 3} if name.startswith("sparse") else settings
    ours = constant_answer(name, np.squeeze(y).astype(float), weight.astype(float), more)
    size = 3 if "categorical" in name else y.shape[1]
    starts = [np.zeros(size), np.full(size, 0.5), np.full(size, -0.5)]
    close = {"xatol": 1e-5, "fatol": 1e-9, "maxiter": 4000}
    found = [
        minimize(lambda a: value(shaped(a)), start, method="Nelder-Mead", options=close)
        for start in starts
    ]
    least = min(one.fun for one in found)
    assert value(np.atleast_1d(ours)) <= least + 1e-5 * (1 + abs(least))


def net(outputs, loss, activation=None, **more):
    made = keras.Sequential([keras.Input((5,)), keras.layers.Dense(outputs, activation)])
    made.compile("sgd", loss, **more)
    return made


def printed(nets):
    """The numbers of each line of what is printed, by what stands before them."""
    lines = [line.split("   ") for line in str(nets).splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    return {line[0]: line[1:] for line in cells}


def told(values):
    return f"{np.mean(values):.4g} ± {np.std(values, ddof=1) / np.sqrt(len(values)):.2g}"


def parts(nets):
    return [(one.train, one.valid) for one in nets.members]


def test_several_columns_of_numbers():
    nets = onefit.fit_many(net(2, "mse"), X, NUMBERS, folds=3, epochs=1, verbose=0)
    lines = printed(nets)
    means = [np.mean((NUMBERS[v] - NUMBERS[t].mean(0)) ** 2) for t, v in parts(nets)]
    assert lines["the best constant answer"] == [told(means)]
    linear = make_pipeline(StandardScaler(), Ridge())
    fitted = [linear.fit(X[t], NUMBERS[t]).predict(X[v]) - NUMBERS[v] for t, v in parts(nets)]
    assert lines["a linear model"] == [told([np.mean(each**2) for each in fitted])]
    trees = HistGradientBoostingRegressor(random_state=0)
    apart = [
        np.mean([(trees.fit(X[t], c[t]).predict(X[v]) - c[v]) ** 2 for c in NUMBERS.T])
        for t, v in parts(nets)
    ]
    assert lines["gradient-boosted trees"] == [told(apart)]


def test_several_labels_of_a_row():
    model = net(3, "binary_crossentropy", "sigmoid", metrics=["binary_accuracy"])
    nets = onefit.fit_many(model, X, LABELS, folds=3, epochs=1, verbose=0)
    lines, losses, linear = printed(nets), [], []
    for t, v in parts(nets):
        share = LABELS[t].mean(0)
        losses.append(-np.mean(LABELS[v] * np.log(share) + (1 - LABELS[v]) * np.log(1 - share)))
        kind = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        shares = [kind.fit(X[t], c[t]).predict_proba(X[v]) for c in LABELS.T]
        linear.append(-np.mean([np.log(s[np.arange(len(v)), c[v].astype(int)])
                                for s, c in zip(shares, LABELS.T)]))  # fmt: skip
    assert lines["the best constant answer"][0] == told(losses)
    assert lines["a linear model"][0] == told(linear)


def test_counts():
    model = net(1, "poisson", "exponential")
    nets = onefit.fit_many(model, X, COUNTS, folds=3, epochs=1, verbose=0)
    lines = printed(nets)

    def loss(y, rate):
        return np.mean(rate - y * np.log(rate + 1e-7))

    means = [loss(COUNTS[v], COUNTS[t].mean()) for t, v in parts(nets)]
    kind = make_pipeline(StandardScaler(), PoissonRegressor())
    linear = [loss(COUNTS[v], kind.fit(X[t], COUNTS[t]).predict(X[v])) for t, v in parts(nets)]
    assert lines["the best constant answer"] == [told(means)]
    assert lines["a linear model"] == [told(linear)]
    assert "gradient-boosted trees" in lines


def test_signs():
    nets = onefit.fit_many(net(1, "hinge", "tanh"), X, 2 * Y - 1, folds=3, epochs=1, verbose=0)
    signs, text = 2 * Y - 1, str(nets)
    constant = [np.mean(np.maximum(1 - signs[v] * np.sign(signs[t].mean()), 0))
                for t, v in parts(nets)]  # fmt: skip
    kind = make_pipeline(StandardScaler(), LinearSVC(loss="hinge", random_state=0))
    answers = [kind.fit(X[t], signs[t]).decision_function(X[v]) for t, v in parts(nets)]
    linear = [np.mean(np.maximum(1 - signs[v] * a, 0)) for (_, v), a in zip(parts(nets), answers)]
    lines = printed(nets)
    assert lines["the best constant answer"] == [told(constant)]
    assert lines["a linear model"] == [told(linear)]
    assert "  without gradient-boosted trees: scikit-learn has none for hinge" in text


def test_rows_with_weights():
    y = NUMBERS[:, 0]
    nets = onefit.fit_many(net(1, "mse"), X, y, sample_weight=WEIGHT, folds=3, epochs=1, verbose=0)
    lines, constant, linear = printed(nets), [], []
    for t, v in parts(nets):
        mean = np.average(y[t], weights=WEIGHT[t])
        constant.append(np.mean(WEIGHT[v] * (y[v] - mean) ** 2))
        kind = make_pipeline(StandardScaler(), Ridge())
        answers = kind.fit(X[t], y[t], ridge__sample_weight=WEIGHT[t]).predict(X[v])
        linear.append(np.mean(WEIGHT[v] * (y[v] - answers) ** 2))
    assert lines["the best constant answer"] == [told(constant)]
    assert lines["a linear model"] == [told(linear)]


def test_class_weights_are_of_training_only():
    model = net(1, "binary_crossentropy", "sigmoid")
    arguments = {"folds": 3, "epochs": 1, "verbose": 0}
    plain = onefit.fit_many(model, X, Y, **arguments)
    weighted = onefit.fit_many(model, X, Y, class_weight={0: 1.0, 1: 5.0}, **arguments)
    for name in ("the best constant answer", "a linear model", "gradient-boosted trees"):
        assert printed(plain)[name] == printed(weighted)[name]


def two_outputs(loss, **more):
    inputs = keras.Input((5,))
    p = keras.layers.Dense(1, "sigmoid", name="p")(inputs)
    q = keras.layers.Dense(2, name="q")(inputs)
    made = keras.Model(inputs, {"p": p, "q": q} if isinstance(loss, dict) else [p, q])
    made.compile("sgd", loss, **more)
    return made


@pytest.mark.parametrize("named", [False, True], ids=["listed", "named"])
def test_two_outputs(named):
    losses = ["binary_crossentropy", "mse"]
    loss = dict(zip("pq", losses)) if named else losses
    weights = {"p": 2.0, "q": 0.5} if named else [2.0, 0.5]
    metrics = {"p": ["accuracy"], "q": ["mae", "mse"]} if named else [["accuracy"], ["mae", "mse"]]
    model = two_outputs(loss, loss_weights=weights, metrics=metrics)
    y = {"p": Y, "q": NUMBERS} if named else [Y, NUMBERS]
    nets = onefit.fit_many(model, X, y, folds=3, epochs=1, verbose=0)
    of_p, of_q, both = [], [], []
    for t, v in parts(nets):
        share, mean = Y[t].mean(), NUMBERS[t].mean(0)
        of_p.append(-np.mean(Y[v] * np.log(share) + (1 - Y[v]) * np.log(1 - share)))
        of_q.append(np.mean((NUMBERS[v] - mean) ** 2))
        both.append(2 * of_p[-1] + of_q[-1] / 2)
    lines = str(nets).splitlines()
    header = next(line for line in lines if line.split()[:1] == ["val_loss"])
    constant = printed(nets)["the best constant answer"]
    found = dict(zip(header.split(), constant))
    expected = {"val_loss": both, "val_p_loss": of_p, "val_q_loss": of_q}
    shown = [name for name in expected if name in found]
    assert len(shown) >= 2 and all(found[name] == told(expected[name]) for name in shown)
    assert "a linear model" in printed(nets)
    hidden = {name for name in nets.history if name.startswith("val_")} - set(header.split())
    (remark,) = (line for line in lines if line.startswith("  not shown: "))
    assert set(remark.removeprefix("  not shown: ").split(", ")) == hidden and len(hidden) == 2


def own_loss(y, answer):
    return keras.ops.mean((y - answer) ** 4)


@pytest.mark.parametrize(
    ("loss", "y", "reason"),
    [
        (own_loss, NUMBERS, "no formula is known for the loss own_loss, which is your own"),
        ("cosine_similarity", NUMBERS, "no formula for the answer that is best by cosine_"),
        ("msle", np.abs(NUMBERS), "a linear model and gradient-boosted trees: scikit-learn"),
    ],
    ids=["own", "no formula", "no model"],
)
def test_why_there_is_nothing_to_compare_with(loss, y, reason):
    nets = onefit.fit_many(net(2, loss), X, y, folds=3, epochs=1, verbose=0)
    assert reason in str(nets) and reason in to_html(nets.report().report)
    assert ("the best constant answer" in str(nets)) == (loss == "msle")
    assert reason in str(pickle.loads(pickle.dumps(nets)))
    assert reason not in nets.summary(baselines=False)


def test_steps_of_a_sequence():
    inputs = keras.Input((6, 2))
    made = keras.Model(inputs, keras.layers.Dense(3, "softmax")(inputs))
    made.compile("sgd", "sparse_categorical_crossentropy")
    x, y = ROWS.randn(60, 6, 2).astype("float32"), ROWS.choice(3, (60, 6), p=[0.5, 0.3, 0.2])
    nets = onefit.fit_many(made, x, y, folds=3, epochs=1, verbose=0)
    losses = []
    for t, v in parts(nets):
        shares = np.eye(3)[y[t]].mean(0)
        losses.append(-np.mean(np.log(shares[np.arange(6), y[v]])))
    assert printed(nets)["the best constant answer"] == [told(losses)]


SAVES = textwrap.dedent("""
    import sys
    import numpy as np
    import keras
    import onefit
    rows = np.random.default_rng(0)
    x = rows.normal(size=(60, 4)).astype("float32")
    y = (x.sum(1) > 0).astype("float32")
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")])
    net.compile("adam", "binary_crossentropy")
    nets = onefit.fit_many(net, x, y, folds=3, epochs=2, verbose=0)
    nets.save(sys.argv[1])
    print(nets)
""")


def test_a_population_that_was_saved_before_it_was_printed(tmp_path):
    path = str(tmp_path / "nets.onefit")
    command = [sys.executable, "-c"]
    loads = f"import onefit; print(onefit.load({path!r}))"
    runs = [
        subprocess.run([*command, *rest], capture_output=True, text=True, timeout=300, check=True)
        for rest in ([SAVES, path], [loads])
    ]
    first, second = (run.stdout for run in runs)
    assert first == second
    assert all(name in second for name in ("best constant", "a linear model", "boosted trees"))


def test_who_wants_no_simple_models_has_none_saved():
    nets = onefit.fit_many(
        net(1, "mse"), X, NUMBERS[:, 0], folds=3, epochs=1, baselines=False, verbose=0
    )
    kept = pickle.loads(pickle.dumps(nets))
    assert nets.known_baselines is None and kept.known_baselines is None
    assert "constant" not in str(kept)
