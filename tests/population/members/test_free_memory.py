"""What a population may take, told by a made-up `/proc` and `/sys`."""

from __future__ import annotations

import pytest
from nets import XOR, xor_net

import onefit
from onefit.population.members import free_memory
from onefit.population.members.free_memory import available

GIB = 2**30


def machine(root, gib):
    (root / "proc/self").mkdir(parents=True)
    text = f"MemTotal: {99 * 2**20} kB\nMemFree: 1 kB\nMemAvailable: {gib * 2**20} kB\n"
    (root / "proc/meminfo").write_text(text)


def group(folder, names, limit, used, cached):
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in zip(names, (limit, used)):
        (folder / name).write_text(f"{value}\n")
    (folder / "memory.stat").write_text(f"anon 5\n{names[2]} {cached}\n")


TWO = ("memory.max", "memory.current", "inactive_file")
ONE = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def test_without_a_limit_it_is_the_machines(tmp_path):
    machine(tmp_path, 7)
    assert available(tmp_path) == 7 * GIB
    (tmp_path / "proc/self/cgroup").write_text("0::/a\n")
    group(tmp_path / "sys/fs/cgroup/a", TWO, "max", GIB, 0)
    assert available(tmp_path) == 7 * GIB


def test_the_tightest_group_counts_and_its_cached_files_are_free(tmp_path):
    machine(tmp_path, 7)
    (tmp_path / "proc/self/cgroup").write_text("0::/a/b\n")
    group(tmp_path / "sys/fs/cgroup/a/b", TWO, 5 * GIB, GIB, 0)
    group(tmp_path / "sys/fs/cgroup/a", TWO, 4 * GIB, 3 * GIB, GIB)
    assert available(tmp_path) == 2 * GIB


def test_groups_of_the_first_version(tmp_path):
    machine(tmp_path, 7)
    (tmp_path / "proc/self/cgroup").write_text("4:memory:/a\n1:cpu:/\n0::/\n")
    group(tmp_path / "sys/fs/cgroup/memory/a", ONE, 2 * GIB, GIB, 0)
    assert available(tmp_path) == GIB


def test_elsewhere_something_is_assumed(tmp_path):
    assert available(tmp_path) > 0


def test_a_population_that_does_not_fit_is_refused_before_it_runs(monkeypatch):
    monkeypatch.setattr(free_memory, "available", lambda: 1000)
    with pytest.raises(onefit.OnefitError, match="fit in memory"):
        onefit.fit_many(xor_net(), *XOR, restarts=3, epochs=1, verbose=0)
