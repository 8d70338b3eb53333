"""What the page of a population shows, and that its record survives being written."""

import json
import math

import pytest
import records
from test_page import Tags

from onefit.reports import Report, to_html
from onefit.runs.listing import shown
from onefit.runs.networks import Band, Configuration, Networks, Score
from onefit.runs.record import Run
from onefit.runs.serialization import from_json, to_json
from onefit.runs.verdict import headline, lines


def page(*populations, **changed):
    return Tags(to_html(Report(Run(script="a.py", populations=list(populations), **changed))))


def test_a_record_is_read_as_it_was_written():
    run = Run(populations=[records.networks(), Networks(metric="loss")])
    run.populations[0].configurations[0].scores["val_loss"].error = math.nan
    run.populations[0].table["loss"] = [math.nan, math.inf]
    again = from_json(to_json(run))
    assert repr(again.populations) == repr(run.populations), "NaN is not equal to itself"
    run.populations[0].configurations[0].scores["val_loss"].error = 0.05
    del run.populations[0].table["loss"]
    assert from_json(to_json(run)).populations == run.populations


def test_configurations_stand_beside_simple_models_with_the_chosen_one_marked():
    found = page(records.networks())
    rows = [at.get("class") for tag, at in found.found if tag == "tr"]
    assert rows[1:4] == ["second", "first", "level"], "chosen, other, a simple model"
    text = " ".join(one.strip() for one in found.texts)
    for told in ("0.2 ± 0.05", "0.6 ± 0.05", "0.5 ± 0.1", "a line", "1 of 6 diverged"):
        assert told in text, told
    assert "rate=0.1, the best of 2" in text and "expect about 0.21" in text


def test_means_and_their_errors_stand_where_the_scale_says():
    found = page(records.networks())
    bands = [at for tag, at in found.found if tag == "rect" and str(at.get("x", "")).endswith("%")]
    # from 0.15 to 0.65 with a tenth of room at each end: 0.1 to 0.7, in 96 of 100
    for at, low in zip(bands, (0.15, 0.55)):
        assert float(at["x"][:-1]) == pytest.approx(2 + 96 * (low - 0.1) / 0.6, abs=0.01)
        assert float(at["width"][:-1]) == pytest.approx(96 * 0.1 / 0.6, abs=0.01)


def test_curves_are_bands_and_a_sweep_has_errors_and_folds():
    found = page(records.networks())
    kinds = [at.get("class", "") for _, at in found.found]
    assert kinds.count("area first") == kinds.count("area second") == 1
    assert kinds.count("line first") == 2 and kinds.count("line second") == 1, "one joins means"
    assert kinds.count("span") == 2 and kinds.count("dot point") == 6 and kinds.count("dot best")


@pytest.mark.parametrize("shift", [0.0, -1.0], ids=["above 0", "below 0"])
def test_bands_lie_within_their_chart(shift):
    """A band that is little wider than its medians is seen whole, whatever the numbers' sign."""
    band = Band([1, 2, 3], [0.3 + shift] * 3, [0.6 + shift, 0.5 + shift, 0.4 + shift],
                [0.7 + shift] * 3, 0, 5)  # fmt: skip
    one = Configuration(0, {}, 1, 1, True, {"val_loss": Score(mean=0.4 + shift)})
    one.curves = {"val_loss": band}
    found = page(records.networks(configurations=[one], configured=1))
    (path,) = (at["d"] for _, at in found.found if at.get("class", "").startswith("area"))
    heights = [float(step.split()[1]) for step in path.strip("MZ").split("L")]
    assert len(heights) == 6 and all(0.0 <= height <= 1000.0 for height in heights)


def test_two_numbers_are_a_table_of_which_the_best_has_a_frame():
    grid = [
        Configuration(at, {"a": a, "b": b}, 1, scores={"loss": Score(a * b)})
        for at, (a, b) in enumerate([(1, 1), (1, 2), (2, 1), (2, 2)])
    ]
    many = records.networks(configurations=grid, configured=4, metric="loss", metrics=["loss"])
    many.chosen, many.simple = 0, []
    cells = [at for tag, at in page(many).found if tag == "td" and "hit" in at.get("class", "")]
    assert [at["class"] for at in cells] == ["hit s6 frame", "hit s2", "hit s4", "hit s0"]


def test_hostile_names_stay_text():
    word = "w" * len(records.HOSTILE)
    ours, plain = page(records.networks(records.HOSTILE)), page(records.networks(word))
    shape = [[(tag, sorted(at)) for tag, at in one.found] for one in (ours, plain)]
    assert shape[0] == shape[1] and len(ours.scripts) == 2
    assert "\x1b" not in shown(Run(populations=[records.networks("rate\x1b[31m")]))


@pytest.mark.parametrize(
    "many",
    [
        Networks(weights=[1, 1], epochs=[0, 0], asked=3, ended="interrupted"),
        records.networks(chosen=-1, choice=["all have diverged"], simple=[], table={}),
        records.networks(configurations=[Configuration(0, {}, 1, 1, False, {"val_loss": Score()})]),
    ],
    ids=["nothing trained", "nothing chosen", "all diverged"],
)
def test_a_population_that_came_to_nothing(many):
    found = page(many)
    assert json.loads(found.scripts[0])["run"]["populations"]
    assert lines(Run(populations=[many])) and shown(Run(populations=[many]))


def test_a_thousand_networks_stay_small():
    many = records.networks(configurations=[], configured=1000)
    many.configurations = [
        records._configuration(at, {"rate": 0.001 * (at + 1)}, 0.2 + at) for at in range(1000)
    ]
    for one in many.configurations[3:]:
        one.curves = {}
    many.table = {name: [0.123456] * 500 for name in ("loss", "val_loss", "best_loss")}
    text = to_html(Report(Run(populations=[many])))
    assert len(text.encode()) < 1_000_000 and "980 more are not shown" in text


def test_a_run_tells_of_its_populations():
    run = Run(number=7, populations=[records.networks()], fits=[])
    told = lines(run)
    assert told[0].startswith("onefit: sweep.py:9: 6 networks of 17 to 33 weights")
    assert any("rate=0.1" in line and "0.2 ± 0.05" in line for line in told)
    assert headline(run) == "6 networks, best val_loss 0.2 ± 0.05 (rate=0.1)"
    run.fits = [records.fit()]
    assert any("sweep.py:9: 6 networks" in line for line in lines(run)) and len(lines(run)) <= 10
    assert "2 populations, the last: " in headline(Run(populations=run.populations * 2))
    assert "member" in shown(run) and "expect about 0.21" in shown(run)
