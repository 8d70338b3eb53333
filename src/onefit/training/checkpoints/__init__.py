"""The state of a training on disk, from which it goes on to the same numbers.

`checkpoint.py` is what a run sees of it. `generations.py` is the folder, `values.py` the content of
a file, `identity.py` says which training it is of.
"""
