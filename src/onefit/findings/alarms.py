"""How often each finding of the doctor is told of a healthy program.

Written by `benchmarks/doctor/run.py --report`.
"""

PROGRAMS = 84
"""Healthy programs that were looked at."""

SECONDS = 10
"""Seconds of experiments that each of them was given; 0 for checks alone."""

ALARMS: dict[str, tuple[int, int]] = {
    "OF501": (0, 0),
    "OF502": (0, 0),
    "OF503": (0, 1),
    "OF504": (0, 1),
    "OF505": (0, 0),
    "OF507": (0, 2),
    "OF508": (0, 1),
    "OF509": (0, 3),
    "OF510": (0, 4),
    "OF511": (0, 4),
    "OF512": (0, 1),
    "OF513": (0, 4),
    "OF514": (0, 0),
    "OF515": (0, 0),
    "OF516": (0, 0),
    "OF517": (0, 0),
    "OF518": (0, 1),
    "OF519": (0, 0),
    "OF520": (0, 4),
    "OF521": (0, 3),
    "OF522": (0, 0),
    "OF523": (0, 0),
    "OF524": (0, 0),
    "OF525": (0, 0),
    "OF526": (0, 0),
    "OF527": (0, 1),
    "OF528": (0, 0),
    "OF529": (0, 0),
    "OF530": (0, 0),
}
"""For each code: of how many it was told as certain or verified, and of how many as a hunch."""
