"""Many networks as one more axis of the same program.

A room imports only rooms further down:

    verbs    what users call: `fit_many`, and `fit` with restarts
    results  what a population leaves
    running  groups of one structure, lanes, threads, the bar, histories
    layouts  how members meet the hardware
    models   what each member is
    members  who the members are
"""
