"""The page of a report: one file, no request, nothing in it but what it was meant to hold."""

import base64
import hashlib
import html.parser
import json
import math
import re

import pytest
import records

from onefit.cli import main
from onefit.reports import Report, to_html, write
from onefit.runs.record import Run, Told
from onefit.runs.store import Store


class Tags(html.parser.HTMLParser):
    """What a browser would make of a page: its elements, their text and their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found, self.scripts, self.texts, self.inside = [], [], [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "script":
            self.scripts[-1] += data
        else:
            self.texts.append(data)


def test_hostile_names_stay_text():
    run, views = records.worded(records.HOSTILE)
    page = Tags(to_html(Report(run, views, title=records.HOSTILE)))
    word = "w" * len(records.HOSTILE)  # as long: long names are drawn otherwise
    plain = Tags(to_html(Report(*records.worded(word), title=word)))
    shape = [[(tag, sorted(at)) for tag, at in one.found] for one in (page, plain)]
    assert shape[0] == shape[1], "the same elements with the same attributes, whatever the words"
    assert len(page.scripts) == 2, "the data and the script"
    assert page.scripts[1] == plain.scripts[1], "the script is the same, whatever the run"
    assert json.loads(page.scripts[0])["run"]["script"].startswith("</script>")
    shown = "".join(page.texts)
    assert "<img src=x onerror=alert(2)>" in shown
    assert "\x00" not in shown and "\u202e" not in shown


def test_what_the_doctor_tried_is_drawn_as_bands_on_one_scale():
    page = Tags(to_html(Report(records.run(records.fit(examined=records.examined())))))
    shown = "".join(page.texts)
    assert "65 of 128 starts do well" in shown and "A quarter of the rows was held back" in shown
    marks = [dict(at) for tag, at in page.found if tag in ("rect", "circle") and "%" in str(at)]
    places = [(one.get("x") or one["cx"], one.get("width")) for one in marks]
    # from -0.5 to 1 in 96 of 100: 0 stands at a third of it, 1 at its end
    bands = [("34%", "64%"), ("66%", None), ("82%", "16%"), ("98%", None)]
    assert places[:4] == [
        (f"{float(x[:-1]):.2f}%", w and f"{float(w[:-1]):.2f}%") for x, w in bands
    ]
    words = [one.strip() for one in page.texts]
    assert [one for one in words if one in ("51%", "95%", "9%", "chosen", "worse")] == [
        "51%", "95%", "chosen", "9%", "worse",
    ]  # fmt: skip


def test_a_run_that_trained_nothing_says_so():
    assert "Nothing was trained in this run." in to_html(Report(Run(script="serve.py")))


def test_nothing_in_the_page_leads_outside_and_the_policy_forbids_it():
    text = to_html(Report(records.run(), {0: records.views()}))
    page = Tags(text)
    links = [
        at.get(name) for _, at in page.found for name in ("src", "href", "action") if name in at
    ]
    assert links and all(link.startswith(("data:", "#")) for link in links)
    told = text.replace("http://www.w3.org/2000/svg", "")  # a name, which is not fetched
    assert not re.search(r"https?://|url\(|@import", told)
    policy = next(at["content"] for _, at in page.found if at.get("http-equiv"))
    hashed = base64.b64encode(hashlib.sha256(page.scripts[1].encode()).digest()).decode()
    assert "default-src 'none'" in policy and f"script-src 'sha256-{hashed}'" in policy
    assert not [at for _, at in page.found if "style" in at], "the policy would refuse it"


def test_the_data_are_inside():
    fit = records.fit(history={"loss": [0.1234567890123, math.nan, math.inf]})
    page = Tags(to_html(Report(records.run(fit), {0: records.views()})))
    data = json.loads(page.scripts[0], parse_constant=lambda word: pytest.fail(word))
    assert data["schema"] == 1 and data["run"]["schema"] == 1
    assert data["run"]["fits"][0]["history"] == {"loss": [0.123456789, "NaN", "Infinity"]}
    assert data["views"]["0"]["plane"]["epochs"] == [0, 25, 50]


def test_long_trainings_and_many_fits_stay_small():
    fits = [records.fit(epochs=30_000), *[records.fit(epochs=200) for _ in range(30)]]
    text = to_html(Report(records.run(*fits)))
    assert len(text.encode()) < 1_000_000
    data = json.loads(Tags(text).scripts[0])["run"]["fits"][0]
    assert len(data["history"]["loss"]) == len(data["epochs"]["loss"]) < 1000
    assert data["epochs"]["loss"][-1] == 30_000
    assert text.count('class="tiles"') == 12 and "31 fits" in text


@pytest.mark.parametrize(
    "run",
    [
        records.run(records.fit(history={}, layers=[], rows=None)),
        records.run(records.fit(epochs=1)),
        records.run(records.fit(history={"loss": [math.nan] * 9})),
        records.run(records.fit(history={"loss": [0.0] * 9, "f1": [1.0] * 9})),
        records.run(records.fit(history={"loss": [], "val_loss": []})),
        records.run(records.fit(arguments={"validation_freq": 10}, history={
            "loss": [1.0] * 50, "val_loss": [1.0] * 5})),
        records.run(records.fit(first=1000, asked=1050)),
        records.run(fits=[], ended="interrupted"),
    ],
)  # fmt: skip
def test_strange_runs_have_a_page(run):
    text = to_html(Report(run))
    assert "xor.py" in text and "nan%" not in text and ">nan<" not in text


def test_a_loss_that_was_lost_is_said_to_be_and_told_once():
    told = Told("OF307", "from epoch 1, step 5 on")
    lost = {"loss": [math.nan] * 9, "val_loss": [0.5, *[math.nan] * 8], "accuracy": [0.5] * 9}
    run = records.run(records.fit(history=lost, findings=[told]), findings=[told])
    page = Tags(to_html(Report(run)))
    words = " ".join(page.texts)
    assert "loss: NaN from the start. val_loss: NaN since epoch 2." in words
    assert page.texts.count("OF307") == 1
    assert "Always answering" not in words
    never = records.run(records.fit(history={"loss": [math.nan] * 9}))
    assert not [at for _, at in Tags(to_html(Report(never))).found if "data-names" in at]


def test_rows_say_from_where_they_are_counted_and_points_what_they_are():
    split = records.fit(validation="split", validation_rows=40, rows=300)
    told = " ".join(Tags(to_html(Report(records.run(split), {0: records.views()}))).texts)
    assert "counted from 0 in the validation rows, the first of which is row 300 of the" in told
    seen = records.views(judged_on="training")
    page = Tags(to_html(Report(records.run(), {0: seen})))
    assert "Rows are counted from 0 in the training rows." in " ".join(page.texts)
    assert {"true class", "\u2191 predicted value", "true value \u2192"} <= set(page.texts)
    points = [at["class"] for _, at in page.found if "swatch point" in at.get("class", "")]
    assert points == ["swatch point k0", "swatch point k1"]


def test_a_page_is_written_whole_or_not_at_all(tmp_path):
    write(Report(records.run()), tmp_path / "new" / "a.html")
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["a.html"]
    with pytest.raises(OSError, match=r"a\.html"):
        write(Report(records.run()), tmp_path / "new" / "a.html" / "b.html")


def test_the_command_reads_what_was_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ONEFIT_RUNS", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(["report"]) == 2 and "no runs are kept" in capsys.readouterr().err
    number = Store().keep(records.run(number=0, key="1f"), "loss 0.1", 1)
    assert main(["report"]) == 0
    assert capsys.readouterr().out == f"onefit-report-{number}.html\n"
    assert "xor.py" in (tmp_path / f"onefit-report-{number}.html").read_text()
    assert main(["report", str(number), "--file", "mine.html"]) == 0
    assert (tmp_path / "mine.html").exists()
    assert main(["report", "99"]) == 2 and "run 99" in capsys.readouterr().err
