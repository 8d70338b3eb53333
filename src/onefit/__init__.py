"""onefit: a Keras training run as one program.

Keras is the language in which a model is written; onefit is how it runs. The names below are
loaded when they are first used, so that ``import onefit`` costs nothing and the backend can still
be chosen before Keras is imported.

>>> import onefit
>>> onefit.__version__
'0.1.0'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from onefit import environment as environment  # notes the folder in which the process began
from onefit.backend import prefer_jax

__version__ = "0.1.0"

prefer_jax()

_HOME = {
    "BackendError": "onefit.errors",
    "CheckpointError": "onefit.errors",
    "Diagnosis": "onefit.doctor.diagnosis",
    "DiagnosisError": "onefit.errors",
    "FallbackError": "onefit.errors",
    "Finding": "onefit.findings",
    "ForkError": "onefit.errors",
    "OnefitError": "onefit.errors",
    "Plan": "onefit.training.plan.plan",
    "Population": "onefit.population.results.population",
    "PopulationError": "onefit.errors",
    "Run": "onefit.runs.record",
    "Verdict": "onefit.training.verbs.verify",
    "diagnose": "onefit.doctor.diagnose",
    "choice": "onefit.population.members.ranges",
    "evaluate": "onefit.training.verbs.evaluate",
    "explain": "onefit.training.verbs.explain",
    "fit": "onefit.training.verbs.fit",
    "fit_many": "onefit.population.verbs.fit_many",
    "integers": "onefit.population.members.ranges",
    "install": "onefit.training.verbs.install",
    "installed": "onefit.training.verbs.install",
    "last_interrupted": "onefit.population.results.interruption",
    "last_run": "onefit.runs.recorder",
    "load": "onefit.population.results.loaded",
    "log_uniform": "onefit.population.members.sweep",
    "predict": "onefit.training.verbs.predict",
    "report": "onefit.inspection.report",
    "search": "onefit.population.verbs.search",
    "uniform": "onefit.population.members.ranges",
    "uninstall": "onefit.training.verbs.install",
    "verify": "onefit.training.verbs.verify",
}

__all__ = ["__version__", *_HOME]

if TYPE_CHECKING:
    from onefit.doctor.diagnose import diagnose as diagnose
    from onefit.doctor.diagnosis import Diagnosis as Diagnosis
    from onefit.errors import BackendError as BackendError
    from onefit.errors import CheckpointError as CheckpointError
    from onefit.errors import DiagnosisError as DiagnosisError
    from onefit.errors import FallbackError as FallbackError
    from onefit.errors import ForkError as ForkError
    from onefit.errors import OnefitError as OnefitError
    from onefit.errors import PopulationError as PopulationError
    from onefit.findings import Finding as Finding
    from onefit.inspection.report import report as report
    from onefit.population.members.ranges import choice as choice
    from onefit.population.members.ranges import integers as integers
    from onefit.population.members.ranges import uniform as uniform
    from onefit.population.members.sweep import log_uniform as log_uniform
    from onefit.population.results.interruption import last_interrupted as last_interrupted
    from onefit.population.results.loaded import load as load
    from onefit.population.results.population import Population as Population
    from onefit.population.verbs.fit_many import fit_many as fit_many
    from onefit.population.verbs.search import search as search
    from onefit.runs.record import Run as Run
    from onefit.runs.recorder import last_run as last_run
    from onefit.training.plan.plan import Plan as Plan
    from onefit.training.verbs.evaluate import evaluate as evaluate
    from onefit.training.verbs.explain import explain as explain
    from onefit.training.verbs.fit import fit as fit
    from onefit.training.verbs.install import install as install
    from onefit.training.verbs.install import installed as installed
    from onefit.training.verbs.install import uninstall as uninstall
    from onefit.training.verbs.predict import predict as predict
    from onefit.training.verbs.verify import Verdict as Verdict
    from onefit.training.verbs.verify import verify as verify


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'onefit' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(shell: Any) -> None:
    """Serve `%load_ext onefit`; where Keras runs on another backend, without a traceback."""
    from onefit.errors import BackendError

    try:
        from onefit.scripts import notebook

        notebook.load(shell)
    except BackendError as error:
        from IPython.core.error import UsageError

        raise UsageError(str(error)) from None


def unload_ipython_extension(shell: Any) -> None:
    """Serve `%unload_ext onefit`."""
    from onefit.scripts import notebook

    notebook.unload(shell)
