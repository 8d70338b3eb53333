"""A fit becomes one program.

Read `core/run.py` first: the run as a pure function. Then `verbs/fit.py`, which prepares
(`data/arguments.py`), decides (`plan/decision.py`) and runs (`running/whole_run.py`,
`running/epoch_by_epoch.py`). The public functions are those of the package: `onefit.fit`,
`onefit.install` and so on.

A room imports only rooms further down:

    verbs        what users call
    observation  what the record of a run says of a fit
    running      programs are called
    programs     steps are traced, assembled, compiled by XLA, and kept
    plan         what a call will do, decided before it runs
    callbacks    a callback is a rule or a call on the host
    data         inputs as Keras reads them
    host         what is done to Python, Keras and JAX around a training
    core         the pure function of a run
    rewrite      a traced step in another form, with the same bits
"""

from onefit.training.host.backend import choose_jax

choose_jax()  # before any module of this room imports Keras
