"""The tests find what was recorded with the cases that they share with the recorders."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
