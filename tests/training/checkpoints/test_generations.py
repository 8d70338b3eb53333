"""The folder of a checkpoint: whole generations, a digest, a lock."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import zipfile

import ml_dtypes
import numpy as np
import pytest

from onefit.training.checkpoints.generations import Busy, Generations, content_of
from onefit.training.checkpoints.values import NotPlain, packed

CONTENT = {
    "plain": [None, True, -3, 2**80, "text", (1, (2,)), {"a": 1, 2: [0.1]}],
    "floats": [0.1, float("nan"), float("inf"), -0.0, 5e-324] * 40,
    "ints": list(range(-50, 50)),
    "arrays": [np.arange(6).reshape(2, 3), np.float32(0.1), np.zeros((0, 2)), np.array(True)],
    "half": np.array([1.5, 2.25], ml_dtypes.bfloat16),
}


@pytest.fixture
def generations(tmp_path):
    with contextlib.closing(Generations(tmp_path)) as opened:
        yield opened


def write(generations, *contents):
    for content in contents:
        arrays = []
        generations.write({}, packed(content, arrays), arrays)


def read(generations):
    return [found and found["content"] for _, found in generations.read()]


def test_what_is_read_is_what_was_written(generations):
    write(generations, CONTENT)
    [found] = read(generations)
    np.testing.assert_equal(found, CONTENT)
    assert repr(found["floats"]) == repr(CONTENT["floats"])
    assert found["half"].dtype == ml_dtypes.bfloat16
    assert type(found["arrays"][1]) is np.float32


def test_a_generation_is_a_zip_of_arrays_without_objects(generations, tmp_path):
    write(generations, CONTENT)
    with zipfile.ZipFile(tmp_path / "generation-1.npz") as zipped:
        assert zipped.testzip() is None
    with np.load(tmp_path / "generation-1.npz", allow_pickle=False) as opened:
        assert len([name for name in opened.files if opened[name] is not None]) > 5


def test_the_last_two_are_kept_the_newest_first(generations, tmp_path):
    write(generations, 1, 2, 3)
    assert read(generations) == [3, 2]
    assert sorted(os.listdir(tmp_path)) == ["generation-2.npz", "generation-3.npz", "lock"]
    generations.close()
    with contextlib.closing(Generations(tmp_path)) as again:
        write(again, 4)
        assert read(again) == [4, 3]


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "longer", "text"])
def test_a_damaged_generation_is_not_read(generations, tmp_path, harm):
    write(generations, CONTENT, CONTENT)
    path = tmp_path / "generation-2.npz"
    content = path.read_bytes()
    place = len(content) // 3
    harmed = {
        "flipped": content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
        "cut": content[:place],
        "empty": b"",
        "longer": content + b"0",
        "text": b"generation" * 20,
    }[harm]
    path.write_bytes(harmed)
    newer, older = read(generations)
    assert newer is None
    np.testing.assert_equal(older, CONTENT)


def test_pickled_objects_are_neither_written_nor_read(tmp_path):
    with pytest.raises(NotPlain):
        packed({"a": np.array([print])}, [])
    with pytest.raises(NotPlain):
        packed([object()], [])
    np.savez(tmp_path / "generation-1.npz", a=np.array([print]))
    assert content_of(tmp_path / "generation-1.npz") is None


def test_who_fails_to_write_leaves_the_generations_before(generations, tmp_path, monkeypatch):
    write(generations, 1, 2)

    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space"):
        patched.setattr(os, "fsync", full)
        generations.write({}, 3, [])
    assert read(generations) == [2, 1]
    assert sorted(os.listdir(tmp_path)) == ["generation-1.npz", "generation-2.npz", "lock"]


HOLDS = """
import fcntl, sys
file = open(sys.argv[1], "a+")
fcntl.flock(file, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.mark.filterwarnings("ignore:os.fork:RuntimeWarning")  # JAX's; the child does not use it
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # Python's, of threads
def test_a_folder_is_used_by_one_process(tmp_path):
    words = [sys.executable, "-c", HOLDS, str(tmp_path / "lock")]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(Busy):
            Generations(tmp_path)
        other.kill()
    generations = Generations(tmp_path)  # a killed process has no lock
    with pytest.raises(Busy, match=str(os.getpid())):
        Generations(tmp_path)  # nor a second one within this process
    child = os.fork()
    if child == 0:
        generations.close()
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(Busy):
        Generations(tmp_path)
    generations.close()
    Generations(tmp_path).close()


def test_what_is_not_ours_stays(generations, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    write(generations, 1)
    generations.clear()
    generations.close()
    assert os.listdir(tmp_path) == ["notes.txt"]
