"""What modules of Keras 1 and 2 had imported from Python and NumPy, under their names for it."""

from __future__ import annotations

import copy
import csv
import json
import os
import time
import warnings

import numpy as np

__all__ = ("copy", "csv", "json", "np", "os", "time", "warnings")
