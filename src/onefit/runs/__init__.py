"""Runs: what happened, written down. NumPy and the standard library only."""
