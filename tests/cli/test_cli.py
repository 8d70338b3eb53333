from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from onefit.cli import main
from onefit.findings import CODES
from onefit.findings.pages import markdown

ROOT = Path(__file__).parents[2]


def call(*words):
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=300)


HEAVY = {"jax", "keras", "numpy", "IPython", "PIL", "h5py", "libcst", "pandas", "tensorboardX"}


@pytest.mark.parametrize("words", ["import onefit", "import onefit.cli, onefit.findings.pages"])
def test_nothing_that_takes_long_is_imported(words):
    """How long it takes is measured by the case `startup` of benchmarks/run.py."""
    told = call("-c", f"{words}; import sys; print({HEAVY} & set(sys.modules))")
    assert told.stdout == "set()\n"


def test_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "onefit 0.1.0\n"


def test_the_page_of_a_code(capsys):
    assert main(["findings", "of101"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"OF101 {CODES['OF101'].title}\n")
    assert CODES["OF101"].why in told and CODES["OF101"].fix in told


def test_the_usage_of_run_names_every_switch(capsys):
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    usage, options = capsys.readouterr().out.split("TARGET is what python takes")
    switches = set(re.findall(r"^  (--[a-z]+)", options, re.MULTILINE))
    assert switches == set(re.findall(r"--[a-z]+", usage)) and "--report" in switches


def test_all_codes(capsys):
    assert main(["findings"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{c} {m.title}" for c, m in CODES.items()]


def test_an_unknown_code(capsys):
    assert main(["findings", "OF999"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "Received: OF999" in told.err and "OF101" in told.err


@pytest.mark.parametrize("words", [[], ["nonsense"], ["run"], ["run", "--nonsense", "x.py"]])
def test_what_is_not_understood(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["fit"], "try: onefit run fit\n"),
        (["--strict", "my fit.py"], "try: onefit run --strict 'my fit.py'\n"),
        (["finding", "OF101"], "try: onefit findings OF101\n"),
        (["run", "--strcit", "fit.py"], "did you mean --strict?\n"),
        (["run", "--verify", "--restarts", "2", "fit.py"], "expected --restarts or --verify"),
        (["run", "--restarts", "²", "fit.py"], "expected a number of at least 1; received '²'"),
        (["runs", "-n", "0"], "expected a number of at least 1; received '0'"),
    ],
)
def test_a_hint_says_what_was_meant(words, told, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_what_run_does_not_know_is_told_with_its_own_usage(capsys):
    for words in (["run", "-u", "fit.py"], ["run", "--strcit", "fit.py"]):
        with pytest.raises(SystemExit):
            main(words)
        assert capsys.readouterr().err.startswith("usage: onefit run [--explain]")
    with pytest.raises(SystemExit):
        main(["findings", "--nonsense"])
    assert capsys.readouterr().err.startswith("usage: onefit findings")


def test_the_documentation_of_findings_is_in_step():
    assert (ROOT / "docs" / "findings.md").read_text() == markdown(), (
        "run: python -m onefit.findings > docs/findings.md"
    )


def test_every_code_has_an_anchor_and_is_written_as_the_house_writes():
    for code, meaning in CODES.items():
        assert f'<a id="{code.lower()}"></a>' in markdown()
        assert meaning.severity in ("note", "warning", "error")
        assert not meaning.title.endswith(".") and "\n" not in meaning.title
        assert not meaning.fix.endswith(".") and meaning.why.endswith(".")
