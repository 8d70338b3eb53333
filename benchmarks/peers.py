"""The peers: who they are, how their environments are made, and how a script is started in one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".envs"


@dataclass(frozen=True)
class Peer:
    """One way to train a network.

    Attributes:
        name: What the tables call it.
        environment: Its folder under ``.envs`` and its file under ``environments``; or the whole
            path of a folder that is elsewhere.
        script: Which of a case's scripts it runs: ``fit_keras.py``, ``fit_torch.py``, ...
        launch: The program that runs the script.
        variables: Environment variables that select it.
        options: Added to the job that the script reads.
        keeps_programs: True when a second process finds something compiled on the disk.
    """

    name: str
    environment: str
    script: str
    launch: tuple[str, ...] = ("python",)
    variables: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    keeps_programs: bool = False


_ALL = (
    Peer("onefit", "onefit", "keras", ("onefit", "run", "--quiet"), keeps_programs=True),
    Peer("jax-scan", "keras", "jax", keeps_programs=True),
    Peer("keras-jax", "keras", "keras", variables={"KERAS_BACKEND": "jax"}),
    Peer(
        "keras-jax-steps",
        "keras",
        "keras",
        variables={"KERAS_BACKEND": "jax"},
        options={"steps_per_execution": "largest"},
    ),
    Peer("tensorflow", "tensorflow", "keras", variables={"KERAS_BACKEND": "tensorflow"}),
    Peer("torch", "torch", "torch"),
    Peer("torch-compile", "torch", "torch", options={"compile": True}, keeps_programs=True),
    Peer("sklearn", "sklearn", "sklearn"),
    Peer("numpy", "sklearn", "numpy"),
    Peer("limits", "keras", "limits"),
    Peer(
        "onefit-direct",
        "onefit",
        "keras",
        variables={"KERAS_BACKEND": "jax"},
        options={"direct": True},
        keeps_programs=True,
    ),
    Peer("first calls", "onefit", "pairs", variables={"KERAS_BACKEND": "jax"}),
    Peer("import onefit", "onefit", "import"),
    Peer("onefit --help", "onefit", "nothing", ("onefit", "--help")),
    Peer("python alone", "onefit", "nothing"),
)
PEERS = {peer.name: peer for peer in _ALL}


def set_up(environments: Iterable[str], gpu: bool = False) -> None:
    """Make the environments that are not there yet, each from its file of requirements."""
    for name in environments:
        folder = ENVIRONMENTS / _folder(name, gpu)
        requirements = HERE / "environments" / f"{_folder(name, gpu)}.txt"
        make(folder, _wanted(requirements), ["-r", str(requirements)])


def make(
    folder: Path, wanted: str, install: Iterable[str], python: str | Path = sys.executable
) -> None:
    """Make one environment, unless it is there already; what another one left in it goes.

    Args:
        folder: Where.
        wanted: All that it depends on, as a text: it is made anew when this has changed.
        install: The arguments of ``pip install``.
        python: The Python that it is made with.
    """
    done = folder / "ready.txt"
    if done.exists() and done.read_text() == wanted:
        return
    print(f"setting up {folder.relative_to(HERE)}", flush=True)
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", *install]
    subprocess.run(pip, check=True, cwd=HERE)
    done.write_text(wanted)


def _wanted(requirements: Path) -> str:
    """The requirements, with those of the project itself where it is one of them."""
    text = requirements.read_text()
    return text + (HERE.parent / "pyproject.toml").read_text() if "-e .." in text else text


def versions(environment: str, gpu: bool = False) -> dict[str, str]:
    """The versions of the packages that matter in one environment."""
    program = (
        "import json, sys, importlib.metadata as m; "
        "names = {'onefit','keras','jax','jaxlib','tensorflow','tensorflow-cpu','torch',"
        "'scikit-learn','numpy'}; "
        "found = {d.name: d.version for d in m.distributions() if d.name in names}; "
        "print(json.dumps({'python': sys.version.split()[0], **found}))"
    )
    python = ENVIRONMENTS / _folder(environment, gpu) / "bin/python"
    return json.loads(subprocess.run([python, "-c", program], capture_output=True).stdout)


def command(peer: Peer, script: str, job: Path, gpu: bool = False) -> list[str]:
    """The command that runs a case's script for a peer."""
    folder = ENVIRONMENTS / _folder(peer.environment, gpu) / "bin"
    program, *arguments = peer.launch
    return [str(folder / program), *arguments, str(HERE / "scripts" / script), str(job)]


def variables(peer: Peer, cache: Path) -> dict[str, str]:
    """Environment variables of a peer; whatever it caches goes to one folder of its own."""
    return {
        "XDG_CACHE_HOME": str(cache),
        "KERAS_HOME": str(cache / "keras"),
        "TORCHINDUCTOR_CACHE_DIR": str(cache / "inductor"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
        **peer.variables,
    }


def _folder(environment: str, gpu: bool) -> str:
    special = f"{environment}-gpu"
    return special if gpu and (HERE / "environments" / f"{special}.txt").exists() else environment
