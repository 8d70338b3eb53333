"""A fit becomes one program.

Read `epochs.py` first: the run as a pure function. Then `fit.py`, which prepares (`arguments.py`),
decides (`plan.py`) and runs (`in_program.py`, `by_epoch.py`). The public functions are those of
the package: `onefit.fit`, `onefit.install` and so on.
"""

from onefit.training.backend import choose_jax

choose_jax()  # before any module of this room imports Keras
