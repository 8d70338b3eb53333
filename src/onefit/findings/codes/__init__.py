"""The registry of codes, a file for each hundred. A code, once published, keeps its meaning."""

from __future__ import annotations

from onefit.findings.codes.checkpoints import CHECKPOINTS
from onefit.findings.codes.code import Code as Code
from onefit.findings.codes.data import DATA
from onefit.findings.codes.errors import ERRORS
from onefit.findings.codes.learning import LEARNING
from onefit.findings.codes.old_scripts import OLD_SCRIPTS
from onefit.findings.codes.step_by_step import STEP_BY_STEP

CODES: dict[str, Code] = STEP_BY_STEP | OLD_SCRIPTS | DATA | CHECKPOINTS | LEARNING | ERRORS
