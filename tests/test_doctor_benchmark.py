"""The programs of the doctor's benchmark: what its script makes of them is what it says."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks" / "doctor"
PROGRAMS = FOLDER / "programs"


@pytest.fixture(scope="module")
def twins():
    before = set(sys.modules)
    sys.path.insert(0, str(FOLDER))
    try:
        import mutations

        yield {one.name: one for one in mutations.twins()}
    finally:
        sys.path.remove(str(FOLDER))
        for name in set(sys.modules) - before:
            if str(FOLDER) in (getattr(sys.modules[name], "__file__", None) or ""):
                del sys.modules[name]


def _calls(source, name):
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    found = [n for n in found if ast.unparse(n.func).split(".")[-1] == name]
    return sorted(found, key=lambda node: (node.end_lineno, node.end_col_offset))


def _keyword(call, name):
    return next((ast.unparse(k.value) for k in call.keywords if k.arg == name), None)


def _last_fit(source):
    return [one for one in _calls(source, "fit") if len(one.args) > 1][-1]


def test_each_program_says_what_it_scored_and_what_chance_is():
    paths = sorted(PROGRAMS.glob("*/*.py"))
    assert len(list((PROGRAMS / "originals").glob("*.py"))) >= 12
    assert len(list((PROGRAMS / "others").glob("*.py"))) >= 60
    assert len({path.stem for path in paths}) == len(paths)
    for path in paths:
        tree = ast.parse(path.read_text())
        names = {ast.unparse(t) for node in tree.body if isinstance(node, ast.Assign)
                 for t in node.targets}  # fmt: skip
        assert ast.get_docstring(tree) and {"score", "chance"} <= names, path.stem


def test_a_fault_is_in_the_source_where_it_is_said_to_be(twins):
    for name, twin in twins.items():
        compile(twin.source, name, "exec")
        output = _calls(twin.source, "Dense")[-1]
        compiled = _calls(twin.source, "compile")[-1]
        loss = _keyword(compiled, "loss") or ast.unparse(compiled.args[1])
        match twin.mutation.name:
            case "softmax_over_one_unit":
                assert ast.unparse(output.args[0]) == "1"
                assert _keyword(output, "activation") == "'softmax'"
            case "one_unit_for_many_classes":
                assert ast.unparse(output.args[0]) == "1" and loss == "'binary_crossentropy'"
            case "logits_taken_for_probabilities":
                assert _keyword(output, "activation") is None and "from_logits" not in loss
            case "one_epoch":
                assert _keyword(_last_fit(twin.source), "epochs") == "1"
            case "rows_in_order_of_class":
                fit = _last_fit(twin.source)
                assert float(_keyword(fit, "validation_split")) > 0
                assert _keyword(fit, "validation_data") is None
            case "deep_sigmoids":
                hidden = _calls(twin.source, "Dense")[:-1]
                sigmoids = [_keyword(one, "activation") == "'sigmoid'" for one in hidden]
                assert sum(sigmoids) >= 6


def test_the_twins_that_are_kept_are_worse_and_can_be_made_again(twins):
    found = json.loads((FOLDER / "twins.json").read_text())
    kept = found["twins"]
    assert len(kept) >= 60
    assert len({one["name"].split("-")[1] for one in kept}) >= 15
    assert len({one["name"].split("-")[0] for one in kept}) >= 12
    assert {one["split"] for one in kept} == {"development", "held back"}
    for one in kept:
        assert twins[one["name"]].split == one["split"]
        for broken, healthy in zip(one["scores"], one["healthy"]):
            assert broken is None or broken != broken or broken < healthy
    assert all(one["learns"] for one in found["healthy"].values())
