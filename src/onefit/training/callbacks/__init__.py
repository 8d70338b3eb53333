"""A callback is a rule inside the program, or a call on the host; one file for each rule.

`hooks.py` tells which a callback is; `registry.py` lists the rules.
"""
