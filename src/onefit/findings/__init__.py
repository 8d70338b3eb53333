"""Findings: the things worth telling, each with a code, its evidence and a way to mend it."""

from onefit.findings.codes import CODES as CODES
from onefit.findings.codes import Code as Code
from onefit.findings.finding import Finding as Finding
from onefit.findings.finding import render as render
