"""Tests keep no runs in the home of whoever runs them; those about runs name a folder."""

from __future__ import annotations

import os

os.environ["ONEFIT_RUNS"] = "off"
