"""A population in a notebook: a table that says what is printed, whatever names are in it."""

from __future__ import annotations

import copy
from html.parser import HTMLParser

import records

from onefit.reports.notebook_table import in_notebook
from onefit.runs.many_networks import worded
from onefit.runs.networks import Networks

VOID = ("br",)


class Reader(HTMLParser):
    """The rows of a table, and every tag with its attributes; tags must close in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.found, self.rows, self.text = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)
        if self.open and self.open[-1] in ("th", "td"):
            self.rows[-1][-1] += data


def test_each_hyperparameter_and_metric_has_a_column():
    many = records.networks()
    read = Reader(in_notebook(many))
    head, *body = read.rows
    names = list(many.configurations[0].values)
    assert head[: len(names) + len(many.metrics)] == [*names, *many.metrics]
    first = many.configurations[0]
    scores = [worded(first.scores[name]) for name in many.metrics]
    assert body[0][len(names) : len(names) + len(scores)] == scores
    assert [row[0] for row in body[-len(many.simple) :]] == [one.name for one in many.simple]
    assert {at.get("scope") for tag, at in read.found if tag == "th"} == {"col", "row"}
    widths = {sum(int(at.get("colspan", 1)) for at in row) for row in _cells(in_notebook(many))}
    assert len(widths) == 1


def _cells(text):
    rows = []
    for tag, attributes in Reader(text).found:
        if tag == "tr":
            rows.append([])
        elif tag in ("td", "th"):
            rows[-1].append(attributes)
    return rows


def test_the_caption_and_the_lines_below_say_what_is_printed():
    many = records.networks()
    many.notes, many.remarks = ["2 of 9 diverged: nets.diverged"], ["not shown: val_auc"]
    text = " ".join(Reader(in_notebook(many)).text)
    assert all(line in text for line in (*many.notes, *many.remarks, many.over))


def test_how_a_configuration_ended():
    many = records.networks()
    many.configurations[0].complete, many.configurations[0].diverged = False, 2
    head, first, *_ = Reader(in_notebook(many)).rows
    assert head[-1] == "ended" and first[-1] == "unfinished, 2 diverged"


def test_hostile_names_stay_text():
    word = "w" * len(records.HOSTILE)
    ours, plain = (Reader(in_notebook(records.networks(one))) for one in (records.HOSTILE, word))
    shape = [[(tag, sorted(at)) for tag, at in one.found] for one in (ours, plain)]
    assert shape[0] == shape[1]


def test_networks_that_have_not_been_through_an_epoch():
    assert "none of them" in in_notebook(Networks(trained=0, weights=[1, 1], epochs=[0, 0]))
    many = copy.deepcopy(records.networks())
    many.configurations[0].values = {}
    many.configurations = many.configurations[:1]
    assert "table" in in_notebook(many)
