"""The verdict on records made by hand: what it says, and how much."""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from dataclasses import replace

import keras
import numpy as np
import pytest

from onefit.runs.chart import chart
from onefit.runs.constants import constants
from onefit.runs.curve import Curve
from onefit.runs.record import (
    Calls,
    Constant,
    Evaluation,
    Event,
    Examined,
    Fit,
    Prediction,
    Run,
    Told,
    Tried,
)
from onefit.runs.scores import shown
from onefit.runs.serialization import from_json, to_json
from onefit.runs.verdict import MOST_LINES, headline, lines


def _curve(values):
    return Curve("loss", [float(value) for value in values])


def _fit(losses=(1.0, 0.5), **changes):
    settings = {"file": "/work/a.py", "line": 3, "rows": 8, "weights": 5, "run_seconds": 0.5}
    fit = Fit(history={"loss": [float(v) for v in losses]}, asked=len(losses))
    vars(fit).update(settings | changes)
    return fit


def _lines(*fits, **changes):
    run = Run(fits=list(fits), ended="finished")
    vars(run).update(changes)
    told = lines(run)
    assert len(told) <= MOST_LINES
    return told


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ([1 / (e + 1) for e in range(100)], "still falling"),
        ([max(1 - e / 50, 0.1) for e in range(200)], "flat since epoch 46"),
        ([0.5] * 50, "flat from the start"),
        ([0.1 + e / 100 for e in range(50)], "rising from the start"),
        ([1 + math.sin(e / 17) for e in range(50)], "worse than at the start"),
        ([abs(e - 30) / 30 + 0.1 for e in range(100)], "rising again since epoch 31"),
        ([1 + (-1) ** e * 0.4 for e in range(100)], "jumping"),
        ([1.0, 0.9, math.nan, math.nan], "NaN since epoch 3"),
        ([1.0, 0.9, math.inf], "infinite since epoch 3"),
        ([1.0, 0.9, 0.8], ""),
    ],
)
def test_a_curve_in_a_word(values, word):
    assert _curve(values).word == word


def test_a_curve_that_is_to_rise():
    rising = Curve("val_accuracy", [e / 100 for e in range(100)])
    assert rising.rises and rising.word == "still rising" and rising.best == 99
    falling = Curve("auc", [1 - abs(e - 20) / 100 for e in range(100)])
    assert falling.word == "falling again since epoch 21"


def test_the_rounding_of_a_loss_that_stands_still_is_no_jumping():
    """The losses of a network that gives the same answer to every row, in another order of rows."""
    values = [9.25490665435791, 9.254905700683594, 9.254907608032227] * 10
    assert _curve(values).word == "flat from the start"
    assert _curve(values).bars() == "▁" * 8
    told = _lines(_fit(values))
    assert told[1] == "  loss  9.25 in every epoch"
    assert "9.25" not in "".join(
        chart({"loss": values})
    )  # a line in the middle, between 8.3 and 10


def test_a_long_training_is_told_at_once():
    """Reading its curves takes work in proportion to their epochs, not to their square."""

    def calls(epochs):
        falling = [math.exp(-10 * epoch / epochs) + 0.3 for epoch in range(epochs)]
        names = ("loss", "accuracy", "val_loss", "val_accuracy")
        fit, seen = _fit(history={name: falling for name in names}), Counter()
        before = sys.getprofile()
        sys.setprofile(lambda frame, event, of: seen.update([event]))
        try:
            lines = _lines(fit)
        finally:
            sys.setprofile(before)
        assert "flat since epoch" in lines[1]
        return seen["call"] + seen["c_call"]

    assert calls(50_000) < 5 * calls(12_500)


def test_small_noise_on_a_way_down_is_no_jumping():
    values = [math.exp(-e / 40) + 0.01 * math.sin(7 * e) for e in range(100)]
    assert _curve(values).word == "still falling"


def test_nothing_ran():
    assert _lines() == ["onefit: no fit, evaluate or predict ran through onefit"]
    assert _lines(ended="failed", error="exit code 0") == []
    told = _lines(ended="failed", error="BrokenPipeError: [Errno 32] Broken pipe")
    assert told == [
        "onefit: the script was ended by BrokenPipeError before any fit, evaluate or predict ran "
        "through onefit"
    ]


def test_epochs_are_numbered_as_keras_prints_them():
    """After `initial_epoch=2000`, the fifth value is that of epoch 2,005."""
    lost = _fit([1.0, 0.9, 0.8, 0.7, math.nan], first=2000, asked=4000)
    assert "NaN since epoch 2,005" in _lines(lost)[1]
    assert "(NaN since epoch 2,005)" in _lines(lost, lost)[1]
    assert (
        "interrupted in epoch 2,006 of 4,000"
        in _lines(_fit([1.0] * 5, first=2000, asked=4000, ended="interrupted"))[0]
    )


def _evaluation(loss: float) -> Evaluation:
    constants = {"loss": Constant(0.693, "0.500")}
    return Evaluation("/work/load.py", 7, 100, 4, {"loss": loss}, constants, 0.5)


def test_a_single_evaluation_is_told_with_what_it_has_to_be_compared_with():
    verbs = {"evaluate": Calls(1, 0, 0.2, 0.3), "predict": Calls(1, 0, 0.2, 0.3)}
    assert _lines(verbs=verbs, evaluations=[_evaluation(0.71)]) == [
        "onefit: evaluate, load.py:7: 100 rows, 4 weights, in 0.50 s",
        "  loss  0.710   always answering 0.500 gets 0.693, which is better",
    ]


def test_several_evaluations_have_a_line_for_each_result():
    verbs = {"evaluate": Calls(30, 0, 0.2, 0.3)}
    kept = [_evaluation(0.5) for _ in range(3)] + [_evaluation(one / 10) for one in range(1, 8)]
    assert _lines(verbs=verbs, evaluations=kept) == [
        "onefit: 30 evaluates in 0.50 s",
        "  evaluate, load.py:7: loss 0.500 (4 times)",
        "  evaluate, load.py:7: loss 0.100",
        "  evaluate, load.py:7: loss 0.200",
        "  evaluate, load.py:7: loss 0.300",
        "  evaluate, load.py:7: loss 0.400",
        "  evaluate, load.py:7: loss 0.600",
        "  1 more: onefit show --json; only the first 10 evaluations were looked at",
    ]


def test_predictions_are_told_with_the_line_that_asked_for_them():
    """Where nothing was trained; a loop of predictions is one line."""
    verbs = {"predict": Calls(4, 0, 0.1, 0.2)}
    one = Prediction("/work/serve.py", 9, 400, 17, calls=4, seconds=0.3)
    told = ["onefit: 4 predicts, serve.py:9: 400 rows, 17 weights, in 0.30 s"]
    assert _lines(verbs=verbs, predictions=[one]) == told
    other = Prediction("/work/serve.py", 12, None, 17, seconds=0.3)
    verbs = {"predict": Calls(900, 0, 0.1, 0.2)}
    assert _lines(verbs=verbs, predictions=[one, other]) == [
        "onefit: 900 predicts in 0.30 s",
        "  predict, serve.py:9: 400 rows, 17 weights (4 times)",
        "  predict, serve.py:12: 17 weights",
        "  only the first 5 predictions were looked at",
    ]
    lines = [replace(one, line=line) for line in range(20)]
    verbs |= {"evaluate": Calls(30, 0, 0.2, 0.3)}
    kept = [_evaluation(0.5)] * 3 + [_evaluation(one / 10) for one in range(1, 8)]
    told = _lines(verbs=verbs, predictions=lines, evaluations=kept)  # at most ten
    assert told[-1] == "  17 more: onefit show --json; only the first 80 predictions were looked at"
    run = Run(predictions=lines)
    assert from_json(to_json(run)) == run
    tried = [Tried("Adam(0.1)", 0.1, 0.5, 0.9, "51%", "helps")]
    examined = Examined([Told("OF517", grade="verified")], ["why"], "R2", 8, tried, ["note"])
    run = Run(fits=[Fit(examined=examined)])
    assert from_json(to_json(run)) == run


def test_an_evaluation_is_in_the_record_as_it_was():
    run = Run(evaluations=[_evaluation(math.nan)])
    (read,) = from_json(to_json(run)).evaluations
    assert math.isnan(read.scores.pop("loss"))
    assert read == replace(_evaluation(0.0), scores={})


def test_evaluate_and_predict_are_told_where_there_was_no_fit():
    verbs = {"predict": Calls(2, 0, 0.25, 0.5), "evaluate": Calls(0, 1, 0.0, 0.25)}
    assert _lines(verbs=verbs) == ["onefit: 2 predicts, 1 evaluate in 1.0 s"]
    assert "predict" not in "".join(_lines(_fit(), verbs=verbs))


def test_one_fit_beside_the_best_constant_answer():
    fit = _fit(history={"loss": [0.7, 0.6], "accuracy": [0.5, 0.75]})
    fit.constants = {"accuracy": Constant(0.5, '"0"')}
    told = _lines(fit, number=7)
    assert told[0] == "onefit: fit, a.py:3: 8 rows, 5 weights, 2 epochs in 0.50 s"
    assert told[2].startswith("  accuracy  0.500 ▁█ 0.750")
    assert told[2].endswith('always answering "0" gets 0.500')
    assert told[3] == "  all rows were trained on: accuracy 0.750 says nothing about new rows"
    assert told[4] == "  kept as run 7: onefit show 7, onefit report 7"
    again = _lines(fit, number=9, previous=7)
    assert again[4] == "  kept as run 9: onefit show 9, onefit report 9, onefit diff 7 9"
    failed = _lines(_fit(history={}, ended="failed"), number=9, previous=7)
    assert failed[-1] == "  kept as run 9: onefit show 9, onefit report 9"


def test_of_many_numbers_the_whole_losses_and_those_about_new_rows_are_shown():
    names = ["a_loss", "b_accuracy", "b_loss", "loss"]
    logged = {name: [1.0, 0.5] for name in [*names, *(f"val_{name}" for name in names)]}
    told = _lines(_fit(history=logged))
    shown = [line.split()[0] for line in told[1:5]]
    assert shown == ["loss", "val_loss", "val_a_loss", "val_b_loss"]
    assert told[5] == "  also logged: a_loss, b_loss, b_accuracy, val_b_accuracy"


def test_a_long_error_is_cut():
    told = _lines(_fit(asked=9, ended="failed", error=f"ValueError: {'words ' * 100}"))[0]
    assert len(told) < 180 and told.endswith(" ...")


def test_what_it_was_judged_on():
    split = _fit(validation="split", validation_rows=2, arguments={"validation_split": 0.2})
    assert "validated on the last 20% of the rows (2), in the order" in _lines(split)[2]
    data = _fit(validation="data", validation_rows=100)
    assert _lines(data)[2] == "  validated on 100 rows of validation_data"
    eighth = _fit(validation="split", validation_rows=1, arguments={"validation_split": 0.125})
    assert "validated on the last 12.5% of the rows (1), in the order" in _lines(eighth)[2]


def test_one_of_anything_is_singular():
    fit = _fit([0.5], rows=1, weights=1, validation="data", validation_rows=1)
    told = _lines(fit)
    assert told[0] == "onefit: fit, a.py:3: 1 row, 1 weight, 1 epoch in 0.50 s"
    assert told[-1] == "  validated on 1 row of validation_data"
    run = Run(evaluations=[Evaluation("a.py", 9, 1, 1, {"loss": 0.5}, seconds=0.2)])
    run.verbs = {"evaluate": Calls(in_program=1)}
    assert lines(run)[0] == "onefit: evaluate, a.py:9: 1 row, 1 weight, in 0.20 s"


def test_a_fit_that_was_stopped_or_interrupted():
    stopped = _fit(asked=50, events=[Event(1, "EarlyStopping", "stopped the training")])
    assert "stopped by EarlyStopping after 2 epochs of 50, in 0.50 s" in _lines(stopped)[0]
    interrupted = _fit(asked=50, ended="interrupted", seconds=3.0)
    told = _lines(interrupted)
    assert "interrupted in epoch 3 of 50, after 3.0 s" in told[0]
    assert told[-2:] == [
        "  best so far: loss 0.500 in epoch 2",
        "  the model holds the weights that it had then, and can be used",
    ]
    script = _lines(interrupted, ended="interrupted", door="run")
    assert "catch KeyboardInterrupt around fit" in script[-1]


def test_a_fallback_names_the_layer_and_where_to_read_on():
    fit = _fit(way="step by step", findings=[Told("OF104", "hashing_3")])
    told = _lines(fit)[-1]
    assert told.endswith(
        "a layer says that XLA cannot compile it: hashing_3 (onefit findings OF104)"
    )


def test_a_few_fits_have_a_line_each():
    told = _lines(_fit(), _fit(line=4), number=2)
    assert told[0] == "onefit: 2 fits" and len(told) == 5
    assert told[3].startswith("  each was judged on the rows that it was trained on: nothing is")
    assert told[1] == "  a.py:3  2 epochs in 0.50 s; loss 1.00 █▁ 0.500"
    long = _lines(_fit([1 / (e + 1) for e in range(20)]), _fit(line=4))
    assert long[1].endswith("(still falling)")


def test_many_fits_are_one_summary():
    fits = [_fit((1.0, 1.0 / (n + 1))) for n in range(99)] + [_fit((1.0, math.nan))]
    told = _lines(*fits)
    assert told[0].startswith("onefit: 100 fits, a.py:3, in ")
    assert told[1] == "  loss  0.0101 to 1.00, median 0.0200; NaN in 1"
    assert told[2:] == [
        "  each was judged on the rows that it was trained on: nothing is said about new rows"
    ]
    lines = _lines(*fits[:10], *[_fit(line=4) for _ in range(3)])
    assert lines[1:] == [
        "  a.py:3: 10 fits",
        "    loss  0.100 to 1.00, median 0.183",
        "  a.py:4: 3 fits",
        "    loss  0.500 to 0.500, median 0.500",
        told[2],
    ]


def test_causes_stand_before_their_effects():
    fit = _fit((math.nan, math.nan), findings=[Told("OF307", "from epoch 1, step 2 on")])
    fit.findings.append(Told("OF302", "x, column 'height'", "2 of 500 values"))
    told = [line for line in _lines(fit) if line.startswith("  ✗")]
    assert "OF302" in told[0] and "OF307" in told[1]


def test_scores_beside_a_loss_that_is_lost_are_not_compared():
    """An accuracy of NaN predictions can be as high as the share of a class."""
    lost = {"loss": [0.7, math.nan], "accuracy": [0.5, 0.6]}
    best = {"loss": Constant(0.6, "0.5"), "accuracy": Constant(0.5, '"0"')}
    told = _lines(_fit(history=lost, constants=best))
    assert told[1:] == [
        "  loss      0.700 ▁× NaN     NaN since epoch 2",
        "  accuracy  0.500 ▁█ 0.600",
        "  the loss is NaN at the end: accuracy says nothing",
    ]
    assert headline(Run(fits=[_fit(history=lost)])) == "loss NaN"
    few = _lines(*[_fit(history=lost, constants=best)] * 2)
    assert "always" not in "".join(few) and "constant" not in "".join(few)
    sound = _fit(history={"loss": [0.7, 0.5], "accuracy": [0.5, 0.9]}, constants=best)
    many = _lines(sound, *[_fit(history=lost, constants=best)] * 6)
    assert many[1].startswith("  loss      0.500 to 0.500, median 0.500; NaN in 6")
    assert many[2].startswith("  accuracy  0.900 to 0.900, median 0.900")
    val = {"val_loss": [0.7, math.nan], "val_accuracy": [0.5, 0.6]}
    half = _fit(history={"loss": [0.7, 0.5], "accuracy": [0.5, 0.9]} | val, validation="data")
    half.constants = best | {f"val_{name}": one for name, one in best.items()}
    told = _lines(half)
    assert [line.split()[0] for line in told if "always" in line] == ["loss", "accuracy"]
    assert "  the val_loss is NaN at the end: val_accuracy says nothing" in told
    evaluation = _evaluation(math.nan)
    evaluation.scores["accuracy"], evaluation.constants["accuracy"] = 0.5, best["accuracy"]
    run = Run(evaluations=[evaluation], verbs={"evaluate": Calls(in_program=1)})
    assert "always" not in "".join(lines(run))


def test_curves_stand_in_columns():
    fit = _fit(history={"loss": [0.7, 0.6], "accuracy": [0.5, 1.0]})
    fit.constants = {"loss": Constant(0.6, "0.5"), "accuracy": Constant(0.5, '"0"')}
    first, second = _lines(fit)[1:3]
    assert first.index("always") == second.index("always")


def test_ten_lines_are_enough_for_anything():
    names = [f"metric_{n}" for n in range(12)]
    fit = _fit(history={name: [1.0, 0.5] for name in ["loss", *names]})
    fit.findings = [Told("OF103", f"Callback{n}") for n in range(20)]
    told = _lines(fit, number=3, remarks=["a remark"])
    assert len(told) == MOST_LINES
    assert told[-2].startswith("  and ") and told[-2].endswith("more: onefit show")


def test_the_keras_of_the_time_is_told_whatever_is_cut():
    """Its line says which numbers were changed."""
    era = Told("OF200", "Keras 2.2", "Adadelta(learning_rate=1.0)")
    line = (
        "  · the script was written for an older Keras: Keras 2.2, Adadelta(learning_rate=1.0) "
        "(onefit findings OF200)"
    )
    fit = _fit(findings=[Told("OF518", f"layer {n}", grade="certain") for n in range(20)])
    told = _lines(fit, number=3, findings=[era], remarks=["a remark"])
    assert len(told) == MOST_LINES
    assert told[-3] == line
    assert told[-2].startswith("  and ") and "OF518" in told[-4]
    many = [_fit(line=n, findings=[Told("OF518", f"layer {n}")]) for n in range(20)]
    for told in (_lines(*many, number=3, findings=[era]), _lines(*many, findings=[era])):
        assert sum(one.startswith(line) for one in told) == 1
        assert "more: onefit show" in "".join(told)
    assert _lines(_fit(), findings=[era])[-1] == line


@pytest.mark.parametrize(
    ("values", "word"),
    [
        # a step, and nothing after it: neither falls nor rises "from the start"
        ([0.443, *[0.442] * 3, *[0.442] * 26], "flat since epoch 2"),
        ([0.442, *[0.443] * 29], "flat since epoch 2"),
        # a loss that fell from 12 to 0.4, and goes on to a fifth of that: not flat
        ([12 * 0.6**e + 0.4 * 0.96**e for e in range(50)], "still falling"),
        # two epochs are too few to call a curve flat
        ([1.0, 0.7, 0.5, 0.401, 0.4], "hardly changing"),
        ([0.6, 0.58, 0.57, 0.565, 0.564], "falling slowly"),
    ],
)
def test_words_of_curves_that_change_in_a_few_epochs_only(values, word):
    assert _curve(values).word == word


def test_a_loss_that_falls_by_less_than_a_hundredth_is_not_flat():
    """A long way to go, at the same pace: 0.8 % in the last tenth of the epochs."""
    assert _curve([0.84 - 0.0035 * e + 2.8e-5 * e * e for e in range(50)]).word == "falling slowly"
    assert _curve([0.3 + math.exp(-e / 12) for e in range(100)]).word.startswith("flat since")


def _noisy(level, noise, epochs=200, turns=300):
    """The words of curves with drawn noise, each with the share of the curves that has it."""
    draw = random.Random(0)
    words: Counter[str] = Counter()
    for _ in range(turns):
        values = [level(e / epochs) + noise * draw.gauss(0, 1) for e in range(epochs)]
        words[_curve(values).word.split(" since")[0]] += 1
    return {word: count / turns for word, count in words.items()}


def test_words_of_curves_with_noise():
    """What is told of noise is wrong in a few curves of a hundred at most."""
    assert _noisy(lambda t: 1.0, 0.1)["jumping"] > 0.9  # and not "rising again", for its best epoch
    assert _noisy(lambda t: 0.3 + math.exp(-8 * t), 0.03)["flat"] > 0.95
    assert _noisy(lambda t: 0.3 + math.exp(-2 * t), 0.03)["still falling"] > 0.95
    assert _noisy(lambda t: math.exp(-12 * t) + max(0, t - 0.3), 0.1)["rising again"] > 0.95


def test_words_of_losses_that_have_come_close_to_zero():
    draw = random.Random(0)
    falls = [max(0.2 * math.exp(-e / 2), 1e-5) for e in range(100)]
    still = [value * math.exp(0.5 * draw.gauss(0, 1)) for value in falls]
    assert _curve(still).word.startswith("flat since epoch")
    assert _curve(falls[:15]).word == "still falling"
    rounding = [max(math.exp(-e), 1e-13 * draw.random()) for e in range(100)]
    assert _curve(rounding).word.startswith("flat since epoch 1")  # no logarithms of 1e-13
    reached = [max(0.0, 1 - e / 10) for e in range(50)]
    assert _curve(reached).word == "flat since epoch 11"
    assert _curve([0.6 * 0.9**e for e in range(100)]).word == "still falling"


def test_a_loss_that_has_fallen_far_and_rises_by_a_fifth_rises_again():
    """From 4.4 to 0.31, and back to 0.37: little of the range, but a fifth of the loss."""
    values = [0.31 + 4.1 * math.exp(-e / 5) + 0.06 * max(0, e - 50) / 150 for e in range(200)]
    assert _curve(values).word == "rising again since epoch 51"


def test_a_row_or_two_are_no_overfitting():
    """An accuracy on 60 rows cannot change by less than a sixtieth."""
    rows = [29, 31, 33, *[34] * 7, *[33] * 20]
    assert Curve("val_accuracy", [row / 60 for row in rows]).word == "flat since epoch 11"
    more = [29, 30, 36, *[40] * 7, *[37] * 20]
    assert Curve("val_accuracy", [row / 60 for row in more]).word == "falling again since epoch 4"


def test_an_epoch_that_jumps_out_is_no_trend():
    values = [0.3 + math.exp(-e / 10) for e in range(100)]
    values[85] = values[92] = 0.9
    assert _curve(values).word == "hardly changing"
    values[85] = values[92] = 0.3
    assert _curve(values).word.startswith("flat since")


def test_an_accuracy_of_1_does_not_rise_any_further():
    values = [0.5, 0.75, 0.75, *[0.75] * 80, *[1.0] * 5]
    assert Curve("accuracy", values).word == "1 since epoch 84"
    assert Curve("loss", values).word == "rising from the start"


def test_what_the_user_named_cannot_act_on_the_terminal():
    fit = _fit(history={"loss\x1b[31m\n": [1.0, 0.5]})
    assert all(line.isprintable() for line in _lines(fit))
    assert headline(Run(fits=[fit])).isprintable()


def test_validation_on_rows_that_were_trained_on_is_told():
    fit = _fit(validation="training rows", validation_rows=8)
    told = (
        "  validated on 8 rows of validation_data that were trained on: nothing is said about new "
    )
    assert any(line.startswith(told) for line in _lines(fit))


def test_what_is_certain_comes_with_what_to_do():
    told = Told("OF501", "layer 'dense'", "e^z / e^z = 1", grade="certain", fix="use a sigmoid")
    shown = lines(Run(fits=[_fit(findings=[told])]))
    assert "(certain; onefit findings OF501)" in shown[-2]
    assert shown[-1] == "      what to do: use a sigmoid"


def test_each_step_of_a_sequence_is_a_label():
    labels = np.array([[0, 1, 1], [1, 1, 2]])
    shares = np.array([1, 4, 1]) / 6
    named = {"loss": "categorical_crossentropy", "accuracy": "categorical_accuracy"}
    found = constants(named, np.eye(3)[labels])
    assert found["loss"].value == pytest.approx(-(shares * np.log(shares)).sum())
    assert found["accuracy"].value == pytest.approx(4 / 6)


def test_a_soft_label_counts_for_no_constant_answer():
    """Keras's accuracy of two classes asks whether the label is 0 or 1: 0.9 is neither."""
    labels = np.array([[1.0], [0.9], [0.0], [0.0]])
    found = constants({"accuracy": "binary_accuracy"}, labels)["accuracy"]
    stock = keras.metrics.BinaryAccuracy()
    stock.update_state(labels, np.zeros((4, 1)))
    assert (found.value, found.answer) == (float(stock.result()), '"0"')


def test_the_rate_of_an_old_script_is_no_result():
    assert shown(_fit(history={"loss": [1.0], "lr": [0.1], "learning_rate": [0.1]})) == ["loss"]


def test_an_infinite_end_is_told_once():
    fits = [_fit(history={"loss": losses}) for losses in [[1.0, math.inf, math.inf]] * 12]
    assert lines(Run(fits=fits))[1].split("; ")[0] == "  loss  infinite in all of them"
    fits.append(_fit(history={"loss": [1.0, 0.5]}))
    told = lines(Run(fits=fits))[1]
    assert told.startswith("  loss  0.500 to 0.500, median 0.500; infinite in 12")
    assert told.count("infinite") == 1
