"""A file is written whole or not at all, whatever stands at its place."""

from __future__ import annotations

import errno
import os
import stat
import threading

import pytest

from onefit.atomic_file import atomic_file

pytestmark = pytest.mark.unit


def test_what_was_there_stays_until_the_new_file_is_whole(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), atomic_file(path) as file:
        file.write(b"half")
        file.flush()
        assert path.read_bytes() == b"old"
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["a"]
    with atomic_file(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new" and os.listdir(tmp_path) == ["a"]


def test_a_file_has_the_mode_that_it_had_or_that_open_gives(tmp_path):
    known = tmp_path / "known"
    known.touch()
    known.chmod(0o640)
    with atomic_file(known):
        pass
    assert stat.S_IMODE(known.stat().st_mode) == 0o640
    (tmp_path / "opened").open("w").close()
    with atomic_file(tmp_path / "new"):
        pass
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "opened").stat().st_mode


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder" / "there")
    for content in (b"first", b"second"):  # the link leads nowhere at first
        with atomic_file(tmp_path / "link") as file:
            file.write(content)
        assert (tmp_path / "folder" / "there").read_bytes() == content
    assert (tmp_path / "link").is_symlink() and os.listdir(tmp_path / "folder") == ["there"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    received = []
    reader = threading.Thread(target=lambda: received.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    with atomic_file(tmp_path / "pipe") as file:
        file.write(b"through")
    reader.join()
    assert received == [b"through"] and stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_folder_and_a_folder_that_is_not_there_are_refused(tmp_path):
    with pytest.raises(IsADirectoryError), atomic_file(tmp_path):
        raise AssertionError("not reached")
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "no" / "a"):
        raise AssertionError("not reached")
    assert os.listdir(tmp_path) == []


def test_an_error_names_the_file_that_was_asked_for(tmp_path):
    with pytest.raises(FileNotFoundError) as raised, atomic_file(tmp_path / "no" / "a"):
        pass
    assert raised.value.filename == str(tmp_path / "no" / "a")
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(OSError) as full, atomic_file(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # as `write` raises it
    assert (full.value.errno, full.value.filename) == (errno.ENOSPC, str(path))
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["a"]
    with pytest.raises(OSError) as other, atomic_file(path):
        raise OSError(errno.ENOENT, "gone", "another.txt")
    assert other.value.filename == "another.txt", "errors of other files are left alone"
