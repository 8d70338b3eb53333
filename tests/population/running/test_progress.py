"""The line that says how far a population is."""

from __future__ import annotations

import io
import re
import threading

import pytest
from nets import XOR, rich_net, table, xor_net

import onefit
from onefit.population.running import progress


def test_a_file_gets_a_line_each_time_and_one_at_the_end(monkeypatch, capsys):
    monkeypatch.setattr(progress, "LOGGED", 0.2)  # a minute
    monkeypatch.setattr(progress, "LIVE", 0.05)
    x, y = table(60)
    sweep = {"units": [3, 4, 5]}
    onefit.fit_many(
        lambda units: rich_net(units=units), x, y, sweep=sweep, restarts=2, epochs=2, verbose=1
    )
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) > 2 and not any("\r" in line for line in lines)
    doing = re.findall(
        r"building models|tracing \d of 3 models|compiling \d of 3 programs", "\n".join(lines)
    )
    assert doing
    assert re.match(r"6/6 members ━{20} loss best .*, median .* \d+\.\d s", lines[-1])


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_has_the_line_at_once(monkeypatch):
    out = Terminal()
    monkeypatch.setattr("sys.stderr", out)
    with progress.Bar("auto", 240) as bar:
        first = out.getvalue()
        bar.stage("compiling 2 of 6 programs")
        assert "240 members" in first
        deadline = threading.Event()
        for _ in range(50):
            if "compiling 2 of 6" in out.getvalue():
                break
            deadline.wait(0.05)
        assert "\r240 members, compiling 2 of 6 programs" in out.getvalue()
    assert out.getvalue().endswith("\r") and not any(
        thread.name == "onefit-bar" and not bar.over.is_set() for thread in threading.enumerate()
    )


@pytest.mark.parametrize("verbose", [0, "0"])
def test_no_line_where_none_is_wanted(verbose, capsys):
    with progress.Bar(verbose, 3):
        pass
    onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=1, verbose=0)
    assert "members" not in "".join(capsys.readouterr())


def test_a_file_gets_its_first_line_after_a_second(monkeypatch, capsys):
    with progress.Bar("auto", 240) as bar:
        bar.stage("compiling 2 of 6 programs")
        assert capsys.readouterr().err == ""
        found = ""
        for _ in range(200):
            found += capsys.readouterr().err
            if found:
                break
            threading.Event().wait(0.05)
    assert found.startswith("240 members, compiling 2 of 6 programs")
    assert found.count("\n") == 1 and capsys.readouterr().out == ""


@pytest.mark.parametrize("stream", [None, "closed"])
def test_a_process_without_standard_error(stream, monkeypatch):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", None if stream is None else closed)
    nets = onefit.fit_many(xor_net(), *XOR, restarts=2, epochs=1, verbose=1)
    assert len(nets) == 2
