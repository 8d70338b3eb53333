"""Run the code blocks of the README and of the documentation as tests, and keep no runs.

The Python blocks of a page share their names and run from top to bottom, in an empty folder. A
block inside a comment (`<!--- invisible-code-block: python`) prepares what the reader already has.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestModule
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser


def _enter(names: dict[str, Any]) -> None:
    """Go to an empty folder."""
    stack = names["_stack"] = contextlib.ExitStack()
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    stack.enter_context(contextlib.chdir(folder))


def _leave(names: dict[str, Any]) -> None:
    """Go back, and leave Keras as it was."""
    import onefit

    names.pop("_stack").close()
    onefit.uninstall()


# Keras, JAX and the tests themselves are imported without looking for garbage among them: a third
# of the time of it. `pytest_collection_finish` turns it on again.
gc.disable()

HERE = Path(__file__).parent
WITH_TENSORFLOW = (
    *("src/onefit/scripts/tensorflow", "src/onefit/scripts/eras/stand_ins", "tests/scripts/eras"),
    *("tests/scripts/calls", "tests/scripts/data", "tests/scripts/tape"),
    *("tests/scripts/test_summary.py", "tests/scripts/test_tensorflow.py"),
)
"""Examples and tests that use the stand-in for TensorFlow in their own process."""


@pytest.fixture(autouse=True, scope="module")
def _stand_in_for_tensorflow(request: pytest.FixtureRequest) -> Iterator[None]:
    """The stand-in is at work for its own tests alone: others see Keras as it is."""
    if not _below(request.path, WITH_TENSORFLOW):
        yield
        return
    from onefit.scripts.tensorflow import installation, random

    installation.install()
    random.set_seed(None)  # as a new process begins, whatever ran in this one before
    yield
    installation.uninstall()


OLDER_EMITTERS: dict[str, int | bool] = {"xla_cpu_use_fusion_emitters": False}
"""XLA's older way of emitting kernels takes three fifths of the time of its newer one."""
UNOPTIMISED = {**OLDER_EMITTERS, "xla_backend_optimization_level": 0}
"""And two fifths without LLVM's optimisations."""
COMPILED: dict[str, dict[str, int | bool]] = {
    # numbers that are compared with recorded ones, or with each other, or none at all
    **dict.fromkeys(("tests/scripts", "tests/doctor", "tests/runs"), UNOPTIMISED),
    **dict.fromkeys(("tests/cli", "tests/reports", "tests/checks"), UNOPTIMISED),
    "tests/population/layouts/test_devices.py": UNOPTIMISED,
    "tests/population/members": UNOPTIMISED,
    "tests/population/results": UNOPTIMISED,
    "tests/population/verbs": UNOPTIMISED,
    # what rounds as another program does, Keras's for example
    **dict.fromkeys(("tests/parity", "tests/population/running"), OLDER_EMITTERS),
    **dict.fromkeys(("tests/training/checkpoints", "tests/training/observation"), OLDER_EMITTERS),
    **dict.fromkeys(("tests/training/plan", "tests/training/running"), OLDER_EMITTERS),
    "tests/examples": OLDER_EMITTERS,
    "tests/population/members/test_fit_arguments.py": OLDER_EMITTERS,
    "tests/population/members/test_row_weights.py": OLDER_EMITTERS,
    "tests/population/verbs/test_search.py": OLDER_EMITTERS,
    "tests/scripts/data": OLDER_EMITTERS,
    "tests/scripts/eras/test_formulas.py": OLDER_EMITTERS,
    "tests/scripts/tape/test_pure_steps.py": OLDER_EMITTERS,
    # how programs round
    "tests/parity/test_alike.py": {},
    "tests/parity/test_corners.py": {},
    "tests/parity/test_models.py": {},
    "tests/parity/test_numbers.py": {},
    "tests/scripts/test_keras_scripts.py": {},
}
"""How XLA compiles the tests' programs: as for users, but for the options here (design note 115).

The longest place that a file is in counts.
"""


@pytest.fixture(autouse=True, scope="module")
def _compiled(request: pytest.FixtureRequest) -> Iterator[None]:
    """How this file's programs are compiled, here and in the processes that it starts."""
    chosen = _options(request.path)
    if not (chosen or _last):
        yield
        return
    import jax
    from jax._src import compiler

    if chosen != _last:
        jax.clear_caches()  # an operation outside of `jit` has programs, too
        _last.clear()
        _last.update(chosen)
    if not chosen:
        yield
        return
    jax.devices()  # XLA has read the environment of this process by now
    usual = compiler.get_compile_options

    def quick(*args: Any, **options: Any) -> Any:
        told = options.pop("env_options_overrides", None) or {}
        return usual(*args, **options, env_options_overrides={**chosen, **told})

    flags = " ".join(f"--{name}={value}".lower() for name, value in chosen.items())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiler, "get_compile_options", quick)
        patch.setenv("XLA_FLAGS", f"{os.environ.get('XLA_FLAGS', '')} {flags}".strip())
        yield


_last: dict[str, int | bool] = {}
"""The options for the file before."""


@functools.cache
def _options(path: Path) -> dict[str, int | bool]:
    """The options of XLA's for a file's tests, beside those of users."""
    places = [place for place in COMPILED if path.is_relative_to(HERE / place)]
    return COMPILED[max(places, key=len)] if places else {}


def _below(path: Path, places: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(HERE / place) for place in places)


PARITY = (
    *("tests/parity", "tests/population", "tests/scripts/calls", "tests/scripts/data"),
    *("tests/scripts/eras", "tests/scripts/tape", "tests/scripts/test_tensorflow.py"),
    *("tests/scripts/text", "tests/scripts/upgrade", "tests/training/rewrite", "tests/inspection"),
    *("tests/training/checkpoints", "src/onefit/population", "src/onefit/scripts/tensorflow"),
)
"""Where numbers are compared with Keras's, TensorFlow's, or those of a member alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test as `process`, `parity` or `unit`, and begin with the files that take longest.

    Each kind can be run apart. A file stays with one worker, so a long one at the end would leave
    the others without work; those of units are short.
    """
    for item in items:
        item.add_marker(_kind(item.path))
    kinds = ("process", "parity", "unit")
    # Files that are compiled alike follow each other: what JAX has compiled goes between them.
    items.sort(key=lambda item: (kinds.index(_kind(item.path)), -len(_options(item.path))))


def pytest_collection_finish() -> None:
    """Look for garbage more seldom, and only among what the tests make.

    Keras, JAX and the tests are some 300,000 objects that stay; to look through them again and
    again takes a twentieth of the time of tests that trace models.
    """
    _share_contexts_of_mlir()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def _share_contexts_of_mlir() -> None:
    """Let JAX lower many programs in one context of MLIR, where it makes one for each of them.

    To make one and to free it is two thirds of what a small program costs, and there are tens of
    thousands: each operation outside of `jit`, for each shape. A thread has its own context, and
    another one after some hundred programs, since a context keeps their constants. What is lowered
    while another program is being lowered has one of its own.
    """
    mlir = sys.modules.get("jax._src.interpreters.mlir")
    make: Callable[[], Any] | None = getattr(mlir, "make_ir_context", None)
    if make is None:
        return
    of_thread = threading.local()

    def shared() -> Any:
        with contextlib.suppress(ValueError):  # what it raises where there is no current one
            if mlir.ir.Context.current is not None:
                return make()
        if getattr(of_thread, "left", 0) == 0:
            of_thread.context, of_thread.left = make(), 500
        of_thread.left -= 1
        return of_thread.context

    setattr(mlir, "make_ir_context", shared)  # noqa: B010 - a module of an unknown type


@functools.cache
def _kind(path: Path) -> str:
    """What a file's tests are: they start processes, compare numbers, or neither."""
    starts = any(word in path.read_text() for word in ("subprocess", "import run", "tmp_path, run"))
    if starts or path.suffix == ".md" or path.is_relative_to(HERE / "tests" / "docs"):
        return "process"
    return "parity" if _below(path, PARITY) else "unit"


os.environ.setdefault("KERAS_BACKEND", "jax")
# Hundreds of tests start a process. Where Python is told to keep no compiled modules, each would
# compile this project's anew: two fifths of what it takes to begin.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Idle threads of scikit-learn sleep. By default they spin for a while, and take the processor from
# other tests: trees for 90 rows took up to ten times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# Tests keep no runs in the home of whoever runs them; those about runs name a folder.
os.environ["ONEFIT_RUNS"] = "off"
_collect_page = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["README.md", "docs/*.md", "docs/populations/*.md", "docs/reports/*.md"],
    setup=_enter,
    teardown=_leave,
).pytest()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Add the pages, and leave out the doctests of tests.

    Tests have none, and each worker would look through all their objects to find that out.
    """
    found = yield
    if file_path.is_relative_to(HERE / "tests"):
        found = [one for one in found if not isinstance(one, DoctestModule)]
    page = _collect_page(file_path, parent)
    return [*found, page] if page else found
