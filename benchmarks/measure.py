"""Measure one process from outside: its wall and CPU time, its peak memory, its first line."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}  # or every start compiles every module of a checkout


def process(
    command: Sequence[str], variables: Mapping[str, str], timeout: float = 600.0
) -> dict[str, Any]:
    """Run a command to its end and say what it took.

    Args:
        command: The program and its arguments.
        variables: Environment variables, in addition to this process's own.
        timeout: Seconds after which the process is killed.

    Returns:
        ``wall_s``, ``cpu_s``, ``peak_mb``, ``others``: how many cores other processes kept busy
        meanwhile, ``printed``: what the process reported as lines of JSON, and ``first_loss_s``:
        the time to the first other line that has a loss in it. A process that failed has
        ``failed``, a text, in addition.
    """
    with tempfile.TemporaryFile() as errors:
        busy = busy_s()
        started = time.perf_counter()
        environment = {**os.environ, **BYTECODE, **variables}
        environment["BENCHMARK_STARTED"] = repr(time.time())
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)
        alarm = threading.Timer(timeout, child.kill)
        alarm.start()
        lines = [(time.perf_counter() - started, line.decode()) for line in child.stdout]
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        cpu = usage.ru_utime + usage.ru_stime
        others = (busy_s() - busy - cpu) / wall
        child.returncode = os.waitstatus_to_exitcode(status)
        alarm.cancel()
        child.stdout.close()
        errors.seek(0)
        complaint = errors.read().decode(errors="replace")
    taken = {
        "wall_s": round(wall, 4),
        "cpu_s": round(cpu, 4),
        "others": round(max(0.0, others), 3),
        "first_loss_s": next((round(s, 4) for s, line in lines if _is_progress(line)), None),
        "peak_mb": round(usage.ru_maxrss / 1024, 1),
        "printed": [json.loads(line) for _, line in lines if line.startswith("{")],
    }
    if child.returncode:
        late = f"killed after {timeout:.0f} s. " if wall >= timeout else ""
        taken["failed"] = f"{late}exit code {child.returncode}: {complaint[-600:].strip()}"
    return taken


def busy_s() -> float:
    """CPU seconds that all processes of the machine have used so far."""
    user, nice, system, _, _, irq, softirq = Path("/proc/stat").read_text().split()[1:8]
    ticks = sum(map(int, (user, nice, system, irq, softirq)))
    return ticks / os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, Any]:
    """The processor, its cores, the memory, and NVIDIA GPUs where there are any."""
    information = Path("/proc/cpuinfo").read_text()
    names = [
        line.split(":")[1].strip() for line in information.splitlines() if "model name" in line
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": names[0] if names else "unknown",
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory, 1),
        "system": " ".join((os.uname().sysname, os.uname().release.split("-")[0])),
        "gpu": _nvidia(),
    }


def _nvidia() -> list[str]:
    query = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    try:
        return subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return []


def _is_progress(line: str) -> bool:
    return "loss" in line and not line.startswith("{")
