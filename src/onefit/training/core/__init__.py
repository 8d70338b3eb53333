"""The pure function of a run. Read `run.py` first.

Nothing here knows Keras, raises, or calls Python back: a traced step, a state, the rows and a
position go in, and come out.
"""
