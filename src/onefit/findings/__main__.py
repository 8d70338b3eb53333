"""`python -m onefit.findings > docs/findings.md` writes the page of all codes anew."""

from __future__ import annotations

import sys

from onefit.findings.pages import markdown

if __name__ == "__main__":
    sys.stdout.write(markdown())
