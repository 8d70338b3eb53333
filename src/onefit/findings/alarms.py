"""How often each finding of the doctor is told of a healthy program.

Written by `benchmarks/doctor/run.py --report`.
"""

PROGRAMS = 0
"""Healthy programs that were looked at."""

ALARMS: dict[str, tuple[int, int]] = {}
"""For each code: of how many it was told as certain or verified, and of how many as a hunch."""
