"""`python -m onefit script.py`: short for `onefit run script.py`; every command works too."""

from __future__ import annotations

import sys

from onefit.cli import COMMANDS, main

OWN = {*COMMANDS, "-h", "--help", "--version", "-V"}

if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(words if not words or words[0] in OWN else ["run", *words]))
