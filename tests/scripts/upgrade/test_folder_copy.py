"""What a proof's run writes stays in its copies."""

from __future__ import annotations

import collections
import shutil
from pathlib import Path

import pytest

from onefit.scripts.upgrade import folder_copy
from onefit.scripts.upgrade.proof import prove


@pytest.fixture
def project(tmp_path):
    """A script with data of its own and beside it, a large environment and an own link."""
    home = tmp_path / "project"
    for one in ("project/.git", "project/env", "data", "private", "store"):
        (tmp_path / one).mkdir(parents=True)
    (home / "script.py").write_text("open('../data/in.csv').read()\n")
    (home / "kept.h5").write_text("mine")
    (home / "env" / "pyvenv.cfg").write_text("home = /usr\n")
    for large in (home / ".git" / "pack", home / "env" / "library.so"):
        with large.open("wb") as file:
            file.truncate(300_000_000)  # a sparse file takes no room
    (tmp_path / "data" / "in.csv").write_text("1")
    (tmp_path / "private" / "diary").write_text("mine")
    (tmp_path / "store" / "rows").write_text("mine")
    (home / "rows").symlink_to(tmp_path / "store")
    (home / "around").symlink_to(tmp_path)
    return home


def test_all_that_is_copied_is_the_runs_own(project, tmp_path):
    room = tmp_path / "room"
    folder = folder_copy.copied(project / "script.py", room)
    for one in ("kept.h5", "../data/in.csv", "rows/rows"):
        (folder / one).write_text("of the run")
    mine = project / "kept.h5", tmp_path / "data" / "in.csv", tmp_path / "store" / "rows"
    assert [one.read_text() for one in mine] == ["mine", "1", "mine"]
    assert sorted(one.name for one in folder.iterdir()) == ["kept.h5", "rows", "script.py"]
    assert sorted(one.name for one in folder.parent.iterdir()) == ["data", "project"]
    assert not any(one.is_symlink() for one in room.rglob("*"))


def test_what_a_module_beside_names_is_copied_too(project, tmp_path):
    (project / "script.py").write_text("import sys\nsys.path.append('..')\nimport common\n")
    (tmp_path / "common.py").write_text("from store import rows\n")
    folder = folder_copy.copied(project / "script.py", tmp_path / "room")
    names = sorted(one.name for one in folder.parent.iterdir())
    assert names == ["common.py", "project", "store"]


def test_other_scripts_of_the_folder_have_nothing_copied(project, tmp_path):
    (project / "another.py").write_text("open('../private/diary')\n")
    (project / "script.py").write_text("import data\nprivate = '..' + '/data'\n")
    folder = folder_copy.copied(project / "script.py", tmp_path / "room")
    names = sorted(one.name for one in folder.parent.iterdir())
    assert names == ["data", "project"]


def test_a_package_that_the_script_imports_is_read(project, tmp_path):
    (project / "package").mkdir()
    (project / "package" / "__init__.py").write_text("PLACE = '../private'\n")
    (project / "script.py").write_text("from package import PLACE\n")
    folder = folder_copy.copied(project / "script.py", tmp_path / "room")
    assert (folder / "../private/diary").read_text() == "mine"


def test_what_is_too_large_is_not_run(project, monkeypatch):
    usage = collections.namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 90, 10))
    proof = prove("", "", project / "script.py", "keras2")
    assert proof.verdict == "open"
    assert "a run needs a copy of project, data" in proof.told


def test_a_whole_disk_is_not_copied(project, monkeypatch):
    monkeypatch.setattr(folder_copy, "LARGEST", 3)
    proof = prove("", "", project / "script.py", "keras2")
    assert proof.verdict == "open"
    assert "put the script into a folder of its own" in proof.told


@pytest.mark.usefixtures("forked_trials")
def test_a_large_folder_is_written_by_no_run(project):
    with (project / "rows.bin").open("wb") as file:
        file.truncate(201_000_000)
    script = "open('kept.h5', 'w').write('of the run')\nprint(3)\n"
    assert prove(script, script, project / "script.py", "keras2").verdict == "same"
    assert Path(project / "kept.h5").read_text() == "mine"
