"""What labels ask for, and skills beside scikit-learn's numbers."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, r2_score

from onefit.doctor.task import WORST, Task, answers, in_words, skill, task_of, truth

ROWS = np.random.default_rng(0)


@pytest.mark.parametrize("classes", [2, 5])
def test_the_skill_of_classes_is_the_adjusted_balanced_accuracy(classes):
    true, said = ROWS.integers(0, classes, (2, 400))
    expected = balanced_accuracy_score(true, said, adjusted=True)
    assert skill(Task("classes", classes), true, said) == pytest.approx(expected)


def test_the_skill_of_numbers_is_r2():
    true = ROWS.normal(size=(50, 3))
    said = true + ROWS.normal(size=(50, 3)) * 0.3
    assert skill(Task("numbers", 3), true, said) == pytest.approx(r2_score(true, said))


def test_a_skill_ends_at_minus_one():
    true = np.array([[0.0], [1.0]])
    assert skill(Task("numbers", 1), true, true + 1e30) == pytest.approx(WORST)
    said = true - 0.9  # R2 is 1 - 0.81 / 0.25 = -2.24
    assert in_words(Task("numbers", 1), skill(Task("numbers", 1), true, said)) == "-2.24"
    assert skill(Task("numbers", 1), true, np.full((2, 1), np.nan)) == WORST
    assert skill(Task("numbers", 1), true, None) == WORST


@pytest.mark.parametrize(
    ("y", "loss", "activation", "task"),
    [
        (np.array([0, 1, 1]), "mean_squared_error", "", Task("classes", 2, (0.0, 1.0))),
        (np.array([-1, 1]), "hinge", "tanh", Task("classes", 2, (-1.0, 1.0))),
        (np.array([1, 2, 3]), "mean_squared_error", "", Task("numbers", 1)),
        (np.array([1, 2, 3]), "sparse_categorical_crossentropy", "softmax",
         Task("classes", 3, (1.0, 2.0, 3.0))),
        (np.eye(3), "categorical_crossentropy", "softmax", Task("classes", 3)),
        (np.array([[1, 1, 0], [0, 0, 0]]), "binary_crossentropy", "sigmoid", Task("labels", 3)),
        (np.array([0.2, 0.7]), "binary_crossentropy", "sigmoid", Task("numbers", 1)),
        (np.array([3, 3, 3]), "binary_crossentropy", "sigmoid", Task("numbers", 1)),
    ],
)  # fmt: skip
def test_labels_say_what_is_asked_for(y, loss, activation, task):
    assert task_of(y, loss, activation) == task


def test_an_autoencoder_predicts_numbers():
    assert task_of(np.eye(4), "binary_crossentropy", "sigmoid", is_input=True).kind == "numbers"


def test_labels_that_begin_at_one_are_met_by_units_and_by_numbers():
    task, y = Task("classes", 3, (1.0, 2.0, 3.0)), np.array([1, 3, 2])
    np.testing.assert_array_equal(truth(task, y), [0, 2, 1])
    four_units = np.eye(4)[[1, 3, 2]]
    np.testing.assert_array_equal(answers(task, four_units), [0, 2, 1])
    np.testing.assert_array_equal(answers(task, np.array([[1.2], [2.9], [2.1]])), [0, 2, 1])


def test_of_many_numbers_each_counts_as_much_as_it_varies_and_of_few_all_the_same():
    from sklearn.metrics import r2_score

    rows = np.random.default_rng(0)
    for count, kind in ((3, "uniform_average"), (64, "variance_weighted")):
        true = rows.normal(size=(50, count)) * np.geomspace(0.01, 1, count)
        said = true + 0.1 * rows.normal(size=true.shape) * np.linspace(0, 1, count)
        found = skill(Task("numbers", count), true, said)
        assert found == pytest.approx(r2_score(true, said, multioutput=kind))


@pytest.mark.parametrize("columns", [3, 12])
def test_several_numbers_beside_one_are_measured_as_keras_compares_them(columns):
    """The R2 of each of them against the same target, which is what the loss has minimised."""
    true = ROWS.normal(size=(50, 1))
    said = true + ROWS.normal(size=(50, columns)) * 0.3
    each = np.mean([r2_score(true[:, 0], said[:, at]) for at in range(columns)])
    task = Task("numbers", 1)
    assert skill(task, truth(task, true), answers(task, said)) == pytest.approx(each)
    steps = np.repeat(true, 12, axis=1)[..., None]  # a target for each step, one answer a row
    near = true + ROWS.normal(size=(50, 1)) * 0.3
    wanted = r2_score(true[:, 0], near[:, 0])
    assert skill(task, truth(task, steps), answers(task, near)) == pytest.approx(wanted)


def test_a_finite_answer_is_never_called_nan():
    assert in_words(Task("numbers", 1), skill(Task("numbers", 1), ROWS.normal(size=(9, 1)),
                                              np.full((9, 1), 1e30))) == "< -9,999"  # fmt: skip
    assert in_words(Task("numbers", 1), WORST) == "NaN"
