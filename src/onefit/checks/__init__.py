"""Checks: what a model, its data and its History say by themselves, without any training.

Each check is one pure function from a `Case` to findings. A finding is *certain* where algebra or a
count proves it, and a *hunch* otherwise.
"""

from onefit.checks.case import Case as Case
from onefit.checks.verdict import certain as certain
from onefit.checks.verdict import findings as findings
