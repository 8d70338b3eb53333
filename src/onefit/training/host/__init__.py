"""What is done to Python, Keras and JAX around a training.

The backend, Keras's own methods, imports, signals, forks, the garbage collector, the disk.
"""
