"""Reports: a run as one HTML file that can be read anywhere. Neither JAX nor Keras is needed."""

from __future__ import annotations

from onefit.reports.page import Page, to_html, write
from onefit.reports.report import Report

__all__ = ["Page", "Report", "to_html", "write"]
