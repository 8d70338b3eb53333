"""Programs on disk: what a second process finds, and what damage and death cost."""

import json
import os
import pwd
import re
import stat
import subprocess
import sys
from pathlib import Path

import jax
import pytest

from onefit.runs import journal
from onefit.training.host import disk_cache as programs
from onefit.training.host import jax_private
from onefit.training.host.disk_files import FileCache

SCRIPT = """
import threading, warnings; warnings.simplefilter("error")
import numpy as np, onefit; onefit.install()
import jax, keras
events = []
jax.monitoring.register_event_listener(lambda name, **_: events.append(name.rsplit("/", 1)[-1]))
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
model.compile("adam", "mse")
losses = model.fit(np.ones((8, 3)), np.ones(8), epochs=3, verbose=0).history["loss"]
[thread.join() for thread in threading.enumerate() if thread.name == "onefit-cache"]
print(losses, events.count("cache_misses"))
"""


def train(cache):
    """Run the script on a folder; its losses, and how many programs it had to write."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")}
    environment["ONEFIT_CACHE"] = str(cache)
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    if jax.__version_info__ < (0, 10):  # XLA prints about the machine when it reads a program
        lines = [line for line in lines if not re.match(r"[WE]\d{4} ", line)]
    assert not lines
    losses, _, missed = done.stdout.strip().rpartition(" ")
    return losses, int(missed)


def files(cache):
    """The files of the folder."""
    return [path for path in Path(cache).rglob("*") if path.is_file()]


def test_a_second_process_compiles_nothing_and_damage_costs_a_compile(tmp_path):
    losses, missed = train(tmp_path)
    assert missed > 0
    assert train(tmp_path) == (losses, 0)
    whole = {path: path.read_bytes() for path in files(tmp_path)}
    assert len(whole) == missed
    for number, path in enumerate(whole):
        path.write_bytes((b"", b"nonsense", whole[path][: len(whole[path]) // 2])[number % 3])
    assert train(tmp_path) == (losses, missed)  # each is compiled and written anew
    assert train(tmp_path) == (losses, 0)


def test_a_full_cache_forgets_what_was_not_used_for_longest(tmp_path):
    entries = FileCache(tmp_path, 1000)
    for number in range(5):
        entries.put(f"entry {number}", bytes(150))
        os.utime(tmp_path / f"entry {number}", (number, number))
    entries.get("entry 0")
    entries.put("entry 5", bytes(150))
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"entry 0", "entry 2", "entry 3", "entry 4", "entry 5"}


def test_a_write_that_fails_leaves_nothing(tmp_path):
    entries = FileCache(tmp_path, 1000)
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):
        entries.put("taken", b"value")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_folders_and_links_among_the_entries_are_not_touched(tmp_path):
    kept, outside = tmp_path / "kept", tmp_path / "outside"
    kept.mkdir()
    outside.write_bytes(bytes(5000))
    (kept / "folder").mkdir()
    (kept / "folder" / "file").write_bytes(bytes(5000))
    (kept / "link").symlink_to(outside)
    entries = FileCache(kept, 1000)
    for number in range(9):
        entries.put(f"entry {number}", bytes(150))
        os.utime(kept / f"entry {number}", (number, number))
    assert {path.name for path in kept.iterdir() if path.name.startswith("entry")} == {
        f"entry {number}" for number in range(4, 9)
    }
    assert outside.stat().st_size == 5000 and (kept / "folder" / "file").exists()
    assert (kept / "link").is_symlink() and entries.get("link") is None
    assert entries.get("folder") is None


def test_an_entry_under_the_name_of_another_is_none(tmp_path):
    entries = FileCache(tmp_path, 1000)
    entries.put("a", b"one")
    entries.put("b", b"other")
    (tmp_path / "a").rename(tmp_path / "c")
    (tmp_path / "b").rename(tmp_path / "a")
    (tmp_path / "c").rename(tmp_path / "b")
    assert entries.get("a") is None and entries.get("b") is None
    entries.put("a", b"one")
    assert entries.get("a") == b"one"


def test_an_entry_beyond_the_bound_is_not_kept(tmp_path):
    entries = FileCache(tmp_path, 100)
    entries.put("a", bytes(200))
    assert entries.get("a") is None and not list(tmp_path.iterdir())


def test_a_folder_is_made_private(tmp_path):
    path = tmp_path / "a" / "b"
    assert programs.private(path) and stat.S_IMODE(path.stat().st_mode) == 0o700
    path.chmod(0o755)
    assert programs.private(path) and stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_link_is_not_followed(tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    target.chmod(0o755)
    (tmp_path / "link").symlink_to(target)
    assert not programs.private(tmp_path / "link")
    assert stat.S_IMODE(target.stat().st_mode) == 0o755
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        programs.private(tmp_path / "file")


@pytest.mark.parametrize("whose", ["the folder", "the folder around it"])
def test_the_folder_of_another_user_is_not_trusted(tmp_path, whose, monkeypatch):
    path = tmp_path / "around" / "programs"
    path.mkdir(parents=True)
    assert programs.private(path)
    if os.geteuid() == 0:
        os.chown(path if whose == "the folder" else path.parent, 54321, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 54321)
    assert not programs.private(path)


HOME, XDG = os.path.abspath("/somebodys"), os.path.abspath("/somewhere")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, f"{HOME}/.cache/onefit"),
        ({"XDG_CACHE_HOME": XDG}, f"{XDG}/onefit"),
        ({"XDG_CACHE_HOME": "somewhere"}, f"{HOME}/.cache/onefit"),
        ({"XDG_CACHE_HOME": ""}, f"{HOME}/.cache/onefit"),
        ({"ONEFIT_CACHE": "1", "XDG_CACHE_HOME": XDG}, f"{XDG}/onefit"),
        ({"ONEFIT_CACHE": "~/x"}, f"{HOME}/x"),
        ({"ONEFIT_CACHE": "~"}, HOME),
        ({"ONEFIT_CACHE": "~nobody-here/x"}, None),
        ({"ONEFIT_CACHE": "x/../y"}, os.path.abspath("y")),
        ({"ONEFIT_CACHE": "0"}, None),
        ({"ONEFIT_CACHE": "Off"}, None),
        ({"ONEFIT_CACHE": "no"}, None),
        ({"ONEFIT_CACHE": "false"}, None),
        ({"HOME": "here"}, None),
    ],
    ids=str,
)
def test_where_programs_are_kept(told, expected, monkeypatch):
    for name in ("ONEFIT_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"HOME": HOME} | told).items():
        monkeypatch.setenv(name, value)
    found = programs.folder()
    assert (found and str(found.parent)) == expected


def nobody(_):
    raise KeyError("no entry")


def test_the_folder_says_how_jax_packs_its_entries():
    """Python 3.14 has Zstandard: other Pythons cannot read what it wrote, and must not try."""
    packed = jax_private.compilation_cache.compress_executable(b"a program")
    is_zstd = packed.startswith(b"\x28\xb5\x2f\xfd")  # RFC 8878, section 3.1.1
    assert programs.folder().name.endswith("-zstd" if is_zstd else "-zlib")


def test_without_a_home_there_is_no_cache(monkeypatch):
    for name in ("ONEFIT_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert programs.folder() is None
    monkeypatch.setenv("ONEFIT_CACHE", "~/x")
    assert programs.folder() is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [("", 2**31), ("500M", 500 * 2**20), ("1.5 GiB", 3 * 2**29), ("1000", 1000), ("0", 0)],
)
def test_the_bound_of_the_cache(told, expected, monkeypatch):
    monkeypatch.setenv("ONEFIT_CACHE_SIZE", told)
    assert programs.max_bytes() == expected


def test_a_bound_that_is_none_is_told(monkeypatch):
    monkeypatch.setenv("ONEFIT_CACHE_SIZE", "plenty")
    journal.clear()
    assert programs.max_bytes() == programs.MAX_BYTES
    assert "received 'plenty'" in journal.total().remarks[0]
    journal.clear()


TRAINS = """
import json, os
before = dict(os.environ)
{begin}
import keras, numpy as np
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.ones((8, 3)), np.ones(8), verbose=0)
after = dict(os.environ)
changed = [name for name in {{**before, **after}} if after.get(name) != before.get(name)]
print(json.dumps({{name: after.get(name) for name in changed}}))
"""
INSTALLS = "import onefit; onefit.install()"


def trained(begin, **environment):
    """What a training changes in the environment of its process."""
    passed = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "KERAS_"))}
    done = subprocess.run(
        [sys.executable, "-c", TRAINS.format(begin=begin)],
        env=passed | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_the_environment_is_left_as_it_is(tmp_path):
    stock = trained("", KERAS_BACKEND="jax").items()  # importing scikit-learn early adds some more
    assert trained(INSTALLS, ONEFIT_CACHE=str(tmp_path)).items() <= stock
    assert files(tmp_path)
    assert trained(INSTALLS, KERAS_BACKEND="torch", ONEFIT_CACHE="0").items() <= stock
    without = "import os, pwd; del os.environ['HOME'], pwd.getpwuid\n"
    fails = "def nobody(_): raise KeyError('no entry')\npwd.getpwuid = nobody\n"
    environment = {"XDG_CACHE_HOME": "", "ONEFIT_CACHE": "", "HOME": str(tmp_path)}
    homeless = trained(without + fails + INSTALLS, **environment)
    assert homeless.pop("HOME") is None
    assert homeless.items() <= stock
