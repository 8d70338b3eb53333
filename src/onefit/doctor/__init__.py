"""Experiments on a training: what makes it better, and what it has to be compared with."""
