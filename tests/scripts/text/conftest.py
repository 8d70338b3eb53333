"""The test finds the calls that it shares with the recorder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
